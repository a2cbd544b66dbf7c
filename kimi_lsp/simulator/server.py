"""The server: real HTTP on loopback, from raw sockets, so that it can break what it likes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

from kimi_lsp.simulator.script import Line, line_of
from kimi_lsp.simulator.stream import Answer, chunks, data
from kimi_lsp.simulator.validation import Refusal, authorized, refused, thinks, tokens

MOST_BODY = 100 << 20
STAND_IN = (
    "I am the offline stand-in for Kimi and cannot think. I saw a request of {characters} "
    "characters. Set MOONSHOT_API_KEY and remove KIMI_BASE_URL to ask the real one."
)


class Simulator:
    """An offline Kimi on 127.0.0.1; use it as an async context manager.

    ``requests`` records every request: ``path``, ``headers``, ``body``, and ``disconnected`` where
    the client left before the end.
    """

    def __init__(
        self,
        script: Sequence[Mapping[str, Any] | Line] = (),
        *,
        port: int = 0,
        dialect: str = "moonshot",
        key: str | None = None,
        models: Sequence[str] = ("kimi-k2.5",),
        retired: bool = False,
        retry_after: int | None = None,
    ) -> None:
        self._script = [one if isinstance(one, Line) else line_of(one) for one in script]
        self._port = port
        self._dialect = dialect
        self._key = key
        self.models = ["kimi-k2.6", "kimi-k3"] if retired else list(models)
        self._retry_after = retry_after
        self._cached: dict[str, int] = {}
        self.requests: list[dict[str, Any]] = []
        self.open_streams = 0

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    def say(self, line: Mapping[str, Any]) -> None:
        """Add a line to the script."""
        self._script.append(line_of(line))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self._port, limit=1 << 20
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.rstrip().split("\r\n")
        words = first.split(" ")
        if len(words) != 3:
            await _json(writer, 400, {"error": {"message": "bad request", "type": "invalid"}})
            return False
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in rest)
        }
        length = headers.get("content-length", "0")
        size = int(length) if length.isdigit() else MOST_BODY + 1
        if size > MOST_BODY:
            message = "Request exceeds the maximum size"
            await _json(writer, 413, Refusal(413, "invalid_request_error", message).body())
            return False
        raw = await reader.readexactly(size)
        record: dict[str, Any] = {"method": words[0], "path": words[1], "headers": headers}
        record["time"] = time.monotonic()
        try:
            record["body"] = json.loads(raw) if raw else None
        except ValueError:
            record["body"] = None
        return await self._route(record, reader, writer)

    async def _route(
        self,
        record: dict[str, Any],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        path, body = record["path"], record["body"]
        if path == "/simulator/requests":
            await _json(writer, 200, {"requests": self.requests})
            return True
        if path == "/simulator/state":
            await _json(writer, 200, {"open_streams": self.open_streams})
            return True
        if path == "/simulator/script":
            self.say(body)
            await _json(writer, 200, {})
            return True
        self.requests.append(record)
        needed = self._dialect in ("moonshot", "openrouter")
        refusal = authorized(record["headers"].get("authorization"), self._key, needed=needed)
        if refusal:
            await _json(writer, refusal.status, refusal.body())
        elif path == "/v1/models":
            await _json(
                writer, 200, {"object": "list", "data": [self._model(one) for one in self.models]}
            )
        elif path == "/v1/chat/completions":
            return await self._chat(record, reader, writer)
        elif path == "/v1/tokenizers/estimate-token-count" and needed:
            await _json(writer, 200, {"data": {"total_tokens": tokens(body)}})
        elif path == "/v1/users/me/balance" and needed:
            money = {"available_balance": 10.0, "voucher_balance": 0, "cash_balance": 10.0}
            await _json(writer, 200, {"code": 0, "data": money, "scode": "0x0", "status": True})
        else:
            await _json(writer, 404, {"error": {"message": "not found", "type": "not_found"}})
        return True

    def _model(self, name: str) -> dict[str, Any]:
        owner = {"vllm": "vllm", "sglang": "sglang"}.get(self._dialect, "moonshot")
        return {
            "id": name,
            "object": "model",
            "created": 1769472000,
            "owned_by": owner,
            "context_length": 262_144,
            "supports_image_in": True,
            "supports_video_in": True,
            "supports_reasoning": True,
        }

    async def _chat(
        self,
        record: dict[str, Any],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        body = record["body"]
        refusal = refused(body, self.models, self._dialect)
        if refusal:
            await _json(writer, refusal.status, refusal.body())
            return True
        line = self._line(body)
        if line.fault == "refuse":
            return False
        if line.status:
            await self._error(writer, line)
            return True
        if line.fault in ("html", "redirect"):
            await _page(writer, line.fault)
            return False
        answer = self._answer(body, line)
        if not body.get("stream"):
            await _json(writer, 200, _whole(answer))
            return True
        self.open_streams += 1
        sending = asyncio.create_task(self._stream(writer, answer, line))
        leaving = asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                record["disconnected"] = time.monotonic()
                sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        finally:
            leaving.cancel()
            self.open_streams -= 1
        return False

    def _line(self, body: Mapping[str, Any]) -> Line:
        users = [one for one in body["messages"] if one["role"] == "user"]
        content = users[-1]["content"] if users else ""
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        text = "\n".join(part["text"] for part in parts if part["type"] == "text")
        image = any(part["type"] == "image_url" for part in parts)
        for line in self._script:
            if line.answers(body["model"], text, image=image):
                if line.left is not None:
                    line.left -= 1
                return line
        size = sum(len(json.dumps(one["content"])) for one in body["messages"])
        return Line(reply={"content": STAND_IN.format(characters=size)})

    async def _error(self, writer: asyncio.StreamWriter, line: Line) -> None:
        status = int(line.status or 500)
        wait = line.error.get("retry_after", self._retry_after)
        extra = f"Retry-After: {wait}\r\n" if wait is not None else ""
        error = {"message": line.error.get("message", ""), "type": line.error.get("type", "")}
        await _json(writer, status, {"error": error}, extra)

    def _answer(self, body: Mapping[str, Any], line: Line) -> Answer:
        reply = line.reply
        content, finish = str(reply.get("content", "")), str(reply.get("finish", "stop"))
        thinking = thinks(body, self._dialect)
        reasoning = str(reply.get("reasoning", "")) if thinking else ""
        room = 4 * int(body.get("max_completion_tokens") or 32_768)
        if len(reasoning) + len(content) > room:
            reasoning, finish = reasoning[:room], "length"
            content = content[: max(room - len(reasoning), 0)]
        prompt = tokens(body["messages"])
        written = tokens(reasoning + content)
        usage: dict[str, Any] = {
            "prompt_tokens": prompt,
            "completion_tokens": written,
            "total_tokens": prompt + written,
        }
        cached = self._cached.get(str(body.get("prompt_cache_key")), 0)
        if cached:
            usage["cached_tokens"] = min(cached, prompt)
        if body.get("prompt_cache_key"):
            self._cached[str(body["prompt_cache_key"])] = prompt
        if reasoning:
            usage["completion_tokens_details"] = {"reasoning_tokens": tokens(reasoning)}
        return Answer(
            model=body["model"],
            dialect=self._dialect,
            reasoning=reasoning,
            content=content,
            finish=finish,
            piece=int(reply.get("chunk", 8)),
            usage=usage,
            usage_asked=bool((body.get("stream_options") or {}).get("include_usage")),
        )

    async def _stream(self, writer: asyncio.StreamWriter, answer: Answer, line: Line) -> None:
        delay, fault = float(line.reply.get("delay", 0)), line.fault
        if fault == "slow_first":
            await asyncio.sleep(delay)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        events = [data(chunk) for chunk in chunks(answer)]
        if fault != "no_done":
            events.append(data("[DONE]"))
        if fault == "done_only":
            events = [one for one in events if b'"finish_reason": "' not in one]
        middle = min(3, len(events) - 2)
        for number, event in enumerate(events):
            if number == middle and fault and await self._break(writer, fault):
                return
            await _send(writer, event, whole=fault != "split")
            if delay and fault != "slow_first":
                await asyncio.sleep(delay)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _break(self, writer: asyncio.StreamWriter, fault: str) -> bool:
        """Do what a fault does in the middle of a stream; whether the stream ends there."""
        if fault == "drop":
            writer.write(b"0\r\n\r\n")
        elif fault == "cut":
            writer.write(b"ff\r\ndata: {")
            await writer.drain()
            writer.transport.abort()
        elif fault == "error_event":
            error = {"message": "The engine is currently overloaded", "type": "server_error"}
            await _send(writer, data({"error": error}))
        elif fault == "bad_json":
            await _send(writer, data("{oops"))
        elif fault in ("stall", "ping"):
            while True:
                await asyncio.sleep(0.2)
                if fault == "ping":
                    await _send(writer, b": ping\n\n")
        else:
            return False
        return True


async def _send(writer: asyncio.StreamWriter, event: bytes, *, whole: bool = True) -> None:
    for piece in [event] if whole else [event[at : at + 1] for at in range(len(event))]:
        writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        await writer.drain()


async def _json(writer: asyncio.StreamWriter, status: int, body: Any, extra: str = "") -> None:
    payload = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{extra}"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    writer.write(head.encode() + payload)
    await writer.drain()


async def _page(writer: asyncio.StreamWriter, fault: str) -> None:
    if fault == "html":
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>Log in</p>"
        )
    else:
        writer.write(
            b"HTTP/1.1 307 X\r\nLocation: http://localhost:9/v1\r\nContent-Length: 0\r\n"
            b"Connection: close\r\n\r\n"
        )
    await writer.drain()


def _whole(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.content}
    if answer.reasoning:
        message["reasoning_content"] = answer.reasoning
    choice = {"index": 0, "message": message, "finish_reason": answer.finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": answer.model,
        "choices": [choice],
        "usage": answer.usage,
    }
