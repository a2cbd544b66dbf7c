"""A plain client of the offline Kimi, that sees every byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kimi_lsp.simulator import Simulator

CHAT = "/v1/chat/completions"
HELLO: dict[str, Any] = {"model": "kimi-k2.5", "messages": [{"role": "user", "content": "hello"}]}
KEY = {"Authorization": "Bearer offline"}


@dataclass(frozen=True)
class Reply:
    """What came: ``parts`` are the chunks of a chunked body, ``whole`` whether it ended."""

    status: int
    headers: Mapping[str, str]
    parts: tuple[bytes, ...]
    whole: bool

    @property
    def data(self) -> bytes:
        return b"".join(self.parts)

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def events(self) -> list[Any]:
        """The data of a stream's events; ``[DONE]`` stays a string."""
        lines = [line for line in self.data.decode().splitlines() if line.startswith("data: ")]
        texts = [line.removeprefix("data: ") for line in lines]
        return [text if text == "[DONE]" else json.loads(text) for text in texts]


async def ask(
    kimi: Simulator,
    body: Any = None,
    path: str = CHAT,
    method: str | None = None,
    headers: Mapping[str, str] = KEY,
    raw: bytes | None = None,
) -> Reply:
    """One request on a connection of its own, and all that comes back."""
    payload = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
    reader, writer = await begin(kimi, payload, path, method, headers)
    try:
        return await read(reader)
    finally:
        writer.close()


async def begin(
    kimi: Simulator,
    payload: bytes,
    path: str = CHAT,
    method: str | None = None,
    headers: Mapping[str, str] = KEY,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request; its answer is the caller's to read, or to leave."""
    port = int(kimi.url.rsplit(":", 1)[1].removesuffix("/v1"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    verb = method or ("POST" if payload else "GET")
    named = {"Content-Length": str(len(payload)), **headers}
    lines = [f"{verb} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    writer.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode() + payload)
    await writer.drain()
    return reader, writer


async def read(reader: asyncio.StreamReader) -> Reply:
    """A whole answer, or as much of it as comes."""
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)
    }
    status = int(first.split(" ")[1])
    parts: list[bytes] = []
    try:
        if headers.get("transfer-encoding") != "chunked":
            parts.append(await reader.readexactly(int(headers["content-length"])))
            return Reply(status, headers, tuple(parts), whole=True)
        while size := int(await reader.readuntil(b"\r\n"), 16):
            parts.append((await reader.readexactly(size + 2))[:-2])
    except (asyncio.IncompleteReadError, ConnectionError):
        return Reply(status, headers, tuple(parts), whole=False)
    return Reply(status, headers, tuple(parts), whole=True)


def error(reply: Reply) -> tuple[int, str, str]:
    """The status, type and message of an error answer, which has no other member."""
    inner = reply.json["error"]
    assert set(inner) == {"message", "type"}
    return reply.status, inner["type"], inner["message"]
