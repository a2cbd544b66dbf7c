"""One connection: requests read from a raw socket, answers written so that they can be broken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_HEAD = 1 << 20
BLOCK = 64 << 10
LINGER_SECONDS = 10.0

REASONS = {
    200: "OK",
    307: "Temporary Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass
class Request:
    """A request as it came; ``raw`` is None where the body was longer than may be."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes | None = b""

    @property
    def json(self) -> Any:
        """The body; None where there is none, or it is no JSON."""
        try:
            return json.loads(self.raw) if self.raw else None
        except (ValueError, RecursionError):
            return None


class Reader(asyncio.StreamReader):
    """A reader that tells when the client left, without reading what it may have sent before."""

    def __init__(self) -> None:
        super().__init__(limit=MOST_HEAD)
        self.left = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.left.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.left.set()


@dataclass
class Connection:
    """The two ends of a socket."""

    reader: Reader
    writer: asyncio.StreamWriter
    extra: Mapping[str, str] = field(default_factory=dict)

    async def read(self, most: int) -> Request | None:
        """The next request, with at most so many bytes of body; None where it is no HTTP."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.rstrip().split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return None
        pairs = (line.partition(":") for line in rest)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        request = Request(words[0], words[1].partition("?")[0], headers)
        size = headers.get("content-length", "0")
        if not (size.isascii() and size.isdigit()):
            return None
        chunked = headers.get("transfer-encoding", "").lower() == "chunked"
        if not chunked and int(size) > most:
            await self._discard(int(size))
            request.raw = None
            return request
        if headers.get("expect", "").lower() == "100-continue":
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if chunked:
            request.raw = await self._chunks(most)
        else:
            request.raw = await self.reader.readexactly(int(size))
        return request

    async def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        """A whole answer."""
        payload = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        encoded = payload.encode("utf-8", "backslashreplace")
        await self.whole(status, "application/json; charset=utf-8", encoded, headers)

    async def whole(
        self, status: int, kind: str, payload: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        """A whole answer of any kind."""
        named = {"Content-Type": kind, "Content-Length": str(len(payload)), **(headers or {})}
        self.writer.write(_head(status, {**named, **self.extra}) + payload)
        await self.writer.drain()

    async def begin(self, kind: str, pause: float = 0.0) -> None:
        """The headers of a stream, with a pause in the middle where there is to be one."""
        named = {"Content-Type": kind, "Cache-Control": "no-cache", "Connection": "close"}
        head = _head(200, {**named, "Transfer-Encoding": "chunked", **self.extra})
        middle = len(head) // 2 if pause else 0
        if pause:
            self.writer.write(head[:middle])
            await self.writer.drain()
            await asyncio.sleep(pause)
        self.writer.write(head[middle:])
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        """A part of a stream; a long one in blocks, so that a client that leaves stops it."""
        for start in range(0, len(data), BLOCK):
            block = data[start : start + BLOCK]
            self.writer.write(b"%x\r\n%b\r\n" % (len(block), block))
            await self.writer.drain()

    async def end(self) -> None:
        """The proper end of a stream."""
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    async def cut(self, remains: bytes) -> None:
        """The beginning of a part, and then nothing more, ever."""
        self.writer.write(remains)
        await self.writer.drain()
        self.writer.transport.abort()

    async def _discard(self, size: int) -> None:
        """Read a body that is too long away: a client listens only when all is sent."""
        left = size
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while left > 0 and (block := await self.reader.read(BLOCK)):
                    left -= len(block)
        except TimeoutError:
            pass

    async def _chunks(self, most: int) -> bytes | None:
        body = bytearray()
        while True:
            line = await self.reader.readuntil(b"\r\n")
            try:
                size = int(line.split(b";")[0], 16)
            except ValueError:
                raise ConnectionError("a chunk with no size") from None
            if len(body) + size > most:
                await self._discard(size + 2)
                return None
            body += (await self.reader.readexactly(size + 2))[:size]
            if not size:
                return bytes(body)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    reason = REASONS.get(status, "Refused")
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {one}" for name, one in headers.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1", "replace")
