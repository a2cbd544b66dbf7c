"""From the first byte to the exit code, in every order a client may think of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kimi_lsp.wire import door, parent
from tests.wire.conftest import PROBE
from tests.wire.raw_client import SECONDS, RawClient

PLACE = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 0, "character": 0}}
RANGE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
MENU = {"textDocument": PLACE["textDocument"], "range": RANGE, "context": {"diagnostics": []}}


def test_what_comes_before_initialize(client: RawClient) -> None:
    client.open("file:///a.py", "x = 1\n")
    client.notify("initialize", {"capabilities": {}})
    client.notify("$/cancelRequest", {"id": 1})
    for method in ("textDocument/hover", "shutdown", "workspace/executeCommand", "nothing/known"):
        assert client.error(method, {})["code"] == -32002
    client.initialize()
    assert client.request("textDocument/codeAction", MENU) == []
    assert client.close() == 0


@pytest.mark.parametrize(
    "params", [5, "x", [], {"capabilities": {"general": {"positionEncodings": 5}}}], ids=repr
)
def test_an_initialize_that_cannot_be_read_may_be_tried_again(
    client: RawClient, params: Any
) -> None:
    assert client.error("initialize", params)["code"] == -32602
    assert client.error("textDocument/hover", PLACE)["code"] == -32002
    assert "capabilities" in client.initialize()
    assert client.close() == 0


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"capabilities": None},
        {"capabilities": {"workspace": 1, "textDocument": [], "window": None, "general": "x"}},
        {"capabilities": {}, "processId": "x", "workspaceFolders": 5, "initializationOptions": 5},
        {"capabilities": {}, "processId": True, "rootUri": {}, "locale": 7, "clientInfo": 3},
        {"capabilities": {}, "processId": 10**30},
        {"capabilities": {}, "processId": -1},
    ],
    ids=repr,
)
def test_an_initialize_with_odd_members_is_taken(client: RawClient, params: Any) -> None:
    assert "capabilities" in client.request("initialize", params)
    client.notify("initialized")
    assert client.request("textDocument/hover", PLACE) is None
    assert client.close() == 0


def test_a_second_initialize_changes_nothing(client: RawClient) -> None:
    client.initialize()
    client.open("file:///a.py", "x = 1\n")
    menu = client.request("textDocument/codeAction", MENU)
    assert "kimi.explain" in [each["command"] for each in menu]
    assert client.error("initialize", {"capabilities": {}})["code"] == -32600
    assert client.request("textDocument/codeAction", MENU) == menu


def test_what_comes_after_shutdown(client: RawClient) -> None:
    client.initialize()
    assert client.request("shutdown") is None
    for method in ("textDocument/hover", "shutdown", "initialize", "nothing/known"):
        assert client.error(method, {})["code"] == -32600
    client.open("file:///a.py", "x = 1\n")
    client.notify("exit")
    assert client.process.wait(SECONDS) == 0
    assert client.stderr() == ""


def _nothing(_: RawClient) -> None:
    pass


def _initialized(client: RawClient) -> None:
    client.initialize()


def _standing(client: RawClient) -> None:
    client.initialize()
    client.request("textDocument/hover", PLACE)


def _shut_down_early(client: RawClient) -> None:
    client.initialize()
    client.request("shutdown")


def _shut_down(client: RawClient) -> None:
    _standing(client)
    client.request("shutdown")


def _exit(client: RawClient) -> None:
    client.notify("exit")


def _hang_up(client: RawClient) -> None:
    client.hang_up()


Step = Callable[[RawClient], None]
ENDS: list[tuple[Step, int]] = [
    (_nothing, 1),
    (_initialized, 1),
    (_standing, 1),
    (_shut_down_early, 0),
    (_shut_down, 0),
]


@pytest.mark.parametrize("end", [_exit, _hang_up])
@pytest.mark.parametrize(("before", "code"), ENDS)
def test_exit_codes(client: RawClient, before: Step, code: int, end: Step) -> None:
    before(client)
    end(client)
    assert client.process.wait(SECONDS) == code
    assert client.stderr() == ""


def test_shutdown_cancels_what_runs_and_what_waits(probe: RawClient) -> None:
    running = [probe.start("probe/wait", {"number": number}) for number in range(3)]
    command = {"command": "probe.wait", "arguments": [{"number": 3}]}
    running += [probe.start("workspace/executeCommand", command) for _ in range(2)]
    for _ in running:
        probe.next("probe/began")
    shutdown = probe.start("shutdown")
    for identity in running:
        assert probe.wait(identity)["error"]["code"] == -32800
    assert probe.wait(shutdown)["result"] is None
    probe.notify("exit")
    assert probe.process.wait(SECONDS) == 0
    assert all(len(probe.answers_to(identity)) == 1 for identity in (*running, shutdown))


def test_the_times_to_leave_in() -> None:
    # The watch looks, then what was said may drain; after it nothing is waited for.
    assert door.GRACE_SECONDS + 2 * door.DRAIN_SECONDS <= 2
    assert parent.EVERY_SECONDS + 2 * door.DRAIN_SECONDS <= 3


@pytest.fixture
def editor() -> Iterator[subprocess.Popen[bytes]]:
    """A process that stands for an editor and lives until it is killed."""
    command = (sys.executable, "-c", "import sys; sys.stdin.read()")
    editor = subprocess.Popen(command, stdin=subprocess.PIPE)
    yield editor
    editor.kill()
    editor.communicate()


@pytest.mark.parametrize("reaped", [True, False], ids=["reaped", "a zombie"])
@pytest.mark.parametrize("way", ["processId", "--clientProcessId", "while it is being built"])
def test_the_death_of_the_editor(way: str, reaped: bool, editor: subprocess.Popen[bytes]) -> None:
    flags = (f"--clientProcessId={editor.pid}",) if way == "--clientProcessId" else ()
    client = RawClient((sys.executable, "-m", "kimi_lsp", *flags))
    process = None if flags else editor.pid
    client.request("initialize", {"processId": process, "capabilities": {}})
    if way == "processId":
        client.request("textDocument/hover", PLACE)
    editor.kill()
    if reaped:
        editor.wait()
    assert client.process.wait(SECONDS) == 1
    client.kill()


def test_an_editor_not_seen_alive_is_not_watched(editor: subprocess.Popen[bytes]) -> None:
    editor.kill()
    editor.wait()
    gone: list[int] = []
    assert not parent.watch(editor.pid, lambda: gone.append(1))
    client = RawClient()
    client.request("initialize", {"processId": editor.pid, "capabilities": {}})
    assert client.request("textDocument/hover", PLACE) is None
    assert client.close() == 0
    client.kill()


@pytest.mark.parametrize("value", [None, "1", 1.5, True, -1, 0, 10**30, {}], ids=repr)
def test_what_is_no_process(value: object) -> None:
    assert not parent.watch(value, lambda: None)


def test_what_is_a_process() -> None:
    assert parent.alive(os.getpid())
    assert parent.alive(1)


def test_a_server_that_cannot_be_built_says_so() -> None:
    # Its door is open already when a package it needs turns out to be missing.
    code = "import sys; sys.modules['lsprotocol'] = None; from kimi_lsp.cli import main; main([])"
    client = RawClient((sys.executable, "-c", code))
    waiting = client.start("textDocument/hover", PLACE)
    assert client.wait(waiting)["error"]["code"] == -32002
    # It may be gone as soon as it has answered.
    assert "capabilities" in client.request("initialize", {"capabilities": {}})
    assert "Install kimi-lsp again" in client.next("window/showMessage")["message"]
    assert client.process.wait(SECONDS) == 1
    client.kill()


def test_the_probe_is_a_server_like_ours(probe: RawClient) -> None:
    assert probe.process.args == PROBE
    assert probe.request("probe/echo", {"class": 1, "b c": None}) == {"class": 1, "b c": None}
    assert probe.close() == 0
