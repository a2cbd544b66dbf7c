"""Counting: a prompt as a list of segments, each with its tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kimi_lsp.simulator.dialects import mapping
from kimi_lsp.simulator.media import decoded, image_tokens, sniff
from kimi_lsp.simulator.models import family

BYTES_A_TOKEN = 4
"""Rough, and the same for every request."""

Lookup = Callable[[str], bytes | None]
"""The bytes of an uploaded file, by its ``ms://`` URL."""


class Segment(NamedTuple):
    """A part of a prompt: its text (a URL for a picture) and its tokens."""

    text: str
    tokens: int
    media: bool = False


def count(text: str) -> int:
    """The tokens of a text."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // BYTES_A_TOKEN)


def fit(text: str, tokens: int) -> str:
    """The beginning of a text that is no longer than so many tokens."""
    data = text.encode("utf-8", "surrogatepass")
    return (
        data[: tokens * BYTES_A_TOKEN].decode("utf-8", "ignore") if count(text) > tokens else text
    )


def segments(body: Mapping[str, Any], lookup: Lookup) -> list[Segment]:
    """A prompt, in the order in which the model reads it: tools, then messages."""
    return list(_segments(body, lookup))


def total(prompt: list[Segment]) -> int:
    """The tokens of a prompt."""
    return sum(segment.tokens for segment in prompt)


def answer_bound(body: Mapping[str, Any]) -> int:
    """The most tokens the answer may have, thoughts included."""
    for name in ("max_completion_tokens", "max_tokens"):
        if body.get(name) is not None:
            return int(body[name])
    return family(body.get("model")).answer


def part_url(part: Mapping[str, Any]) -> str:
    """The address of a picture or a video: an object with ``url``, or the string itself."""
    value = part.get(str(part.get("type")))
    return str(mapping(value).get("url", "") if isinstance(value, Mapping) else value or "")


def _segments(body: Mapping[str, Any], lookup: Lookup) -> Iterator[Segment]:
    if body.get("tools"):
        yield _text(json.dumps(body["tools"], sort_keys=True))
    for message in body["messages"]:
        yield Segment(str(message.get("role")), 2)
        content = message.get("content")
        if isinstance(content, str):
            yield _text(content)
        for part in content if isinstance(content, list) else ():
            yield (
                _text(str(part.get("text"))) if part.get("type") == "text" else _media(part, lookup)
            )
        for name in ("reasoning_content", "tool_calls"):
            if message.get(name):
                yield _text(json.dumps(message[name]))


def _text(text: str) -> Segment:
    return Segment(text, count(text))


def _media(part: Mapping[str, Any], lookup: Lookup) -> Segment:
    url = part_url(part)
    data = (lookup(url) if url.startswith("ms://") else decoded(url)) or b""
    if sniff(data).startswith("video/"):
        return Segment(url, max(256, len(data) >> 10), media=True)
    return Segment(url, image_tokens(data), media=True)
