"""Finished explanations of this session, so that the same question is not paid for twice."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core.model import ChatRequest, ImagePart, TextPart, Usage

MOST = 50
"""Answers kept."""

MOST_BYTES = 4 * 1024 * 1024
"""Bytes of all answers kept, in UTF-8; a longer one is not kept at all."""

SECONDS = 3600.0
"""How long an answer is given again."""


@dataclass(frozen=True)
class _Entry:
    answer: Answer
    size: int
    until: float


class Cache:
    """Answers by what decides them; the one that was asked for longest ago gives way.

    It belongs to one model behind one endpoint: whoever connects to another begins a new one, or
    clears it. ``now`` is in seconds, from anywhere.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        # Begins with what was asked for longest ago.
        self._kept: dict[bytes, _Entry] = {}
        self._bytes = 0

    def get(self, request: ChatRequest) -> Answer | None:
        """The answer to the same request, which takes nothing this time; None where none is."""
        key = _key(request)
        entry = self._remove(key)
        if entry is None or entry.until <= self._now():
            return None
        self._add(key, entry)
        return replace(entry.answer, usage=Usage())

    def put(self, request: ChatRequest, answer: Answer) -> None:
        """Keep a finished answer, in place of an earlier one to the same request."""
        key = _key(request)
        self._remove(key)
        now = self._now()
        for old in [old for old, entry in self._kept.items() if entry.until <= now]:
            self._remove(old)
        size = len(answer.text.encode("utf-8", "surrogatepass"))
        if size > MOST_BYTES:
            return
        self._add(key, _Entry(answer, size, now + SECONDS))
        while len(self._kept) > MOST or self._bytes > MOST_BYTES:
            self._remove(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget every answer."""
        self._kept.clear()
        self._bytes = 0

    def _add(self, key: bytes, entry: _Entry) -> None:
        self._kept[key] = entry
        self._bytes += entry.size

    def _remove(self, key: bytes) -> _Entry | None:
        entry = self._kept.pop(key, None)
        if entry:
            self._bytes -= entry.size
        return entry


def _key(request: ChatRequest) -> bytes:
    """A hash of all that decides an answer; ``cache_key`` only says where the endpoint looks."""
    digest = hashlib.sha256()
    for word in _words(request):
        data = word.encode("utf-8", "surrogatepass")
        # With its length, so that no two requests are the same run of bytes.
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()


def _words(request: ChatRequest) -> Iterator[str]:
    yield repr((request.max_completion_tokens, request.thinking, request.model))
    for message in request.messages:
        yield f"{message.role} {len(message.parts)}"
        for part in message.parts:
            match part:
                case TextPart(text):
                    yield "text"
                    yield text
                case ImagePart(data_url):
                    yield "picture"
                    yield data_url
                case video:
                    yield "video"
                    yield hashlib.sha256(video.data).hexdigest()
