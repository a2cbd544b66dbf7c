"""Frames: which bytes are messages, which are survived, and which end the process."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.wire.framing import MOST_BODY, MOST_HEADER, DesyncError, FrameReader, encode
from tests.wire.raw_client import RawClient

GOOD = {
    "plain": b"Content-Length: 2\r\n\r\n{}",
    "small letters": b"content-length: 2\r\n\r\n{}",
    "capitals": b"CONTENT-LENGTH: 2\r\n\r\n{}",
    "no space": b"Content-Length:2\r\n\r\n{}",
    "many spaces": b"Content-Length: \t  2 \t\r\n\r\n{}",
    "leading zeros": b"Content-Length: 0000002\r\n\r\n{}",
    "a type": b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    b"Content-Length: 2\r\n\r\n{}",
    "unknown fields": b"X-Trace_2: a:b, \xff\r\nContent-Length: 2\r\nX:\r\n\r\n{}",
}
BAD = {
    "negative": b"Content-Length: -2\r\n\r\n{}",
    "signed": b"Content-Length: +2\r\n\r\n{}",
    "hexadecimal": b"Content-Length: 0x2\r\n\r\n{}",
    "fraction": b"Content-Length: 2.0\r\n\r\n{}",
    "other digits": "Content-Length: \u0662\r\n\r\n{}".encode(),
    "empty": b"Content-Length: \r\n\r\n{}",
    "two numbers": b"Content-Length: 2 2\r\n\r\n{}",
    "one too many": b"Content-Length: %d\r\n\r\n{}" % (MOST_BODY + 1),
    "huge": b"Content-Length: 99999999999\r\n\r\n{}",
    "absurd": b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}",
    "twice the same": b"Content-Length: 2\r\ncontent-length: 2\r\n\r\n{}",
    "twice": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
    "none": b"Content-Type: x\r\n\r\n{}",
    "no header at all": b"\r\n{}",
    "a body alone": b'{"jsonrpc": "2.0"}',
    "junk first": b"junk\r\nContent-Length: 2\r\n\r\n{}",
    "words": b"GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    "a mark of byte order": b"\xef\xbb\xbfContent-Length: 2\r\n\r\n{}",
    "line feeds alone": b"Content-Length: 2\n\n{}",
    "carriage returns alone": b"Content-Length: 2\r\r{}",
    "a folded line": b"X: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
    "a space before the colon": b"Content-Length : 2\r\n\r\n{}",
    "a line without end": b"X: " + b"a" * MOST_HEADER,
    "a header without end": b"X: a\r\n" * MOST_HEADER,
}


def read(*pieces: bytes) -> list[bytes]:
    reader = FrameReader()
    return [body for piece in pieces for body in reader.feed(piece)]


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_headers_that_are_understood_wherever_they_are_cut(data: bytes) -> None:
    assert read(data) == [b"{}"]
    for at in range(len(data)):
        assert read(data[:at], data[at:]) == [b"{}"], at
    assert read(*(data[at : at + 1] for at in range(len(data)))) == [b"{}"]


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_headers_that_are_refused_wherever_they_are_cut(data: bytes) -> None:
    for at in {0, 1, 5, len(data) // 2, len(data) - 1}:
        with pytest.raises(DesyncError):
            read(data[:at], data[at:])
    with pytest.raises(DesyncError):
        read(*(data[at : at + 1] for at in range(len(data))))


def test_the_largest_body_is_waited_for() -> None:
    assert read(b"Content-Length: %d\r\n\r\n{}" % MOST_BODY) == []
    body = b"[%s]" % (b" " * (MOST_BODY - 2))
    (read_back,) = read(b"Content-Length: %d\r\n\r\n" % MOST_BODY, body)
    assert read_back == body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.text(), JSON), min_size=1, max_size=5), st.integers(1, 9))
def test_what_is_written_is_read_back(messages: list[dict[str, Any]], size: int) -> None:
    data = b"".join(encode(message) for message in messages)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [json.loads(body) for body in read(*pieces)] == messages


ENDS = {name: BAD[name] for name in ("negative", "huge", "twice", "junk first", "line feeds alone")}
BODY = b'{"jsonrpc": "2.0", "id": 9, "method": "CANARY"}'
ENDS["three short"] = b"Content-Length: %d\r\n\r\n%b" % (len(BODY) - 3, BODY)
ENDS["three long"] = 2 * (b"Content-Length: %d\r\n\r\n%b" % (len(BODY) + 3, BODY))


@pytest.mark.parametrize("data", ENDS.values(), ids=ENDS)
def test_a_process_that_has_lost_its_place_ends_and_says_so(client: RawClient, data: bytes) -> None:
    client.initialize()
    client.send_bytes(data)
    assert client.process.wait(10) == 1
    assert client.stderr().startswith("kimi-lsp: the client's messages are garbled: ")
    assert client.stderr().count("\n") == 1
    assert "CANARY" not in client.stderr()


def request(**members: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": "probe/echo", **members}).encode()


BODIES: list[tuple[str, bytes, int, Any]] = [
    ("nothing", b"", -32700, None),
    ("spaces", b"  \r\n", -32700, None),
    ("cut", b'{"jsonrpc": "2.0", "id": 7', -32700, None),
    ("two", b"{}{}", -32700, None),
    ("not a number", b'{"jsonrpc": "2.0", "id": 7, "method": NaN}', -32700, None),
    ("infinity", b'{"jsonrpc": "2.0", "id": -Infinity}', -32700, None),
    ("a number of 5000 digits", b'{"id": ' + b"9" * 5000 + b"}", -32700, None),
    ("no utf-8", b'{"id": 7, "method": "\xff"}', -32700, None),
    ("deep arrays", b"[" * 100_000 + b"]" * 100_000, -32700, None),
    ("deep objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, -32700, None),
    ("an empty batch", b"[]", -32600, None),
    ("a batch", b"[" + request() + b"]", -32600, None),
    ("a number", b"5", -32600, None),
    ("a text", b'"text"', -32600, None),
    ("null", b"null", -32600, None),
    ("an empty object", b"{}", -32600, None),
    ("no version", b'{"id": 7, "method": "probe/echo"}', -32600, 7),
    ("an older version", request(jsonrpc="1.0"), -32600, 7),
    ("a version as number", request(jsonrpc=2.0), -32600, 7),
    ("a method as number", request(method=5), -32600, 7),
    ("an id as object", request(id={}), -32600, None),
    ("an id as list", request(id=[7]), -32600, None),
    ("an id as truth", request(id=True), -32600, None),
    ("an id beyond numbers", request().replace(b"7", b"1e999"), -32600, None),
    ("neither call nor answer", b'{"jsonrpc": "2.0", "id": 7}', -32600, None),
]  # fmt: skip


@pytest.mark.parametrize(("_", "body", "code", "identity"), BODIES, ids=[row[0] for row in BODIES])
def test_bodies_that_are_no_message(
    kept: RawClient, _: str, body: bytes, code: int, identity: Any
) -> None:
    kept.responses[7] = type(kept.messages)()
    kept.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert kept.wait(identity)["error"]["code"] == code
    # The next message is understood, and what was refused was answered once.
    assert kept.request("probe/echo", {"a": 1}) == {"a": 1}
    assert kept.responses[None].empty()
    assert kept.responses[7].empty()
