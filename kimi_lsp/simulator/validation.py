"""What the API refuses, in its words and in its order; the first failure wins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CONTEXT = 262_144
DEFAULT_ANSWER = 32_768
ROLES = ("system", "user", "assistant", "tool")
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF")


@dataclass(frozen=True)
class Refusal:
    """An error answer."""

    status: int
    type: str
    message: str

    def body(self) -> dict[str, Any]:
        return {"error": {"message": self.message, "type": self.type}}


def _invalid(message: str) -> Refusal:
    return Refusal(400, "invalid_request_error", message)


def authorized(header: str | None, key: str | None, *, needed: bool) -> Refusal | None:
    """Whether the bearer key opens the door."""
    given = (header or "").removeprefix("Bearer ").strip()
    if not given and (needed or key):
        return Refusal(401, "incorrect_api_key_error", "Incorrect API key provided")
    if key and given != key:
        return Refusal(401, "invalid_authentication_error", "Invalid Authentication")
    return None


def refused(body: Any, models: Sequence[str], dialect: str) -> Refusal | None:
    """What is wrong with a chat request."""
    if not isinstance(body, Mapping):
        return _invalid("Invalid request: body must be an object")
    model = body.get("model")
    if model not in models:
        message = f"Not found the model {model} or Permission denied"
        return Refusal(404, "resource_not_found_error", message)
    wrong = _messages(body.get("messages"))
    if wrong:
        return wrong
    if dialect == "moonshot":
        wrong = _sampling(body)
        if wrong:
            return wrong
    asked = tokens(body["messages"]) + int(body.get("max_completion_tokens") or DEFAULT_ANSWER)
    if asked > CONTEXT:
        return _invalid(
            f"Invalid request: Your request exceeded model token limit: {CONTEXT} "
            f"(requested: {asked})"
        )
    return None


def thinks(body: Mapping[str, Any], dialect: str) -> bool:
    """Whether the request leaves thinking on."""
    if dialect in ("vllm", "sglang"):
        return (body.get("chat_template_kwargs") or {}).get("thinking") is not False
    if dialect == "openrouter":
        return (body.get("reasoning") or {}).get("enabled") is not False
    return (body.get("thinking") or {}).get("type") != "disabled"


def _messages(messages: Any) -> Refusal | None:
    if not isinstance(messages, list) or not messages:
        return _invalid("Invalid request: messages must not be empty")
    for number, message in enumerate(messages):
        role, content = message.get("role"), message.get("content")
        if role not in ROLES:
            return _invalid("unsupported role ROLE_UNSPECIFIED")
        if not content:
            return _invalid(
                f"Invalid request: the message at position {number} with role '{role}' "
                "must not be empty"
            )
        for part in content if isinstance(content, list) else ():
            wrong = _part(part, number, role)
            if wrong:
                return wrong
    return None


def _part(part: Mapping[str, Any], number: int, role: str) -> Refusal | None:
    kind = part.get("type")
    if kind == "text":
        return None if part.get("text") else _invalid("text content is empty")
    if kind != "image_url":
        return _invalid(
            f"the message at position {number} with role '{role}' "
            f"contains an invalid part type: {kind}"
        )
    image = part.get("image_url")
    url = str(image.get("url") if isinstance(image, Mapping) else image)
    if not url.startswith(("data:", "ms://")):
        return _invalid(f"Invalid request: unsupported image url: {url[:200]}")
    try:
        data = base64.b64decode(url.partition(",")[2], validate=True)
    except binascii.Error:
        data = b""
    if url.startswith("data:") and not data.startswith(MAGIC):
        return _invalid("Invalid request: unsupported image format: text/plain; charset=utf-8")
    return None


def _sampling(body: Mapping[str, Any]) -> Refusal | None:
    thinking = body.get("thinking")
    if thinking is not None and (
        not isinstance(thinking, Mapping)
        or set(thinking) != {"type"}
        or thinking["type"] not in ("enabled", "disabled")
    ):
        return _invalid("Invalid request: invalid thinking")
    if thinking is not None and body.get("reasoning_effort") is not None:
        return _invalid("cannot specify both 'thinking' and 'reasoning_effort'")
    fixed = {
        "temperature": 1 if thinks(body, "moonshot") else 0.6,
        "top_p": 0.95,
        "n": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
    }
    for name, only in fixed.items():
        if body.get(name, only) != only:
            return _invalid(f"invalid {name}: only {only} is allowed for this model")
    return None


def tokens(value: Any) -> int:
    """Tokens, roughly: four characters each; a picture counts as a middling one."""
    if isinstance(value, str):
        return 1200 if value.startswith("data:") else len(value) // 4 + 1
    if isinstance(value, Mapping):
        return sum(tokens(one) for one in value.values())
    if isinstance(value, list):
        return sum(tokens(one) for one in value)
    return 0
