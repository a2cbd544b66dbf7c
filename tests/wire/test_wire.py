"""The wire under a client that does not behave, and the documents under any edit."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kimi_lsp.core.text import split_lines
from kimi_lsp.features.initialize import answer
from kimi_lsp.server import build
from kimi_lsp.wire.documents import Document
from kimi_lsp.wire.framing import DesyncError, FrameReader, encode
from kimi_lsp.wire.protocol import answer_of_pygls
from tests.e2e.conftest import FULL, NEOVIM, NONE
from tests.wire.raw_client import RawClient


@pytest.fixture
def client() -> Iterator[RawClient]:
    client = RawClient()
    yield client
    client.kill()


def test_requests_out_of_their_time(client: RawClient) -> None:
    assert client.error("textDocument/hover", {})["code"] == -32002
    client.initialize()
    assert client.error("initialize", {"capabilities": {}})["code"] == -32600
    assert client.error("nothing/known", {})["code"] == -32601
    error = client.error("textDocument/hover", {"position": 1})
    assert error["code"] == -32602
    assert set(error) == {"code", "message"}
    client.request("shutdown")
    assert client.error("textDocument/hover", {})["code"] == -32600
    client.notify("exit")
    assert client.process.wait(5) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{oops", -32700),
        (b"[]", -32600),
        (b'{"id": 1}', -32600),
        (b"[" * 100_000, -32700),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', -32600),
    ],
)
def test_bodies_that_are_no_message(client: RawClient, body: bytes, code: int) -> None:
    client.initialize()
    client.responses[None] = type(client.messages)()
    client.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert client.wait(None)["error"]["code"] == code
    assert client.close() == 0


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Content-Length: 0x10\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        b"Content-Type: x\r\n\r\n{}",
        b'Content-Length: 2\r\n\r\n{}}}{"jsonrpc": "2.0"}',
    ],
)
def test_headers_that_cannot_be_trusted_end_the_process(client: RawClient, header: bytes) -> None:
    client.initialize()
    client.send_bytes(header)
    assert client.process.wait(5) == 1


def test_exit_codes(client: RawClient) -> None:
    client.initialize()
    client.notify("exit")
    assert client.process.wait(5) == 1


def test_end_of_input(client: RawClient) -> None:
    client.initialize()
    assert client.process.stdin
    client.process.stdin.close()
    assert client.process.wait(5) == 1


def test_the_death_of_the_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    client = RawClient()
    client.request("initialize", {"processId": parent.pid, "capabilities": {}})
    client.notify("initialized")
    time.sleep(1)
    parent.kill()
    parent.wait()
    assert client.process.wait(6) == 1
    client.kill()


@pytest.mark.parametrize("capabilities", [FULL, NEOVIM, NONE], ids=["full", "neovim", "none"])
def test_the_table_is_what_pygls_would_answer(capabilities: dict[str, object]) -> None:
    server, _ = build((), {})
    params = {"processId": None, "rootUri": None, "capabilities": capabilities}
    ours, theirs = answer(params), answer_of_pygls(server.protocol, params)
    # pygls takes the first encoding offered; here utf-16 wins wherever it is offered.
    theirs["capabilities"]["positionEncoding"] = ours["capabilities"]["positionEncoding"]
    assert ours == theirs


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.integers(1, 9))
def test_frames_cut_anywhere(texts: list[str], size: int) -> None:
    messages = [{"text": text} for text in texts]
    data = b"".join(encode(message) for message in messages)
    reader = FrameReader()
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    bodies = [body for piece in pieces for body in reader.feed(piece)]
    assert [encode({"text": text}) for text in texts] == [
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies
    ]


def test_a_header_in_small_letters_is_taken() -> None:
    assert list(FrameReader().feed(b"content-length: 2\r\n\r\n{}")) == [b"{}"]
    with pytest.raises(DesyncError):
        list(FrameReader().feed(b'{"jsonrpc"'))


ALPHABET = st.sampled_from(["a", "b", "é", "😀", "\n", "\r", "\r\n", "\f", "\u2028"])
TEXT = st.lists(ALPHABET, max_size=12).map("".join)


@settings(max_examples=400)
@given(TEXT, st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), TEXT), max_size=5))
def test_documents_hold_what_the_client_holds(text: str, edits: list[tuple[int, int, str]]) -> None:
    document = Document({"uri": "u", "text": text, "version": 0}, "utf-16")
    for version, (one, other, new) in enumerate(edits, 1):
        start, end = sorted((one % (len(text) + 1), other % (len(text) + 1)))
        if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end) if at):
            continue
        range_ = {"start": _position(text, start), "end": _position(text, end)}
        document.apply({"range": range_, "text": new}, version)
        text = text[:start] + new + text[end:]
        assert document.text == text
        assert document.lines == split_lines(text)


def _position(text: str, offset: int) -> dict[str, int]:
    before = split_lines(text[:offset])
    if before and not before[-1].endswith(("\n", "\r")):
        return {
            "line": len(before) - 1,
            "character": len(before[-1].encode("utf-16-le")) // 2,
        }
    return {"line": len(before), "character": 0}
