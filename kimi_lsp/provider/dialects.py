"""How endpoints spell what the API's own words do not cover: data, not branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kimi_lsp.core.model import ChatRequest, ContentPart, Message, TextPart, VideoPart


@dataclass(frozen=True)
class Dialect:
    """``thinking`` and ``instant`` are the members that switch thinking and set its sampling.

    ``cache_key`` says whether ``prompt_cache_key`` is understood, ``free`` whether the cluster is
    one's own, ``files`` whether videos can be uploaded and then named. ``always`` are beginnings
    of the ids of models whose thinking cannot be switched off.
    """

    name: str
    thinking: Mapping[str, Any]
    instant: Mapping[str, Any]
    cache_key: bool = False
    free: bool = False
    files: bool = False
    always: tuple[str, ...] = ()


def _cluster(name: str) -> Dialect:
    # Self-hosted weights take any sampling, and need the vendor's own for each mode.
    return Dialect(
        name,
        thinking={"temperature": 1.0, "top_p": 0.95},
        instant={
            "chat_template_kwargs": {"thinking": False},
            "temperature": 0.6,
            "top_p": 0.95,
        },
        free=True,
    )


DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect(
            "moonshot",
            thinking={"thinking": {"type": "enabled"}},
            instant={"thinking": {"type": "disabled"}},
            cache_key=True,
            files=True,
            always=("kimi-k2.7-code", "kimi-k3"),
        ),
        _cluster("vllm"),
        _cluster("sglang"),
        Dialect(
            "openrouter",
            thinking={"reasoning": {"enabled": True}},
            instant={"reasoning": {"enabled": False}},
        ),
        Dialect("openai", thinking={}, instant={}),
    )
}

HOSTS = {
    "api.moonshot.ai": "moonshot",
    "api.moonshot.cn": "moonshot",
    "openrouter.ai": "openrouter",
}
OWNERS = ("moonshot", "vllm", "sglang")


def by_owner(setting: str, host: str) -> bool:
    """Whether the dialect goes by who owns the model."""
    return setting == "auto" and host not in HOSTS


def resolve(setting: str, host: str, owned_by: str) -> Dialect:
    """The dialect of an endpoint: the setting, else by host, else by who owns the model."""
    if setting != "auto":
        return DIALECTS[setting]
    if host in HOSTS:
        return DIALECTS[HOSTS[host]]
    return DIALECTS[owned_by if owned_by in OWNERS else "openai"]


NOT_YET_LENT: Mapping[VideoPart, str] = {}


def body(
    request: ChatRequest,
    model: str,
    dialect: Dialect,
    videos: Mapping[VideoPart, str] = NOT_YET_LENT,
) -> dict[str, Any]:
    """The request exactly as it goes on the wire; ``videos`` are the addresses of its videos."""
    thinks = request.thinking or model.startswith(dialect.always)
    made: dict[str, Any] = {
        "model": model,
        "messages": [_message(message, videos) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_completion_tokens": request.max_completion_tokens,
        **(dialect.thinking if thinks else dialect.instant),
    }
    if dialect.cache_key and request.cache_key:
        made["prompt_cache_key"] = request.cache_key
    return made


def _message(message: Message, videos: Mapping[VideoPart, str]) -> dict[str, Any]:
    match message.parts:
        case (TextPart(text),):
            return {"role": message.role, "content": _sendable(text)}
        case parts:
            return {"role": message.role, "content": [_part(part, videos) for part in parts]}


def _part(part: ContentPart, videos: Mapping[VideoPart, str]) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": _sendable(part.text)}
    if isinstance(part, VideoPart):
        return {"type": "video_url", "video_url": {"url": videos.get(part, "ms://")}}
    return {"type": "image_url", "image_url": {"url": part.data_url}}


def _sendable(text: str) -> str:
    """Text as it can be sent: an editor may hold half a character, and UTF-8 has none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
