"""What is read from a stream's bytes, however they are cut, and what is refused."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.core.model import ReasoningDelta, StreamEvent, TextDelta, Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.provider import events
from kimi_lsp.provider.events import EventReader
from kimi_lsp.provider.reply import Reply, ReplyError


def read(pieces: list[bytes]) -> list[Any]:
    """The objects of a stream, None for its end, and the reason where it is not taken."""
    reader, found = EventReader(), []
    try:
        for piece in pieces:
            found.extend(reader.feed(piece))
    except KimiError as error:
        found.append(error.reason)
    return found


STREAMS = [
    (b'data: {"a": 1}\n\ndata: [DONE]\n\n', [{"a": 1}, None]),
    (b'data:{"a": 1}\r\n\r\ndata:[DONE]\r\n\r\n', [{"a": 1}, None]),
    (b'data: {"a": 1}\r\rdata: [DONE]\r\r', [{"a": 1}, None]),
    (b'data: {"a": 1}\r\n\rdata: {"b": 2}\n\r\ndata: [DONE]\n', [{"a": 1}, {"b": 2}, None]),
    (b'\xef\xbb\xbfdata: {"a": 1}\n\n', [{"a": 1}]),
    (b': ping\n\n: \xff\xfe\nevent: x\nid: 3\nretry: 1\n\ndata: {"a": 1}\n\n', [{"a": 1}]),
    (b'data: {"a": 1}\ndata: {"b": 2}\n', [{"a": 1}, {"b": 2}]),
    (b'data: {"a":\ndata: 1}\n\n', [{"a": 1}]),
    (b"data:\n\ndata: \n\ndata\n\n", []),
    (b'data: {"a": 1}', []),
    ('data: {"a": "\u2028é😀"}\n\n'.encode(), [{"a": "\u2028é😀"}]),
    (b'data: {"a": "\xc3\x28"}\n\n', ["protocol"]),
    (b'data: {"a": "\xed\xa0\x80"}\n\n', ["protocol"]),
    (b'data: {"a": 1}\n\ndata: {oops\n\ndata: {"b": 2}\n\n', [{"a": 1}, "protocol"]),
    (b'data: {oops\ndata: {"b": 2}\n\n', ["protocol"]),
    (b"data: {oops\ndata: [DONE]\n\n", ["protocol"]),
    (b"data: [1]\n\n", ["protocol"]),
    (b"data: " + b"[" * 100_000 + b"\n\n", ["protocol"]),
    (b'data: {"a": ' + b"9" * 5000 + b"}\n\n", ["protocol"]),
    (b'event: error\ndata: {"message": "m"}\n\n', [{"error": {"message": "m"}}]),
    (b'event: error\ndata: {"error": {}}\n\ndata: {"a": 1}\n\n', [{"error": {}}, {"a": 1}]),
]


@pytest.mark.parametrize(("stream", "expected"), STREAMS)
def test_streams(stream: bytes, expected: list[Any]) -> None:
    assert read([stream]) == expected
    assert read(
        [stream[at : at + 1] for at in range(min(len(stream), 2000))] + [stream[2000:]]
    ) == (expected)


@given(st.sampled_from(STREAMS), st.lists(st.integers(0, 200)))
def test_any_cutting_reads_the_same(case: tuple[bytes, list[Any]], cuts: list[int]) -> None:
    stream, expected = case
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    assert read([stream[start:end] for start, end in pairwise(places)]) == expected


@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.text(max_size=3), st.text(max_size=9), max_size=2).map(
                lambda value: b"data: " + json.dumps(value, ensure_ascii=False).encode()
            ),
            st.binary(max_size=9),
            st.sampled_from([b"data: [DONE]", b"event: error", b": x", b"data: {", b""]),
        )
    ),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.lists(st.integers(0, 300)),
)
def test_any_bytes_read_the_same_however_cut(
    lines: list[bytes], end: bytes, cuts: list[int]
) -> None:
    stream = b"".join(line + end for line in lines)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    assert read([stream[one:two] for one, two in pairwise(places)]) == read([stream])


def taken(line: bytes) -> int:
    """How often a line is taken before the stream is refused."""
    reader = EventReader()
    for count in range(1 << 20):
        try:
            assert list(reader.feed(line)) == []
        except KimiError:
            return count
    return -1


@pytest.mark.parametrize(
    ("line", "most"),
    [
        (b"x" * (64 << 10), events.LONGEST_LINE >> 16),
        (b": " + b"x" * events.LONGEST_LINE + b"\n", 0),
        (b"data: [1,\n", events.LONGEST_LINE // 3),
    ],
)
def test_what_has_no_end_is_given_up(line: bytes, most: int) -> None:
    assert 0 <= taken(line) <= most


def test_a_stream_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LONGEST_STREAM", 100)
    assert read([b'data: {"a": 1}\n\n'] * 20) == [{"a": 1}] * 6 + ["protocol"]


def delta(**members: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": members, "finish_reason": None}]}


def said(chunks: list[dict[str, Any]], *, unmarked: bool = False) -> tuple[str, str]:
    """The reasoning and the answer that a person was shown and given."""
    reply = Reply(unmarked_reasoning=unmarked)
    found: list[StreamEvent] = []
    for chunk in chunks:
        found += reply.take(chunk)
    found += reply.end()
    assert all(one.text for one in found if isinstance(one, ReasoningDelta | TextDelta))
    return (
        "".join(one.text for one in found if isinstance(one, ReasoningDelta)),
        "".join(one.text for one in found if isinstance(one, TextDelta)),
    )


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([delta(reasoning_content="r"), delta(content="c")], ("r", "c")),
        ([delta(reasoning="r"), delta(content="c")], ("r", "c")),
        ([delta(reasoning_content="r", reasoning="r"), delta(content="c")], ("r", "c")),
        (
            [delta(reasoning="r", reasoning_details=[{"text": "r"}]), delta(content="c")],
            ("r", "c"),
        ),
        ([delta(reasoning_details=[{"text": "r"}, {"data": "x"}, 3])], ("r", "")),
        ([delta(reasoning_details="x", content="c")], ("", "c")),
        ([delta(role="assistant", content=""), delta(reasoning_content=""), delta()], ("", "")),
        ([delta(content=None, reasoning_content=None), delta(content="c")], ("", "c")),
        ([{"choices": []}, {"choices": None}, {"weird": 1}, {"choices": [{}]}], ("", "")),
        (
            [{"choices": [{"index": 1, "delta": {"content": "other"}}]}, delta(content="c")],
            ("", "c"),
        ),
        ([{"choices": [{"delta": {"content": "c"}}]}], ("", "c")),
        ([delta(content="\ud83d"), delta(content="\ude00!")], ("", "😀!")),
        ([delta(content="a\ud83d"), delta(reasoning="r"), delta(content="\ude00")], ("r", "a😀")),
    ],
)
def test_deltas(chunks: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    assert said(chunks) == expected


@pytest.mark.parametrize(
    ("text", "unmarked", "expected"),
    [
        ("<think>r</think>c", False, ("r", "c")),
        ("\n<think>r < s</think>\n\nc", False, ("r < s", "\n\nc")),
        ("<think></think>c", False, ("", "c")),
        ("</think>c", False, ("", "c")),
        ("  c", False, ("", "  c")),
        ("<thin", False, ("", "<thin")),
        ("<b>c</b>", False, ("", "<b>c</b>")),
        ("c <think>x</think>", False, ("", "c <think>x</think>")),
        ("c</think>d", False, ("", "c</think>d")),
        ("<think>r</think>c</think>d", False, ("r", "c</think>d")),
        ("<think>r</thi", False, ("r</thi", "")),
        ("r</think>c", True, ("r", "c")),
        ("<think>r</think>c", True, ("r", "c")),
        ("</think>c", True, ("", "c")),
    ],
)
def test_tags_of_reasoning(text: str, *, unmarked: bool, expected: tuple[str, str]) -> None:
    assert said([delta(content=text)], unmarked=unmarked) == expected
    assert said([delta(content=one) for one in text], unmarked=unmarked) == expected


def test_text_that_was_no_reasoning_is_the_answer_in_the_end() -> None:
    assert said([delta(content="c < "), delta(content="d</th")], unmarked=True)[1] == "c < d</th"


def test_reasoning_of_its_own_shows_that_the_text_is_the_answer() -> None:
    chunks = [delta(reasoning="r"), delta(content="c"), delta(content="</think>d")]
    assert said(chunks, unmarked=True) == ("r", "c</think>d")


@pytest.mark.parametrize(
    "chunks",
    [
        [delta(content="\ud83d")],
        [delta(content="\ud83d"), delta(content="x")],
        [delta(content="x\ude00")],
        [delta(reasoning="\ude00")],
        [delta(content=["c"])],
        [delta(content=3)],
        [{"choices": {"0": 1}}],
        [{"choices": [3]}],
        [{"choices": [{"delta": "c"}]}],
    ],
)
def test_what_cannot_be_read_is_refused(chunks: list[dict[str, Any]]) -> None:
    with pytest.raises(KimiError) as caught:
        said(chunks)
    assert caught.value.reason == "protocol"


@pytest.mark.parametrize(
    "chunk", [{"error": {"type": "t"}}, {"error": "words"}, {"object": "error", "message": "m"}]
)
def test_an_error_in_the_stream(chunk: dict[str, Any]) -> None:
    with pytest.raises(ReplyError) as caught:
        Reply().take(chunk)
    assert caught.value.body == chunk


COUNTED = {"prompt_tokens": 9, "completion_tokens": 7}
FINISH = {"choices": [{"delta": {}, "finish_reason": "stop", "usage": {**COUNTED}}]}


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ([FINISH], Usage(9, 0, 7, 0, 1)),
        ([{"choices": [], "usage": COUNTED}], Usage(9, 0, 7, 0, 1)),
        ([FINISH, {"choices": [], "usage": {**COUNTED, "cached_tokens": 5}}], Usage(9, 5, 7, 0, 1)),
        (
            [{"usage": {**COUNTED, "prompt_tokens_details": {"cached_tokens": 4}}}, FINISH],
            Usage(9, 4, 7, 0, 1),
        ),
        (
            [{"usage": {**COUNTED, "completion_tokens_details": {"reasoning_tokens": 3}}}],
            Usage(9, 0, 7, 3, 1),
        ),
        ([{"usage": {**COUNTED, "prompt_tokens_details": None}}], Usage(9, 0, 7, 0, 1)),
        ([{"usage": {"prompt_tokens": "x", "completion_tokens": -1}}], Usage(0, 0, 0, 0, 1)),
        ([{"usage": {"prompt_tokens": float("inf")}}], Usage(0, 0, 0, 0, 1)),
        ([delta(reasoning="r" * 8), delta(content="c" * 8)], Usage(100, 0, 5, 2, 1)),
        ([{"usage": None}], Usage(100, 0, 1, 0, 1)),
    ],
)
def test_usage(chunks: list[dict[str, Any]], expected: Usage) -> None:
    reply = Reply()
    for chunk in chunks:
        reply.take(chunk)
    assert reply.usage(100) == expected
