"""Chat completions: judged, admitted, answered by the script, and sent with its fault."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Coroutine, Mapping
from typing import Any, Literal

from kimi_lsp.simulator.dialects import mapping, spoken, thinks
from kimi_lsp.simulator.exchange import Connection
from kimi_lsp.simulator.faults import PING, plan
from kimi_lsp.simulator.limits import Limits
from kimi_lsp.simulator.models import family, usd
from kimi_lsp.simulator.refusals import Refusal, scripted
from kimi_lsp.simulator.rules import Service, refused
from kimi_lsp.simulator.script import Line, asked
from kimi_lsp.simulator.stream import Answer, compact, whole
from kimi_lsp.simulator.tokens import Segment, answer_bound, count, fit, segments, total
from kimi_lsp.simulator.usage import PrefixCache, usage

STAND_IN = (
    "I am the offline stand-in for Kimi and cannot think. I saw a request of {characters} "
    "characters. Set MOONSHOT_API_KEY and remove KIMI_BASE_URL to ask the real one."
)
ELSEWHERE = "http://localhost:9/v1"
PING_SECONDS = 0.2
JSON = "application/json; charset=utf-8"
EVENTS = "text/event-stream; charset=utf-8"

RetryAfter = int | Literal["auto"] | None


class Chat:
    """The endpoint for chat completions."""

    def __init__(
        self, service: Service, script: list[Line], limits: Limits, retry_after: RetryAfter
    ) -> None:
        self._service = service
        self._script = script
        self._limits = limits
        self._retry_after: RetryAfter = retry_after
        self._cache = PrefixCache()
        self.running = 0
        self.open_streams = 0

    async def answer(self, body: Any, connection: Connection, record: dict[str, Any]) -> bool:
        """Answer one request; whether the connection can be used again."""
        refusal = refused(body, self._service)
        if refusal:
            await self._refuse(connection, refusal)
            return True
        prompt = segments(body, self._service.lookup)
        refusal = self._limits.admit(total(prompt) + answer_bound(body), self.running)
        if refusal:
            await self._refuse(connection, refusal, self._retry_after)
            return True
        line = self._line(body)
        if line.fault == "refuse":
            return False
        self.running += 1
        try:
            return await _while_there(connection, self._say(body, prompt, line, connection), record)
        finally:
            self.running -= 1

    async def _say(
        self, body: Mapping[str, Any], prompt: list[Segment], line: Line, connection: Connection
    ) -> bool:
        delay = float(line.reply.get("delay", 0))
        if line.fault == "slow_first":
            await asyncio.sleep(delay)
        if line.status:
            fixed = None if self._retry_after == "auto" else self._retry_after
            refusal = scripted(line.status, line.error)
            await self._refuse(connection, refusal, line.error.get("retry_after", fixed))
            return True
        if await _page(connection, line.fault):
            return False
        answer = self._answer(body, prompt, line)
        counts = answer.usage
        cached = int(counts.get("cached_tokens", 0))
        paid = usd(answer.model, counts["prompt_tokens"], cached, counts["completion_tokens"])
        self._limits.pay(paid)
        if not body.get("stream") or line.fault == "not_stream":
            return await _whole(connection, answer, line.fault)
        self.open_streams += 1
        try:
            await _stream(connection, answer, line, delay)
        finally:
            self.open_streams -= 1
        return False

    async def _refuse(
        self, connection: Connection, refusal: Refusal, wait: int | str | None = None
    ) -> None:
        seconds = refusal.wait if wait == "auto" else wait
        headers = {} if seconds is None else {"Retry-After": _one_line(seconds)}
        await connection.json(refusal.status, spoken(refusal, self._service.dialect), headers)

    def _line(self, body: Mapping[str, Any]) -> Line:
        text, image = asked(body)
        for line in self._script:
            if line.answers(body["model"], text, image=image):
                if line.left is not None:
                    line.left -= 1
                return line
        characters = len(json.dumps(body["messages"], ensure_ascii=False))
        return Line(reply={"content": STAND_IN.format(characters=characters)})

    def _answer(self, body: Mapping[str, Any], prompt: list[Segment], line: Line) -> Answer:
        reply, dialect, bound = line.reply, self._service.dialect, answer_bound(body)
        calls = self._calls(body, reply)
        finish = str(reply.get("finish", "tool_calls" if calls else "stop"))
        said = str(reply.get("reasoning", "")) if thinks(body, dialect) else ""
        reasoning = fit(said, bound)
        wanted = _until(str(reply.get("content", "")), body.get("stop"))
        content = fit(wanted, bound - count(reasoning))
        if (reasoning, content) != (said, wanted):
            calls, finish = [], "length"
        spent = count(content) + sum(count(call["arguments"]) for call in calls)
        cached = self._cache.cached(body.get("prompt_cache_key"), prompt)
        return Answer(
            model=body["model"],
            dialect=dialect,
            reasoning=reasoning,
            content=content,
            calls=calls,
            finish=finish,
            piece=int(reply.get("chunk", 8)),
            usage=usage(dialect, total(prompt), cached, count(reasoning), spent),
            usage_asked=bool(mapping(body.get("stream_options")).get("include_usage")),
        )

    def _calls(self, body: Mapping[str, Any], reply: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The tool calls of a reply, with ids that go on counting where the history stopped."""
        before = sum(len(one.get("tool_calls") or ()) for one in body["messages"])
        official = self._service.dialect.strict and family(body["model"]).tool_id
        pattern = official or self._service.dialect.tool_id
        return [
            {**call, "id": pattern.format(name=call["name"], number=number)}
            for number, call in enumerate(reply.get("tool_calls", ()), before)
        ]


async def _while_there(
    connection: Connection, saying: Coroutine[Any, Any, bool], record: dict[str, Any]
) -> bool:
    """Speak for as long as the client listens; the record keeps when it left before the end."""
    speaking = asyncio.create_task(saying)
    leaving = asyncio.create_task(connection.reader.left.wait())
    try:
        await asyncio.wait({speaking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not speaking.done():
            record["disconnected"] = time.monotonic()
            return False
        return speaking.result() and not leaving.done()
    except ConnectionError:
        record["disconnected"] = time.monotonic()
        return False
    finally:
        speaking.cancel()
        leaving.cancel()
        await asyncio.gather(speaking, leaving, return_exceptions=True)


async def _page(connection: Connection, fault: str | None) -> bool:
    """Answer with something that is not the API's at all; whether it was asked for."""
    closing = {"Connection": "close"}
    if fault in ("html", "html_error"):
        page = b"<!DOCTYPE html><title>Log in</title><p>Log in to go on.</p>"
        await connection.whole(200 if fault == "html" else 502, "text/html", page, closing)
    elif fault == "empty_error":
        await connection.whole(500, "text/plain", b"", closing)
    elif fault == "redirect":
        await connection.whole(307, "text/plain", b"", {"Location": ELSEWHERE, **closing})
    else:
        return False
    return True


async def _whole(connection: Connection, answer: Answer, fault: str | None) -> bool:
    """An answer in one piece; faults that break a stream break it as well."""
    if fault in ("cut", "drop", "stall", "bad_json"):
        text = compact(whole(answer)).encode("utf-8", "backslashreplace")
        half = text[: len(text) // 2]
        if fault == "bad_json":
            await connection.whole(200, JSON, half)
            return True
        await connection.begin(JSON)
        await connection.chunk(half)
        if fault == "drop":
            await connection.end()
        elif fault == "cut":
            await connection.cut(b"ff\r\n")
        else:
            await asyncio.Event().wait()
        return False
    await connection.json(200, whole(answer))
    return True


async def _stream(connection: Connection, answer: Answer, line: Line, delay: float) -> None:
    planned = plan(answer, line.fault, line.error)
    kind = JSON if line.fault == "wrong_type" else EVENTS
    await connection.begin(kind, delay if line.fault == "slow_headers" else 0)
    paced = 0 if line.fault in ("slow_first", "slow_headers") else delay
    for number, event in enumerate(planned.events):
        if number and paced:
            await asyncio.sleep(paced)
        for piece in event:
            await connection.chunk(piece)
    if planned.end == "close":
        await connection.end()
    elif planned.end == "cut":
        await connection.cut(b"ff\r\ndata: {")
    elif planned.end == "stall":
        await asyncio.Event().wait()
    else:
        while True:
            await asyncio.sleep(PING_SECONDS)
            await connection.chunk(PING)


def _until(text: str, stop: Any) -> str:
    """A text up to the first of the words at which it is to stop."""
    stops = [one for one in (stop if isinstance(stop, list) else [stop]) if isinstance(one, str)]
    places = [text.find(one) for one in stops if one and one in text]
    return text[: min(places)] if places else text


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
