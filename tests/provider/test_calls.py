"""Whole calls over real HTTP: what a person gets, and how often an endpoint is asked."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any

import pytest

from kimi_lsp.core.model import ChatRequest, Finished, Message, TextDelta, TextPart, Waiting
from kimi_lsp.errors import KimiError
from kimi_lsp.provider import watch
from kimi_lsp.provider.client import KimiModel
from kimi_lsp.provider.endpoint import parse
from kimi_lsp.provider.governor import Bounds
from kimi_lsp.provider.settings import ProviderSettings
from kimi_lsp.simulator import Simulator
from tests.provider.raw_server import (
    DONE,
    OPEN,
    REQUEST,
    STOP,
    WHOLE,
    Hold,
    RawServer,
    Reply,
    answer,
    at_once,
    event,
    models,
    refusal,
    text,
)

OVERLOADED = refusal(429, "engine_overloaded_error", "", "Retry-After: 0\r\n")
LIMITED = refusal(429, "rate_limit_reached_error", "max RPM: 9", "retry-after-ms: 20\r\n")
NO_MODEL = refusal(404, "resource_not_found_error", "Not found the model m")
CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n"
ERROR = {"error": {"type": "server_error", "message": "m"}}
FILTERED = {"error": {"type": "content_filter", "message": "m"}}


async def outcome(model: KimiModel, request: ChatRequest = REQUEST) -> str:
    """The answer in quotes where it finished with ``stop``, else the reason or the finish."""
    words = ""
    try:
        async with asyncio.timeout(30):
            async for one in model.stream(request):
                if isinstance(one, TextDelta):
                    words += one.text
                if isinstance(one, Finished):
                    return f"'{words}'" if one.finish_reason == "stop" else one.finish_reason
    except KimiError as error:
        return error.reason
    finally:
        await model.close()
    return "nothing"


async def check(chats: list[Reply], expected: str, asked: int, **settings: Any) -> RawServer:
    async with RawServer(chats) as server:
        assert await outcome(server.model(**settings)) == expected
        assert len(server.chats()) == asked
    return server


@pytest.mark.parametrize(
    ("chats", "expected", "asked"),
    [
        pytest.param([WHOLE], "'hi'", 1, id="whole"),
        pytest.param([OPEN + text("hi") + STOP], "'hi'", 1, id="no done"),
        pytest.param([OPEN + text("hi") + DONE], "unfinished", 1, id="done alone"),
        pytest.param([OPEN + DONE], "unfinished", 1, id="nothing but done"),
        pytest.param([OPEN + text("hi")], "unfinished", 1, id="closed"),
        pytest.param([OPEN], "unfinished", 3, id="closed before the first token"),
        pytest.param([OPEN, WHOLE], "'hi'", 2, id="closed once"),
        pytest.param([CUT + text("hi")], "unfinished", 1, id="cut"),
        pytest.param([CUT + text("hi") + STOP], "'hi'", 1, id="cut after the end"),
        pytest.param([CUT], "offline", 3, id="cut before the first token"),
        pytest.param([b""], "offline", 3, id="no answer"),
        pytest.param([b"", b"", WHOLE], "'hi'", 3, id="no answer twice"),
        pytest.param([b"rubbish\r\n\r\n"], "offline", 3, id="no HTTP"),
        pytest.param([OVERLOADED], "overloaded", 3, id="overloaded"),
        pytest.param([OVERLOADED, WHOLE], "'hi'", 2, id="overloaded once"),
        pytest.param([LIMITED, LIMITED, WHOLE], "'hi'", 3, id="limited twice"),
        pytest.param(
            [refusal(429, "rate_limit_reached_error", "m", "Retry-After: 61\r\n")],
            "rate_limited",
            1,
            id="limited for long",
        ),
        pytest.param([refusal(429, "exceeded_current_quota_error")], "quota", 1, id="quota"),
        pytest.param([refusal(400, "invalid_request_error")], "protocol", 1, id="4xx"),
        pytest.param([refusal(401, "")], "unauthorized", 1, id="401"),
        pytest.param([answer(413, b"<html>", "text/html")], "too_large", 1, id="413 page"),
        pytest.param([answer(200, b"<html>", "text/html")], "protocol", 1, id="page"),
        pytest.param([answer(200, b'{"choices": []}')], "protocol", 1, id="no stream"),
        pytest.param([answer(200, json.dumps(FILTERED).encode())], "content_filter", 1, id="200"),
        pytest.param([answer(204, b"", "x/y")], "protocol", 1, id="empty"),
        pytest.param([OPEN + event(ERROR), WHOLE], "'hi'", 2, id="error event first"),
        pytest.param([OPEN + text("a") + event(ERROR)], "unfinished", 1, id="error event later"),
        pytest.param(
            [OPEN + text("a") + event(FILTERED)], "content_filter", 1, id="filter in the middle"
        ),
        pytest.param([OPEN + event(FILTERED)], "content_filter", 1, id="filter at once"),
        pytest.param([OPEN + b"data: {oops\n\n"], "protocol", 1, id="garbled"),
        pytest.param([OPEN + text("a") + b"data: \xff\n\n"], "protocol", 1, id="garbled later"),
        pytest.param([OPEN + text("a\ud800") + STOP], "protocol", 1, id="half a character"),
        pytest.param(
            [OPEN + event({"choices": [{"delta": {}, "finish_reason": "length"}]})],
            "length",
            1,
            id="length",
        ),
    ],
)
async def test_answers(chats: list[Reply], expected: str, asked: int) -> None:
    await check(chats, expected, asked)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with RawServer([WHOLE]) as other:
        away = f"Location: {other.url}/chat/completions\r\n"
        await check([answer(status, b"", extra=away)], "protocol", 1)
        async with RawServer(
            [WHOLE], [answer(status, b"", extra=f"Location: {other.url}/models\r\n")]
        ) as server:
            assert await outcome(server.model()) == "protocol"
            assert server.chats() == []
    assert other.seen == []


@pytest.mark.parametrize(
    ("before", "again", "expected"),
    [
        (b"", b"", "timeout"),
        (OPEN, b": ping\n\n", "timeout"),
        (OPEN, event({"choices": [{"delta": {"role": "assistant", "content": ""}}]}), "timeout"),
        (OPEN + text("a"), b"", "timeout"),
        (OPEN + text("a"), b": ping\n\n", "timeout"),
        (OPEN + text("a") + STOP, b": ping\n\n", "'a'"),
        (answer(200, b"")[:20], b"x", "timeout"),
        (b"HTTP/1.1 500 X\r\nContent-Length: 99999\r\n\r\n", b"x", "timeout"),
    ],
)
async def test_only_tokens_feed_the_watchdogs(before: bytes, again: bytes, expected: str) -> None:
    hold = Hold(before, again)
    first = 20 if text("a") in before else 0.3
    await check([hold], expected, 1, first_token_seconds=first, idle_seconds=0.3)
    async with asyncio.timeout(10):
        await hold.left.wait()


async def test_an_answer_that_ended_waits_for_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LAST_SECONDS", 0.2)
    await check([Hold(OPEN + text("a") + STOP, b": ping\n\n")], "'a'", 1, idle_seconds=3600)


async def test_a_packed_stream_is_not_asked_for() -> None:
    server = await check([WHOLE], "'hi'", 1)
    assert {one.headers["accept-encoding"] for one in server.seen} == {"identity"}


async def test_a_token_feeds_the_watchdog() -> None:
    async def slowly(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OPEN)
        for _ in range(10):
            writer.write(event({"choices": [{"delta": {"reasoning": "r"}}]}))
            await asyncio.sleep(0.25)
        writer.write(text("hi") + STOP)

    await check([slowly], "'hi'", 1, first_token_seconds=2, idle_seconds=2)


@pytest.mark.parametrize("data", [b"", OPEN, OPEN + text("a")])
async def test_a_cancelled_call_closes_its_connection(data: bytes) -> None:
    hold = Hold(data)
    async with RawServer([hold]) as server:
        model = server.model()
        task = asyncio.create_task(outcome(model))
        async with asyncio.timeout(10):
            while not server.chats():
                await asyncio.sleep(0.01)
            task.cancel()
            await hold.left.wait()
            await asyncio.wait([task])
    assert task.cancelled()


async def test_an_error_without_end_is_cut() -> None:
    endless = Hold(b"HTTP/1.1 401 X\r\nContent-Type: text/html\r\n\r\n", b"x" * 65536, 0.001)
    await check([endless], "unauthorized", 1)


async def test_a_packed_error_is_read() -> None:
    packed = gzip.compress(json.dumps({"error": {"type": "exceeded_current_quota_error"}}).encode())
    await check([answer(429, packed, extra="Content-Encoding: gzip\r\n")], "quota", 1)


@pytest.mark.parametrize(
    ("lists", "chats", "setting", "expected", "tried"),
    [
        (
            [models("kimi-k2.5", "kimi-k2.6")],
            [NO_MODEL, WHOLE],
            "auto",
            "'hi'",
            ["kimi-k2.5", "kimi-k2.6"],
        ),
        (
            [models("kimi-k2.5"), models("moonshotai/Kimi-K2.5")],
            [NO_MODEL, WHOLE],
            "auto",
            "'hi'",
            ["kimi-k2.5", "moonshotai/Kimi-K2.5"],
        ),
        (
            [models("kimi-k2.5", "kimi-k2.6", "kimi-k2.6-b")],
            [NO_MODEL],
            "auto",
            "no_such_model",
            ["kimi-k2.5", "kimi-k2.6"],
        ),
        ([models("kimi-k2.5", "x")], [NO_MODEL], "auto", "no_such_model", ["kimi-k2.5"]),
        ([models("kimi-k2.5", "x")], [NO_MODEL], "mine", "no_such_model", ["mine"]),
        ([models("x", "y")], [WHOLE], "auto", "no_such_model", []),
        ([models("x")], [WHOLE], "auto", "'hi'", ["x"]),
        ([models()], [WHOLE], "auto", "no_such_model", []),
        ([answer(404, b"")], [WHOLE], "auto", "'hi'", ["kimi-k2.5"]),
        ([answer(405, b"")], [WHOLE], "auto", "'hi'", ["kimi-k2.5"]),
        ([answer(200, b"[]")], [WHOLE], "auto", "'hi'", ["kimi-k2.5"]),
        ([answer(404, b"")], [NO_MODEL], "auto", "no_such_model", ["kimi-k2.5"]),
        (
            [answer(404, b""), models("kimi-k2.6")],
            [NO_MODEL, WHOLE],
            "auto",
            "'hi'",
            ["kimi-k2.5", "kimi-k2.6"],
        ),
        ([refusal(401, "")], [WHOLE], "auto", "unauthorized", []),
        ([answer(200, b"<html>", "text/html")], [WHOLE], "auto", "protocol", []),
        ([OVERLOADED, models("kimi-k2.5")], [WHOLE], "auto", "'hi'", ["kimi-k2.5"]),
    ],
)
async def test_which_model_is_asked(
    lists: list[Reply], chats: list[Reply], setting: str, expected: str, tried: list[str]
) -> None:
    async with RawServer(chats, lists) as server:
        assert await outcome(server.model(model=setting)) == expected
        assert [one.body["model"] for one in server.chats()] == tried


@pytest.mark.parametrize(
    ("ids", "setting", "expected"),
    [
        (["kimi-k2.6", "kimi-k3"], "mine", ["mine", "kimi-k2.6, kimi-k3"]),
        (["a", "b"], "auto", ["a, b"]),
        ([str(number) for number in range(50)], "auto", ["0, 1, 2", "11, …"]),
        ([], "mine", ["mine", "lists none"]),
    ],
)
async def test_a_model_that_is_not_there_names_those_that_are(
    ids: list[str], setting: str, expected: list[str]
) -> None:
    async with RawServer([NO_MODEL], [models(*ids)]) as server:
        model = server.model(model=setting)
        with pytest.raises(KimiError) as caught:
            async for _ in model.stream(REQUEST):
                pass
        await model.close()
    assert all(one in str(caught.value) for one in expected)


async def test_models_are_asked_for_once_and_again_after_a_404() -> None:
    async with RawServer(
        [WHOLE, WHOLE, NO_MODEL, WHOLE], [models("kimi-k2.5", "kimi-k2.6")]
    ) as server:
        model = server.model()
        for _ in range(4):
            assert [one async for one in model.stream(REQUEST)]
        await model.close()
    paths = [one.path.removeprefix("/v1/") for one in server.seen]
    chat = "chat/completions"
    assert paths == ["models", chat, chat, chat, "models", chat, chat]


async def test_calls_that_begin_together_ask_for_models_once() -> None:
    async with RawServer([WHOLE]) as server:
        model = server.model()

        async def one() -> None:
            assert [event async for event in model.stream(REQUEST)]

        await asyncio.gather(one(), one(), one())
        await model.close()
    assert [one.path for one in server.seen].count("/v1/models") == 1


async def test_a_named_model_of_a_known_dialect_needs_no_list() -> None:
    async with RawServer([WHOLE]) as server:
        assert await outcome(server.model(model="mine", dialect="vllm")) == "'hi'"
    assert [one.path for one in server.seen] == ["/v1/chat/completions"]


async def test_calls_wait_for_their_turn_and_say_so() -> None:
    first, second = Hold(OPEN + text("a")), WHOLE
    async with RawServer([first, second]) as server:
        model = server.model(bounds=Bounds(concurrency=1))
        running = model.stream(REQUEST)
        while not isinstance(await anext(running), TextDelta):
            pass
        waiting = model.stream(REQUEST)
        assert await anext(waiting) == Waiting("turn", None)
        assert len(server.chats()) == 1
        await running.aclose()
        events = [one async for one in waiting]
        assert isinstance(events[-1], Finished)
        await model.close()


async def test_a_learnt_bound_holds_the_next_call_back() -> None:
    learnt = refusal(
        429, "rate_limit_reached_error", "organization max RPM: 1", "retry-after-ms: 1\r\n"
    )
    async with RawServer([learnt, WHOLE]) as server:
        model = server.model()
        events = [one async for one in model.stream(REQUEST)]
        assert any(isinstance(one, Waiting) and one.why == "rate_limit" for one in events)
        late = model.stream(REQUEST)
        said = await anext(late)
        assert isinstance(said, Waiting)
        assert said.why == "turn"
        assert said.seconds is not None
        assert 30 < said.seconds <= 60
        await late.aclose()
        await model.close()
    assert len(server.chats()) == 2


async def test_a_model_that_comes_back_is_found() -> None:
    async with RawServer([WHOLE], [models(), models("kimi-k2.5")]) as server:
        model = server.model()
        with pytest.raises(KimiError):
            await anext(model.stream(REQUEST))
        assert isinstance([one async for one in model.stream(REQUEST)][-1], Finished)
        await model.close()


async def test_a_connection_is_used_again() -> None:
    again = asyncio.Event()

    async def chunked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = text("hi") + STOP + DONE
        head = OPEN.replace(b"Connection: close", b"Transfer-Encoding: chunked")
        writer.write(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))
        await reader.readuntil(b"\r\n\r\n")
        again.set()

    async with RawServer([chunked]) as server:
        model = server.model()
        assert isinstance([one async for one in model.stream(REQUEST)][-1], Finished)
        second = asyncio.create_task(outcome(model))
        async with asyncio.timeout(10):
            await again.wait()
        second.cancel()
        await asyncio.wait([second])


async def test_half_a_character_of_a_document_is_sent_as_a_mark() -> None:
    request = ChatRequest((Message("user", (TextPart("a\ud800b😀"),)),), 100)
    async with RawServer([WHOLE]) as server:
        assert await outcome(server.model(), request) == "'hi'"
    assert server.chats()[0].body["messages"][0]["content"] == "a\ufffdb😀"


SECRET = "the_secret_of_this_file = 42"


async def test_neither_key_nor_prompt_is_in_what_is_shown() -> None:
    request = ChatRequest((Message("user", (TextPart(f"fix\n{SECRET}\n"),)),), 100)
    echo = refusal(400, "invalid_request_error", f"bad sk-canary, canary-key: 'fix {SECRET}'")
    async with RawServer([echo]) as server:
        model = server.model("canary-key")
        with pytest.raises(KimiError) as caught:
            async for _ in model.stream(request):
                pass
        await model.close()
    assert server.chats()[0].headers["authorization"] == "bearer canary-key"
    for word in ("canary", SECRET, "secret_of_this"):
        assert word not in str(caught.value)
    assert "bad" in str(caught.value)


async def test_plain_text_for_this_machine_goes_through_no_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with RawServer([WHOLE]) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        await check([WHOLE], "'hi'", 1)
    assert proxy.seen == []


SIMULATED = [
    ({"fault": "split"}, "'hello you'"),
    ({"fault": "no_done"}, "'hello you'"),
    ({"fault": "done_only"}, "unfinished"),
    ({"fault": "drop"}, "unfinished"),
    ({"fault": "cut"}, "unfinished"),
    ({"fault": "error_event"}, "unfinished"),
    ({"fault": "bad_json"}, "protocol"),
    ({"fault": "html"}, "protocol"),
    ({"fault": "redirect"}, "protocol"),
    ({"fault": "refuse"}, "offline"),
    ({"fault": "stall"}, "timeout"),
    ({"fault": "ping"}, "timeout"),
]


@pytest.mark.parametrize("dialect", ["moonshot", "vllm", "sglang", "openrouter"])
@pytest.mark.parametrize(("line", "expected"), SIMULATED)
async def test_the_offline_kimi(line: dict[str, Any], expected: str, dialect: str) -> None:
    reply = {"content": "hello you", "reasoning": "I think.", "chunk": 2}
    async with Simulator([{"reply": reply, **line}], dialect=dialect) as kimi:
        settings = ProviderSettings(idle_seconds=0.5, dialect=dialect)
        request = ChatRequest(REQUEST.messages, 100, thinking=True)
        model = KimiModel(settings, parse(kimi.url), "k", sleep=at_once)
        assert await outcome(model, request) == expected
        async with asyncio.timeout(10):
            while kimi.open_streams:
                await asyncio.sleep(0.01)
