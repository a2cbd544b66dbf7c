"""What may go wrong with an answer, on purpose: each fault as a change to what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from kimi_lsp.simulator.refusals import WORDS
from kimi_lsp.simulator.stream import Answer, chunks, compact, data

FAULTS = {
    "refuse": "close the connection without an answer",
    "slow_first": "wait `delay` seconds before the first byte",
    "slow_headers": "wait `delay` seconds in the middle of the headers",
    "html": "answer 200 with a web page",
    "html_error": "answer 502 with a web page",
    "empty_error": "answer 500 with no body",
    "redirect": "answer 307 to another host",
    "wrong_type": "stream under the content type of plain JSON",
    "not_stream": "answer a streaming request with the whole answer as JSON",
    "drop_first": "close cleanly before the first delta",
    "cut_first": "break the connection before the first delta",
    "stall_first": "send the headers and fall silent",
    "drop": "close in the middle of the answer, cleanly, with no finish_reason and no [DONE]",
    "cut": "break the connection in the middle of a chunk",
    "stall": "fall silent in the middle of the answer",
    "ping": "send nothing but keep-alive comments after the first delta",
    "error_event": "send the object `error` in the middle of the stream, and end",
    "no_done": "end without [DONE]",
    "no_finish": "end with a finish_reason of null, then [DONE]",
    "done_only": "end with [DONE] and no finish_reason",
    "reasoning_only": "think, with `finish` or length, and say nothing",
    "bad_json": "send a data line that is no JSON, and go on",
    "bad_utf8": "send a data line that is no UTF-8, and go on",
    "surrogate": "send half a surrogate pair in the content, and go on",
    "huge_line": "send one data line of 32 MiB, and go on",
    "split": "send every byte on its own",
    "odd_chunks": "end lines with CRLF, and cut inside characters, words and line ends",
    "crlf": "end lines with CRLF",
    "bare_cr": "end lines with CR alone",
    "comments": "send comments before, between and after the events",
    "empty_choices": "send chunks with no choices between the others",
    "noise": "begin with a byte order mark; send unknown fields, chunks and members, and nulls",
}

HUGE = 32 << 20
PING = b": keep-alive\n\n"

_ODD = re.compile(rb"(?<=\r)|(?<=[\xc0-\xff])|(?<=\Ada)|(?<=content)|(?<=\\)")
"""Between CR and LF, in a character, in ``data:``, in a word, in an escape."""


@dataclass(frozen=True)
class Plan:
    """What a stream sends: its events, each as it is cut, and how it ends.

    ``end`` is ``close``, ``cut`` (the connection breaks in a chunk), ``stall`` or ``ping``.
    """

    events: Iterable[list[bytes]]
    end: str = "close"


def plan(answer: Answer, fault: str | None, error: Mapping[str, Any]) -> Plan:
    """The stream of an answer under a fault; with none, the stream as it should be."""
    answer = _changed(answer, fault)
    listed = list(chunks(answer))
    if fault == "done_only":
        listed = [one for one in listed if not _finishes(one)]
    events = [data(one) for one in listed]
    if fault != "no_done":
        events.append(data("[DONE]"))
    middle = min(3, len(events) - 2)
    match fault:
        case "drop_first" | "cut_first" | "stall_first":
            ends = {"drop_first": "close", "cut_first": "cut", "stall_first": "stall"}
            return Plan([], ends[fault])
        case "drop" | "cut" | "stall" | "ping":
            sent = [[one] for one in events[:middle]]
            return Plan(sent, "close" if fault == "drop" else fault)
        case "error_event":
            return Plan([[one] for one in [*events[:middle], data({"error": _error(error)})]])
        case "split":
            return Plan([_bytes(one) for one in events])
        case "odd_chunks":
            return Plan([_cut(one.replace(b"\n", b"\r\n")) for one in events])
        case _:
            return Plan([[one] for one in _spoilt(events, listed[0], middle, fault)])


def _changed(answer: Answer, fault: str | None) -> Answer:
    if fault == "no_finish":
        return replace(answer, finish=None)
    if fault == "reasoning_only":
        thoughts = answer.reasoning or answer.content
        finish = "length" if answer.finish == "stop" else answer.finish
        details = {"reasoning_tokens": answer.usage["completion_tokens"]}
        counted = {**answer.usage, "completion_tokens_details": details}
        return replace(
            answer, reasoning=thoughts, content="", calls=(), finish=finish, usage=counted
        )
    return answer


def _finishes(chunk: Mapping[str, Any]) -> bool:
    return any(choice["finish_reason"] for choice in chunk["choices"])


def _error(error: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(error.get("type", "engine_overloaded_error"))
    return {"message": str(error.get("message", WORDS.get(kind, ""))), "type": kind}


def _spoilt(
    events: list[bytes], first: Mapping[str, Any], middle: int, fault: str | None
) -> list[bytes]:
    """All events of a stream that goes to its end, with what is wrong among them."""
    match fault:
        case "crlf":
            return [one.replace(b"\n", b"\r\n") for one in events]
        case "bare_cr":
            return [one.replace(b"\n", b"\r") for one in events]
        case "comments":
            return [PING, *(part for one in events for part in (one, b":\n\n" + PING))]
        case "empty_choices":
            empty = data({**first, "choices": []}) + data({**first, "choices": None})
            return [part for one in events for part in (empty, one)]
        case "noise":
            return list(_noise(events, first))
        case "bad_json" | "bad_utf8" | "surrogate" | "huge_line":
            return [*events[:middle], _odd_event(first, fault), *events[middle:]]
        case _:
            return events


def _odd_event(first: Mapping[str, Any], fault: str) -> bytes:
    if fault == "bad_json":
        return data("{oops")
    text = {"bad_utf8": "BAD", "surrogate": "HALF"}.get(fault, "x" * HUGE)
    choice = {**first["choices"][0], "delta": {"content": text}}
    event = data({**first, "choices": [choice]})
    if fault == "bad_utf8":
        return event.replace(b"BAD", b"caf\xe9 \xff")
    return event.replace(b"HALF", b"\\ud83d") if fault == "surrogate" else event


def _noise(events: list[bytes], first: Mapping[str, Any]) -> Iterator[bytes]:
    """What a reader has to pass over without a word."""
    nulls = {"role": None, "content": None, "tool_calls": None, "mood": "new"}
    choice = {**first["choices"][0], "delta": nulls, "weather": {"sky": [1, 2]}}
    yield b"\xef\xbb\xbfretry: 100\n\n"
    for number, event in enumerate(events):
        yield b"id: %d\nevent: message\nunheard-of: yes\n" % number + event
        if number < len(events) - 1:
            yield data({**first, "choices": [choice], "vendor": None})
            yield data({"id": first["id"]})
            yield data(compact({"weird": 1}))


def _bytes(event: bytes) -> list[bytes]:
    return [event[at : at + 1] for at in range(len(event))]


def _cut(event: bytes) -> list[bytes]:
    places = [0, *(match.start() for match in _ODD.finditer(event)), len(event)]
    return [event[start:end] for start, end in pairwise(places) if start < end]
