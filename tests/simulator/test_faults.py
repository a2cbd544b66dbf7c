"""Each fault, as a client sees it on the wire."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from kimi_lsp.simulator import Simulator
from kimi_lsp.simulator.faults import FAULTS, HUGE
from kimi_lsp.simulator.refusals import WORDS
from tests.simulator.talk import HELLO, Reply, ask, begin, read

TEXT = 'Größe 😀 "a" \\ b\n'
STREAM = {**HELLO, "stream": True}
END = "data: [DONE]"


async def broken(fault: str | None, **more: Any) -> Reply:
    """The answer to a streaming request under a fault."""
    line = {"reply": {"content": TEXT, "chunk": 4}, "fault": fault} | more
    async with Simulator([line]) as kimi:
        return await asyncio.wait_for(ask(kimi, STREAM), 60)


def events(text: str) -> list[Any]:
    """A stream's events by the letter of the format: any line end, comments and fields apart."""
    found: list[Any] = []
    for block in re.split(r"(?:\r\n|\n|\r){2}", text.removeprefix("\ufeff")):
        lines = [line for line in re.split(r"\r\n|\n|\r", block) if line.startswith("data: ")]
        data = "\n".join(line.removeprefix("data: ") for line in lines)
        if data and data != "[DONE]":
            found.append(json.loads(data))
    return found


def said(found: list[Any]) -> tuple[str, str | None]:
    """The content of a stream, and its finish_reason."""
    choices = [one for event in found for one in event.get("choices") or ()]
    text = "".join(one["delta"].get("content") or "" for one in choices)
    return text, next((one["finish_reason"] for one in choices if one["finish_reason"]), None)


GOES_ON = (None, "split", "odd_chunks", "crlf", "bare_cr", "comments", "empty_choices", "noise")


@pytest.mark.parametrize("fault", GOES_ON)
async def test_what_a_reader_must_pass_over(fault: str | None) -> None:
    reply = await broken(fault)
    text = reply.data.decode()
    assert (reply.status, reply.whole) == (200, True)
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert said(events(text)) == (TEXT, "stop")
    assert END in text


MARKS = {
    "odd_chunks": b"\r\n\r\n",
    "crlf": b"\r\n\r\n",
    "bare_cr": b"}\r\rdata: ",
    "comments": b": keep-alive\n\n",
    "empty_choices": b'"choices":null',
    "noise": b"\xef\xbb\xbfretry: 100\n\nid: 0\nevent: message\n",
}


@pytest.mark.parametrize("fault", MARKS)
async def test_its_mark(fault: str) -> None:
    reply = await broken(fault)
    assert MARKS[fault] in reply.data
    assert MARKS[fault] not in (await broken(None)).data
    if fault == "bare_cr":
        assert b"\n" not in reply.data


async def test_every_byte_by_itself() -> None:
    assert {len(part) for part in (await broken("split")).parts} == {1}


@pytest.mark.parametrize(
    "cut", [rb"\r$", rb"[\xc2-\xf4][\x80-\xbf]*$", rb"(?:^|\n)da$", rb'"content$', rb"\\$"]
)
async def test_odd_chunks_are_cut_everywhere(cut: bytes) -> None:
    parts = (await broken("odd_chunks")).parts
    assert any(re.search(cut, part) for part in parts)
    assert all(part for part in parts)


ENDS: list[tuple[str, bool, bool, bool]] = [
    # fault, the body ends properly, [DONE] came, a finish_reason came
    ("drop_first", True, False, False),
    ("cut_first", False, False, False),
    ("drop", True, False, False),
    ("cut", False, False, False),
    ("error_event", True, False, False),
    ("no_done", True, False, True),
    ("no_finish", True, True, False),
    ("done_only", True, True, False),
    ("reasoning_only", True, True, True),
    ("bad_json", True, True, True),
    ("bad_utf8", True, True, True),
    ("surrogate", True, True, True),
    ("huge_line", True, True, True),
]


@pytest.mark.parametrize(("fault", "whole", "done", "finished"), ENDS)
async def test_how_it_ends(fault: str, whole: bool, done: bool, finished: bool) -> None:
    reply = await broken(fault)
    assert reply.status == 200
    assert reply.whole is whole
    assert reply.data.endswith(b"data: [DONE]\n\n") is done
    assert (re.search(rb'"finish_reason":"(stop|length)"', reply.data) is not None) is finished
    assert (reply.data == b"") is fault.endswith("_first")
    began = fault not in ("drop_first", "cut_first", "reasoning_only")
    assert (b'"content":"Gr' in reply.data) is began


INSIDE = {
    "bad_json": b"data: {oops\n\n",
    "bad_utf8": b'"content":"caf\xe9 \xff"',
    "surrogate": b'"content":"\\ud83d"',
    "reasoning_only": b'"finish_reason":"length"',
}


async def test_thoughts_without_an_answer_are_all_counted() -> None:
    last = events((await broken("reasoning_only")).data.decode())[-1]
    usage = last["choices"][0]["usage"]
    assert usage["completion_tokens_details"] == {"reasoning_tokens": usage["completion_tokens"]}


@pytest.mark.parametrize("fault", INSIDE)
async def test_what_is_wrong_inside(fault: str) -> None:
    assert INSIDE[fault] in (await broken(fault)).data


async def test_a_huge_line() -> None:
    lines = (await broken("huge_line")).data.split(b"\n")
    assert max(map(len, lines)) > HUGE


@pytest.mark.parametrize("kind", sorted(WORDS))
async def test_errors_in_the_middle(kind: str) -> None:
    reply = await broken("error_event", error={"type": kind})
    assert events(reply.data.decode())[-1] == {"error": {"message": WORDS[kind], "type": kind}}


PAGES: list[tuple[str, int, str, bytes]] = [
    ("html", 200, "text/html", b"<!DOCTYPE html>"),
    ("html_error", 502, "text/html", b"<!DOCTYPE html>"),
    ("empty_error", 500, "text/plain", b""),
    ("redirect", 307, "text/plain", b""),
    ("wrong_type", 200, "application/json; charset=utf-8", b"data: {"),
    ("not_stream", 200, "application/json; charset=utf-8", b'{"id":"chatcmpl-'),
]


@pytest.mark.parametrize(("fault", "status", "kind", "start"), PAGES)
async def test_answers_that_are_no_stream(fault: str, status: int, kind: str, start: bytes) -> None:
    reply = await broken(fault)
    assert (reply.status, reply.headers["content-type"]) == (status, kind)
    assert reply.data.startswith(start)
    assert ("location" in reply.headers) is (fault == "redirect")
    if not start:
        assert reply.data == b""


async def test_no_answer() -> None:
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await broken("refuse")


@pytest.mark.parametrize(("fault", "early"), [("slow_first", b""), ("slow_headers", b"HTTP/1.1")])
async def test_slow_starts(fault: str, early: bytes) -> None:
    line = {"reply": {"content": TEXT, "delay": 60}, "fault": fault}
    async with Simulator([line]) as kimi:
        reader, writer = await begin(kimi, json.dumps(STREAM).encode())
        assert await asyncio.wait_for(reader.readexactly(len(early)), 10) == early
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 0.2)
        writer.close()
    reply = await broken(fault, reply={"content": TEXT, "delay": 0.01})
    assert said(events(reply.data.decode())) == (TEXT, "stop")


@pytest.mark.parametrize("fault", ["stall_first", "stall", "ping"])
async def test_silence_until_the_client_leaves(fault: str) -> None:
    async with Simulator([{"reply": {"content": TEXT, "chunk": 4}, "fault": fault}]) as kimi:
        reader, writer = await begin(kimi, json.dumps(STREAM).encode())
        await reader.readuntil(b"\r\n\r\n")
        if fault != "stall_first":
            await asyncio.wait_for(reader.readuntil(b'"content":"Gr'), 10)
        if fault == "ping":
            await asyncio.wait_for(reader.readuntil(b": keep-alive\n\n"), 10)
        assert kimi.open_streams == 1
        writer.close()
        async with asyncio.timeout(10):
            while kimi.open_streams:
                await asyncio.sleep(0.01)
        assert "disconnected" in kimi.requests[0]


@pytest.mark.parametrize(
    ("fault", "whole"), [("cut", False), ("drop", True), ("bad_json", True), ("stall", False)]
)
async def test_faults_of_an_answer_in_one_piece(fault: str, *, whole: bool) -> None:
    async with Simulator([{"reply": {"content": TEXT}, "fault": fault}]) as kimi:
        reader, writer = await begin(kimi, json.dumps(HELLO).encode())
        if fault == "stall":
            await reader.readuntil(b'{"id":"')
            writer.close()
            return
        reply = await read(reader)
        writer.close()
    assert reply.whole is whole
    with pytest.raises(ValueError, match="line 1"):
        json.loads(reply.data)


def test_every_fault_is_here() -> None:
    tested = {fault for fault in GOES_ON if fault} | {one[0] for one in (*ENDS, *PAGES)}
    tested |= {"refuse", "slow_first", "slow_headers", "stall_first", "stall", "ping"}
    assert tested == set(FAULTS)
