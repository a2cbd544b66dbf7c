"""Requests: each is answered exactly once, under its own id, and a cancelled one stops."""

from __future__ import annotations

import queue
from typing import Any

import pytest

from kimi_lsp.wire.door import Door
from kimi_lsp.wire.pipe import Pipe
from tests.wire.raw_client import SECONDS, RawClient

IDS: list[Any] = [
    1,
    0,
    -1,
    2**31,
    2**53 + 1,
    10**30,
    1.5,
    2.0,
    "1",
    "",
    "é 😀",
    "\ud800",
    "a\u2028",
]


@pytest.mark.parametrize("identity", IDS, ids=ascii)
@pytest.mark.parametrize("method", ["probe/echo", "probe/later"])
def test_an_id_comes_back_as_it_was(kept: RawClient, method: str, identity: Any) -> None:
    before = len(kept.answers_to(identity))
    kept.responses[identity] = queue.Queue()
    kept.send({"jsonrpc": "2.0", "id": identity, "method": method, "params": {"a": 1}})
    response = kept.wait(identity)
    assert (type(response["id"]), response["id"]) == (type(identity), identity)
    assert response["result"] == {"a": 1}
    assert kept.request("probe/echo", {}) == {}
    assert len(kept.answers_to(identity)) == before + 1


def test_a_request_whose_id_is_null_is_answered(kept: RawClient) -> None:
    kept.send({"jsonrpc": "2.0", "id": None, "method": "probe/echo", "params": [1]})
    assert kept.wait(None)["result"] == [1]


def test_a_number_and_its_text_are_two_ids(kept: RawClient) -> None:
    number, text = (kept.start("probe/wait", {"id": one}, one) for one in (9001, "9001"))
    for _ in range(2):
        kept.next("probe/began")
    kept.notify("$/cancelRequest", {"id": text})
    assert kept.wait(text)["error"]["code"] == -32800
    assert kept.answers_to(number) == []
    kept.notify("$/cancelRequest", {"id": number})
    assert kept.wait(number)["error"]["code"] == -32800


def test_an_id_that_is_in_use(kept: RawClient) -> None:
    kept.start("probe/wait", {}, "same")
    kept.next("probe/began")
    kept.send({"jsonrpc": "2.0", "id": "same", "method": "probe/echo"})
    assert kept.wait("same")["error"]["code"] == -32600
    kept.notify("$/cancelRequest", {"id": "same"})
    assert kept.wait("same")["error"]["code"] == -32800
    assert kept.wait(kept.start("probe/echo", {}, "same"))["result"] == {}


COMMAND = {"command": "probe.wait", "arguments": [{"name": "command"}]}


@pytest.mark.parametrize(
    ("method", "params"),
    [("probe/wait", {"name": "feature"}), ("workspace/executeCommand", COMMAND)],
)
def test_a_cancellation_reaches_the_work(kept: RawClient, method: str, params: Any) -> None:
    identity = kept.start(method, params)
    kept.next("probe/began")
    kept.notify("$/cancelRequest", {"id": identity})
    assert kept.wait(identity)["error"] == {"code": -32800, "message": "Request cancelled"}
    kept.next("probe/stopped")
    kept.notify("$/cancelRequest", {"id": identity})
    assert kept.request("probe/echo", {}) == {}
    assert len(kept.answers_to(identity)) == 1


def test_a_cancelled_request_may_answer_with_what_there_was(kept: RawClient) -> None:
    identity = kept.start("probe/partial", {})
    kept.next("probe/began")
    kept.notify("$/cancelRequest", {"id": identity})
    assert kept.wait(identity)["result"] == "what there was"
    assert len(kept.answers_to(identity)) == 1


@pytest.mark.parametrize(
    "params",
    [None, 5, [], {}, {"id": None}, {"id": {}}, {"id": [1]}, {"id": True}, {"id": "none such"}],
    ids=repr,
)
def test_a_cancellation_of_nothing_cancels_nothing(kept: RawClient, params: Any) -> None:
    # To Python true is 1; the request of that id must not be taken for it.
    kept.start("probe/wait", {}, 1)
    kept.next("probe/began")
    before = len(kept.answers_to(1))
    kept.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": params})
    assert kept.request("probe/echo", {}) == {}
    assert len(kept.answers_to(1)) == before
    kept.notify("$/cancelRequest", {"id": 1})
    assert kept.wait(1)["error"]["code"] == -32800


def test_cancellations_that_come_with_their_requests(kept: RawClient) -> None:
    names = [f"burst {number}" for number in range(200)]
    for name in names:
        kept.responses[name] = queue.Queue()
    pairs = [
        message
        for name in names
        for message in (
            {"jsonrpc": "2.0", "id": name, "method": "probe/wait", "params": {}},
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": name}},
        )
    ]
    kept.send_all(*pairs)
    assert {kept.wait(name)["error"]["code"] for name in names} == {-32800}
    assert kept.request("probe/echo", {}) == {}
    assert all(len(kept.answers_to(name)) == 1 for name in names)


def test_a_request_that_waits_is_cancelled_before_it_starts() -> None:
    incoming: queue.Queue[bytes] = queue.Queue()
    outgoing: queue.Queue[bytes] = queue.Queue()

    def write(data: memoryview) -> int:
        outgoing.put(bytes(data))
        return len(data)

    door = Door(Pipe(incoming.get, write), lambda params: {"capabilities": {}})
    bodies = [
        b'{"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}}',
        b'{"jsonrpc": "2.0", "id": "a", "method": "kept"}',
        b'{"jsonrpc": "2.0", "id": "b", "method": "cancelled"}',
        b'{"jsonrpc": "2.0", "method": "told"}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "b"}}',
    ]
    incoming.put(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(one), one) for one in bodies))
    said = b""
    while b"-32800" not in said:
        said += outgoing.get(timeout=SECONDS)
    assert said.count(b'"id":"b"') == 1
    woken: list[int] = []
    door.attach(lambda: woken.append(1))
    # One for initialize, one for each message that is left, in the order they came.
    assert len(woken) == 3
    taken = [door.take() for _ in woken]
    assert [message and message["method"] for message in taken] == ["kept", "told", None]


def test_what_the_client_answers(kept: RawClient) -> None:
    rows: list[tuple[dict[str, Any], Any]] = [
        ({"result": {"a": 1}}, {"a": 1}),
        ({"result": None}, None),
        ({"result": {"a": 1}, "error": None}, {"a": 1}),
    ]
    kept.answers["probe/question"] = None
    for members, expected in rows:
        identity = kept.start("probe/ask", {})
        kept.next("probe/question")
        asked = kept.seen[-1]["id"]
        kept.send({"jsonrpc": "2.0", "id": asked, **members})
        assert kept.wait(identity)["result"] == expected
        # A second answer, and one to nothing, are nobody's.
        kept.send({"jsonrpc": "2.0", "id": asked, "result": 5})
        kept.send({"jsonrpc": "2.0", "id": "none such", "error": {"code": 1, "message": "x"}})
    for error in ({"code": -32601, "message": "no"}, {"code": "x"}, "odd", 5):
        identity = kept.start("probe/ask", {})
        kept.next("probe/question")
        kept.send({"jsonrpc": "2.0", "id": kept.seen[-1]["id"], "error": error})
        assert kept.wait(identity)["error"]["code"] == -32603


def test_an_answer_to_work_that_was_cancelled(kept: RawClient) -> None:
    kept.answers["probe/question"] = None
    identity = kept.start("probe/ask", {})
    kept.next("probe/question")
    asked = kept.seen[-1]["id"]
    kept.notify("$/cancelRequest", {"id": identity})
    assert kept.wait(identity)["error"]["code"] == -32800
    kept.send({"jsonrpc": "2.0", "id": asked, "result": 5})
    assert kept.request("probe/echo", {}) == {}
    assert len(kept.answers_to(identity)) == 1
