"""Frames: ``Content-Length`` headers around JSON bodies, read from pieces of any size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_BODY = 64 << 20
MOST_HEADER = 4096

_LINE = re.compile(rb"([\w-]+):[ \t]*([^\r\n]*?)[ \t]*\r\n")
_BEGUN = re.compile(rb"[\w-]*(?::[^\r\n]*)?\r?")
_LENGTH = re.compile(rb"[0-9]{1,10}")


class DesyncError(Exception):
    """What follows can no longer be told apart from garbage; only a restart helps."""


class FrameReader:
    """Message bodies from bytes as they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._header = 0
        self._announced: int | None = None
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete with these bytes. Raises ``DesyncError``."""
        self._buffer += data
        while True:
            if self._length is None:
                self._length = self._headers()
            if self._length is None or len(self._buffer) < self._length:
                return
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length = None
            yield body

    def _headers(self) -> int | None:
        """Take header lines; the length of the body where it begins now.

        Each line is looked at as soon as it is there: after a wrong length the reader stands in
        the middle of a body, and waiting for the end of a header would be waiting for ever.
        """
        while end := self._buffer.find(b"\n", 0, MOST_HEADER) + 1:
            line = bytes(self._buffer[:end])
            del self._buffer[:end]
            self._header += end
            if line == b"\r\n":
                if self._announced is None:
                    raise DesyncError("a header without Content-Length")
                length, self._announced, self._header = self._announced, None, 0
                return length
            self._take(line)
        if self._header + len(self._buffer) > MOST_HEADER:
            raise DesyncError("a header that does not end")
        if not _BEGUN.fullmatch(self._buffer):
            raise DesyncError("no header where one must be")
        return None

    def _take(self, line: bytes) -> None:
        found = _LINE.fullmatch(line)
        if found is None or self._header > MOST_HEADER:
            raise DesyncError("no header where one must be")
        if found[1].lower() != b"content-length":
            return
        if not _LENGTH.fullmatch(found[2]) or int(found[2]) > MOST_BODY:
            raise DesyncError("a Content-Length that cannot be used")
        if self._announced is not None:
            raise DesyncError("two Content-Lengths")
        self._announced = int(found[2])


def encode(message: dict[str, Any]) -> bytes:
    """One message as it goes on the wire; a lone surrogate goes as its escape.

    Raises ``TypeError``, ``ValueError`` or ``RecursionError`` for what JSON cannot hold.
    """
    body = json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        data = body.encode()
    except UnicodeEncodeError:
        data = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)
