"""Documents hold what the client holds, and a keystroke costs the same in all of them."""

from __future__ import annotations

import itertools
import statistics
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kimi_lsp.core.text import PositionEncoding, split_lines, units
from kimi_lsp.server import build
from kimi_lsp.wire.documents import Change, Document, Documents

ALPHABET = st.sampled_from(
    ["a", "b", "é", "😀", "\ud800", "\n", "\r", "\r\n", "\f", "\v", "\x1c", "\x85", "\u2028"]
)
TEXT = st.lists(ALPHABET, max_size=12).map("".join)
ENCODINGS: tuple[PositionEncoding, ...] = ("utf-8", "utf-16", "utf-32")
EDITS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), TEXT), max_size=5)


@settings(max_examples=600)
@given(st.sampled_from(ENCODINGS), TEXT, EDITS)
def test_documents_hold_what_the_client_holds(
    encoding: PositionEncoding, text: str, edits: list[tuple[int, int, str]]
) -> None:
    document = Document({"uri": "u", "text": text, "version": 0}, encoding)
    for version, (one, other, new) in enumerate(edits, 1):
        start, end = sorted((one % (len(text) + 1), other % (len(text) + 1)))
        if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end) if at):
            continue
        range_ = {"start": _position(text, start, encoding), "end": _position(text, end, encoding)}
        document.apply({"range": range_, "text": new}, version)
        text = text[:start] + new + text[end:]
        assert document.text == text
        assert document.lines == split_lines(text)


def _position(text: str, offset: int, encoding: PositionEncoding) -> dict[str, int]:
    before = split_lines(text[:offset])
    if before and not before[-1].endswith(("\n", "\r")):
        return {"line": len(before) - 1, "character": units(before[-1], encoding)}
    return {"line": len(before), "character": 0}


RANGES: list[tuple[str, tuple[int, int, int, int], str]] = [
    ("inside", (0, 1, 0, 2), "aXc\nde\n"),
    ("turned round in a line", (0, 2, 0, 1), "aXc\nde\n"),
    ("turned round over lines", (1, 0, 0, 3), "abcXde\n"),
    ("past the end of a line", (0, 99, 0, 99), "abcX\nde\n"),
    ("past the last line", (9, 9, 9, 9), "abc\nde\nX"),
    ("from inside to past the end", (1, 1, 99, 0), "abc\ndX"),
    ("before the beginning", (-1, 5, -1, 5), "Xabc\nde\n"),
    ("before a line", (1, -5, 1, -5), "abc\nXde\n"),
    ("everything", (0, 0, 2, 0), "X"),
]


@pytest.mark.parametrize(("_", "where", "expected"), RANGES, ids=[row[0] for row in RANGES])
def test_ranges(_: str, where: tuple[int, int, int, int], expected: str) -> None:
    document = Document({"uri": "u", "text": "abc\nde\n", "version": 0}, "utf-16")
    start, end = ({"line": where[at], "character": where[at + 1]} for at in (0, 2))
    document.apply({"range": {"start": start, "end": end}, "text": "X"}, 1)
    assert document.text == expected


def change(version: Any, *changes: Any, uri: str = "u") -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}


UNREADABLE: list[Any] = [
    5,
    None,
    {"range": 5, "text": ""},
    {"range": {"start": {}, "end": {}}, "text": ""},
    {"range": {"start": {"line": "x", "character": 0}, "end": {}}, "text": ""},
    {"range": {"start": {"line": 1e400, "character": 0}, "end": {}}, "text": ""},
]


@pytest.mark.parametrize("unreadable", UNREADABLE, ids=repr)
def test_a_change_that_cannot_be_read_puts_the_document_out_of_sync(unreadable: Any) -> None:
    documents = Documents()
    documents.open({"uri": "u", "text": "a", "version": 1})
    with pytest.raises((TypeError, KeyError, ValueError, AttributeError, OverflowError)):
        documents.change(change(2, {"text": "b"}, unreadable, {"text": "c"}))
    document = documents.get("u")
    assert document is not None
    assert document.out_of_sync
    documents.open({"uri": "u", "text": "d", "version": 1})
    again = documents.get("u")
    assert again is not None
    assert (again.text, again.out_of_sync) == ("d", False)


@pytest.mark.parametrize(
    ("versions", "out_of_sync"),
    [((2, 3), False), ((5, 9), False), ((1,), True), ((3, 2), True), ((None,), True)],
)
def test_versions_must_rise(versions: tuple[Any, ...], out_of_sync: bool) -> None:
    documents = Documents()
    documents.open({"uri": "u", "text": "a", "version": 1})
    for version in versions:
        documents.change(change(version, {"text": "b"}))
    document = documents.get("u")
    assert document is not None
    assert (document.text, document.out_of_sync) == ("b", out_of_sync)


def test_listeners_that_fail_cost_the_document_nothing() -> None:
    documents = Documents()
    heard: list[Change] = []

    def fails(*_: object) -> None:
        raise RuntimeError

    documents.on_change += [fails, lambda _, made: heard.append(made)]
    documents.on_close += [fails]
    documents.open({"uri": "u", "text": "a", "version": 1})
    documents.change(change(2, {"text": "b"}))
    documents.change(change(2, {"text": "x"}, uri="none such"))
    assert [document.text for document in documents] == ["b"]
    assert len(heard) == 1
    documents.close("u")
    documents.close("u")
    assert documents.get("u") is None


def keystrokes(count: int) -> list[dict[str, Any]]:
    """Typing in the middle of a document of 100 lines or more, now and then a line end."""
    texts = itertools.cycle(["x", "y", "\n", "z"])
    return [
        {"range": {"start": place, "end": place}, "text": next(texts)}
        for place in ({"line": 50 + number % 20, "character": 3} for number in range(count))
    ]


def test_a_keystroke_costs_the_same_in_a_long_document() -> None:
    # The whole way of a message, listeners included, in one process and in turns.
    server, session = build((), {})
    documents = session.documents
    for lines in (100, 100_000):
        text = "    value = function(argument)\n" * lines
        documents.open({"uri": str(lines), "text": text, "version": 0})
    times: dict[int, list[float]] = {100: [], 100_000: []}
    version = itertools.count(1)
    for stroke in keystrokes(600):
        for lines, taken in times.items():
            params = change(next(version), stroke, uri=str(lines))
            message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
            began = time.perf_counter()
            server.protocol.receive(message)
            taken.append(time.perf_counter() - began)
    short, long = (statistics.median(taken) for taken in times.values())
    assert long < 10 * short
    assert all(not document.out_of_sync for document in documents)


def test_messages_leave_nothing_behind() -> None:
    server, session = build((), {})
    session.documents.open({"uri": "u", "text": "a\n" * 100, "version": 0})
    for version, stroke in enumerate(keystrokes(2000), 1):
        server.protocol.receive(
            {"method": "textDocument/didChange", "params": change(version, stroke)}
        )
    protocol = server.protocol
    kept = (protocol._request_futures, protocol._running, protocol._noticed)
    assert [len(one) for one in kept] == [0, 0, 0]
    document = session.documents.get("u")
    assert document is not None
    assert len(document.changes) == 1000
