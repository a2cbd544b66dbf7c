"""A server that sends the bytes it is given, and notes what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from kimi_lsp.core.model import ChatRequest, Message, TextPart
from kimi_lsp.provider.client import KimiModel
from kimi_lsp.provider.endpoint import parse
from kimi_lsp.provider.settings import ProviderSettings

REQUEST = ChatRequest((Message("user", (TextPart("hello"),)),), 100)


def answer(status: int, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    """A whole HTTP answer."""
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    )
    return head.encode() + body


def refusal(status: int, kind: str, message: str = "", extra: str = "") -> bytes:
    """An error as the API words it."""
    return answer(
        status, json.dumps({"error": {"message": message, "type": kind}}).encode(), extra=extra
    )


def models(*ids: str, owner: str = "moonshot") -> bytes:
    """An answer of ``/models``."""
    data = [{"id": one, "object": "model", "owned_by": owner} for one in ids]
    return answer(200, json.dumps({"object": "list", "data": data}).encode())


OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
DONE = b"data: [DONE]\n\n"
STOP = b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n'


def text(content: str) -> bytes:
    """An event with a piece of the answer."""
    return b"data: " + json.dumps({"choices": [{"delta": {"content": content}}]}).encode() + b"\n\n"


def event(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


WHOLE = OPEN + text("hi") + STOP + DONE


async def at_once(_: float) -> None:
    """A pause that takes no time."""


@dataclass
class Seen:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Hold:
    """Sends bytes and then keeps the connection open until the client leaves."""

    def __init__(self, data: bytes = b"", again: bytes = b"", every: float = 0.01) -> None:
        self.data, self.again, self.every = data, again, every
        self.left = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.data)
        gone = asyncio.ensure_future(reader.read(1))
        try:
            while not gone.done():
                writer.write(self.again)
                await asyncio.wait([gone], timeout=self.every)
        finally:
            self.left.set()
            await asyncio.gather(gone, return_exceptions=True)


Reply = bytes | Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Answers chats with ``chats`` in order, the last for ever, and ``/models`` with ``lists``."""

    def __init__(self, chats: Sequence[Reply], lists: Sequence[Reply] = ()) -> None:
        self._scripts = {
            "/chat/completions": [*chats],
            "/models": [*(lists or [models("kimi-k2.5")])],
        }
        self.seen: list[Seen] = []
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._open:
            writer.close()

    def model(self, key: str | None = None, **settings: Any) -> KimiModel:
        """A model that asks this server."""
        return KimiModel(ProviderSettings(**settings), parse(self.url), key, sleep=at_once)

    def chats(self) -> list[Seen]:
        return [one for one in self.seen if one.path == "/v1/chat/completions"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *rest = head.rstrip().split("\r\n")
            method, path, _ = first.split(" ")
            headers = dict(line.lower().split(": ", 1) for line in rest)
            raw = await reader.readexactly(int(headers.get("content-length", "0")))
            self.seen.append(Seen(method, path, headers, json.loads(raw) if raw else None))
            script = self._scripts[path.removeprefix("/v1")]
            reply = script.pop(0) if len(script) > 1 else script[0]
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self._open.discard(writer)
