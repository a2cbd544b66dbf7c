"""However a client leaves and whatever holds the server, the process ends; and while the client
merely does not listen, the server goes on."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.wire.door import MOST_INBOX
from kimi_lsp.wire.writer import MOST_WAITING
from tests.wire.conftest import PROBE
from tests.wire.raw_client import SECONDS, RawClient

HELD: list[tuple[str, Any]] = [
    ("probe/echo", {}),
    ("probe/wait", {}),
    ("probe/stubborn", {}),
    ("probe/block", {}),
    ("probe/threads", {"count": 3}),
    ("probe/ask", {}),
]


@pytest.mark.parametrize("way", ["hang up", "exit", "shutdown and exit"])
@pytest.mark.parametrize(("method", "params"), HELD)
def test_the_end_of_input(probe: RawClient, method: str, params: Any, way: str) -> None:
    probe.answers["probe/question"] = None
    identity = probe.start(method, params)
    if method in ("probe/echo", "probe/threads"):
        probe.wait(identity)
    else:
        probe.messages.get(timeout=SECONDS)
    if way == "hang up":
        probe.hang_up()
    else:
        if way == "shutdown and exit":
            probe.start("shutdown")
        probe.notify("exit")
    assert probe.process.wait(SECONDS) == (way == "shutdown and exit") - 1 & 1
    answers = len(probe.answers_to(identity))
    # What ignores its cancellation is not answered for; all else is, once.
    assert answers == 0 if method in ("probe/stubborn", "probe/block") else 1
    assert "Traceback" not in probe.stderr()


def test_questions_before_the_end_are_answered(probe: RawClient) -> None:
    # Whether the server stands already or is still being built.
    waiting = [probe.start("probe/wait", {}) for _ in range(3)]
    asked = [probe.start("probe/later", {"number": number}) for number in range(100)]
    probe.hang_up()
    for number, identity in enumerate(asked):
        response = probe.wait(identity)
        assert response.get("result") == {"number": number} or response["error"]["code"] == -32800
    assert {probe.wait(identity)["error"]["code"] for identity in waiting} == {-32800}
    assert probe.process.wait(SECONDS) == 1


def test_the_end_of_input_behind_a_full_inbox(probe: RawClient) -> None:
    probe.start("probe/block", {})
    probe.next("probe/began")
    notice = {"jsonrpc": "2.0", "method": "probe/say", "params": {"text": "x" * 100}}
    probe.send_all(*[notice] * (MOST_INBOX + 100))
    probe.hang_up()
    assert probe.process.wait(SECONDS) == 1


def test_threads_that_hang_keep_nobody_from_being_heard(probe: RawClient) -> None:
    probe.request("probe/threads", {"count": 100})
    identity = probe.start("probe/wait", {})
    probe.next("probe/began")
    probe.notify("$/cancelRequest", {"id": identity})
    assert probe.wait(identity)["error"]["code"] == -32800


def _heard(client: RawClient, text: str) -> None:
    """Wait until the server has said something on stderr, which is read all the while."""
    client.notify("probe/say", {"text": text})
    while text.encode() not in client.errors:
        assert client.process.poll() is None
        assert client.heard.wait(SECONDS)
        client.heard.clear()


def test_a_client_that_does_not_read_holds_nobody_up() -> None:
    client = RawClient(PROBE, read=False)
    client.send({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}})
    flood = {"times": 16, "size": 1 << 20}
    client.responses[1] = type(client.messages)()
    client.send({"jsonrpc": "2.0", "id": 1, "method": "probe/flood", "params": flood})
    _heard(client, "still here")
    client.start_reading()
    assert client.wait(1)["result"] is None
    assert len([each for each in client.seen if each.get("method") == "probe/much"]) == 16
    assert client.close() == 0
    client.kill()


@pytest.mark.parametrize("way", ["too much", "hang up", "exit"])
def test_a_client_that_never_reads_again(way: str) -> None:
    client = RawClient(PROBE, read=False)
    client.send({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}})
    times = MOST_WAITING // (1 << 20) + 2 if way == "too much" else 1
    flood = {"times": times, "size": 1 << 20}
    client.send({"jsonrpc": "2.0", "id": 1, "method": "probe/flood", "params": flood})
    if way == "hang up":
        client.hang_up()
    elif way == "exit":
        client.notify("exit")
    assert client.process.wait(SECONDS) == 1
    reason = "kimi-lsp: the client is gone: it no longer reads\n"
    assert (reason in client.stderr()) == (way == "too much")
    client.kill()


def test_one_message_of_any_size_reaches_a_client_that_reads(probe: RawClient) -> None:
    probe.request("probe/flood", {"times": 1, "size": MOST_WAITING + 1000})
    assert len(probe.next("probe/much")["text"]) == MOST_WAITING + 1000
    text = "é" * (2 << 20)
    assert probe.request("probe/echo", {"text": text}) == {"text": text}
    assert probe.close() == 0


def test_a_client_that_has_closed_its_ears() -> None:
    blind = RawClient(PROBE, read=False)
    assert blind.process.stdout
    blind.process.stdout.close()
    blind.send({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {}})
    assert blind.process.wait(SECONDS) == 1
    assert "kimi-lsp: the client is gone: " in blind.stderr()
    blind.kill()
