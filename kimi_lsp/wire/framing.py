"""Frames: ``Content-Length`` headers around JSON bodies, read from pieces of any size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

MOST_BODY = 64 << 20
MOST_HEADER = 4096


class DesyncError(Exception):
    """What follows can no longer be told apart from garbage; only a restart helps."""


class FrameReader:
    """Message bodies from bytes as they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete with these bytes. Raises ``DesyncError``."""
        self._buffer += data
        while True:
            if self._length is None:
                end = self._buffer.find(b"\r\n\r\n")
                if end < 0:
                    self._check_beginning()
                    return
                self._length = _length(bytes(self._buffer[:end]))
                del self._buffer[: end + 4]
            if len(self._buffer) < self._length:
                return
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length = None
            yield body

    def _check_beginning(self) -> None:
        # A wrong length leaves the reader inside a body, and no header line holds a brace.
        if len(self._buffer) > MOST_HEADER or b"{" in self._buffer:
            raise DesyncError("no header where one must be")


def _length(header: bytes) -> int:
    found: list[bytes] = []
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon or not name.replace(b"-", b"").isalnum():
            raise DesyncError("a line that is no header")
        if name.strip().lower() == b"content-length":
            found.append(value.strip())
    if len(found) != 1 or not found[0].isdigit() or int(found[0]) > MOST_BODY:
        raise DesyncError("no usable Content-Length")
    return int(found[0])


def encode(message: dict[str, Any]) -> bytes:
    """One message as it goes on the wire; a lone surrogate goes as its escape."""
    body = json.dumps(message, separators=(",", ":"), ensure_ascii=False)
    try:
        data = body.encode()
    except UnicodeEncodeError:
        data = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)
