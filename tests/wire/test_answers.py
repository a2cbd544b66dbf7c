"""What is asked wrongly, goes wrong or cannot be said is answered, and gives nothing away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.raw_client import RawClient


@pytest.fixture(scope="module")
def ours() -> Iterator[RawClient]:
    """One server of the product for a whole table, with one document open."""
    ours = RawClient()
    ours.initialize()
    ours.open("file:///a.py", "x = 1\n")
    yield ours
    assert ours.close() == 0
    # Not one of these rows is worth a popup, nor words of the client's in the log.
    assert not [each for each in ours.seen if each.get("method") == "window/showMessage"]
    assert "Traceback" not in ours.stderr()
    assert "CANARY" not in ours.stderr()
    ours.kill()


URI = {"uri": "file:///a.py"}
START = {"line": 0, "character": 0}
RANGE = {"start": START, "end": START}
CONTEXT: dict[str, Any] = {"diagnostics": []}
MENU = {"textDocument": URI, "range": RANGE, "context": CONTEXT}


def at(**position: Any) -> dict[str, Any]:
    return {"textDocument": URI, "position": position}


def run(**params: Any) -> tuple[str, dict[str, Any]]:
    return "workspace/executeCommand", params


WRONG: list[tuple[str, Any]] = [
    ("textDocument/hover", None),
    ("textDocument/hover", []),
    ("textDocument/hover", "CANARY"),
    ("textDocument/hover", 5),
    ("textDocument/hover", {}),
    ("textDocument/hover", {"textDocument": URI}),
    ("textDocument/hover", {"textDocument": {"uri": 5}, "position": START}),
    ("textDocument/hover", at(line="CANARY", character=0)),
    ("textDocument/hover", at(line=True, character=0)),
    ("textDocument/hover", at(line=0.5, character=0)),
    ("textDocument/hover", at(line=None, character=0)),
    ("textDocument/hover", at(line=-1, character=0)),
    ("textDocument/hover", at(line=0, character=2**31)),
    ("textDocument/codeAction", {**MENU, "range": {"start": START}}),
    ("textDocument/codeAction", {**MENU, "context": None}),
    ("textDocument/codeAction", {**MENU, "context": {"diagnostics": {"CANARY": 1}}}),
    ("textDocument/codeAction", {**MENU, "context": {"diagnostics": [{"message": "CANARY"}]}}),
    ("codeAction/resolve", {"title": 5}),
    run(),
    run(command=5),
    run(command=["kimi.fix"]),
    run(command="CANARY"),
    run(command="kimi.fix", arguments={"uri": "CANARY"}),
    run(command="kimi.fix", arguments="CANARY"),
    run(command="kimi.fix", arguments=["CANARY"]),
    run(command="kimi.explain", arguments=[{"uri": "CANARY", "range": "CANARY"}]),
]


@pytest.mark.parametrize(("method", "params"), WRONG)
def test_wrong_parameters(ours: RawClient, method: str, params: Any) -> None:
    error = ours.error(method, params)
    assert error["code"] == -32602
    assert set(error) == {"code", "message"}


@pytest.mark.parametrize(
    "position",
    [at(line=2**31 - 1, character=2**31 - 1), at(line=0.0, character=1)],
)
def test_places_that_are_only_far_off(ours: RawClient, position: dict[str, Any]) -> None:
    assert ours.request("textDocument/hover", position) is None
    range_ = {"start": position["position"], "end": START}
    assert isinstance(ours.request("textDocument/codeAction", {**MENU, "range": range_}), list)


@pytest.mark.parametrize(
    "method", ["nothing/known", "$/nothing", "textDocument/definition", "", "\n"]
)
def test_methods_that_nobody_serves(ours: RawClient, method: str) -> None:
    assert ours.error(method, {"text": "CANARY"})["code"] == -32601
    ours.notify(method, {"text": "CANARY"})
    assert ours.request("textDocument/hover", at(**START)) is None


NOTICES: list[tuple[str, Any]] = [
    ("textDocument/didOpen", None),
    ("textDocument/didOpen", {"textDocument": {"text": "CANARY"}}),
    ("textDocument/didChange", "CANARY"),
    ("textDocument/didChange", {"textDocument": {"uri": "file:///CANARY"}, "contentChanges": []}),
    (
        "textDocument/didChange",
        {"textDocument": {**URI, "version": 2}, "contentChanges": ["CANARY"]},
    ),
    ("textDocument/didClose", {}),
    ("textDocument/didClose", {"textDocument": {"uri": "file:///CANARY"}}),
    ("workspace/didChangeConfiguration", 5),
    ("workspace/didChangeWorkspaceFolders", {"event": "CANARY"}),
    ("window/workDoneProgress/cancel", {"token": {"CANARY": 1}}),
    ("window/workDoneProgress/cancel", {"token": "kimi-CANARY"}),
]


@pytest.mark.parametrize(("method", "params"), NOTICES)
def test_notifications_that_cannot_be_read(ours: RawClient, method: str, params: Any) -> None:
    ours.send({"jsonrpc": "2.0", "method": method, "params": params})
    assert ours.request("textDocument/hover", at(**START)) is None


@pytest.mark.parametrize(
    "scheme", ["file://", "vscode-vfs://github", "git:", "untitled:", "vscode-remote://ssh", ""]
)
def test_a_document_that_is_not_open_is_never_read(ours: RawClient, scheme: str) -> None:
    uri = f"{scheme}/etc/hostname"
    assert ours.request("textDocument/codeAction", {**MENU, "textDocument": {"uri": uri}}) == []
    argument = {"uri": uri, "range": RANGE, "wait": True}
    end = ours.request(*run(command="kimi.explain", arguments=[argument]))
    assert (end["state"], end["reason"]) == ("failed", "excluded")


ODD = ["object", "set", "bytes", "key", "nan", "ring", "deep"]


@pytest.mark.parametrize("kind", ODD)
def test_results_that_json_cannot_hold(kept: RawClient, kind: str) -> None:
    command = {"command": "probe.odd", "arguments": [kind]}
    for method, params in (("probe/odd", {"kind": kind}), ("workspace/executeCommand", command)):
        error = kept.error(method, params)
        assert error["code"] == -32603
        assert set(error) == {"code", "message"}


@pytest.mark.parametrize("method", ["probe/raise", "probe/leave"])
def test_a_handler_that_fails_takes_nothing_along(kept: RawClient, method: str) -> None:
    error = kept.error(method, {"text": "CANARY"})
    assert error == {"code": -32603, "message": "Internal error, see the log of kimi-lsp"}
    kept.notify(method, {"text": "CANARY"})
    assert kept.request("probe/echo", {}) == {}
    assert b"CANARY" not in kept.errors
    assert b"SystemExit" in kept.errors or b"RuntimeError" in kept.errors


ANY: list[Any] = [
    None,
    [],
    {"class": 1, "b c": {"jsonrpc": "2.0", "method": "x"}, "": None},
    {"text": "\u2028\f\v\x85\x00 \ud800 😀", "number": 1e300, "deep": [[[[]]]]},
    [1, "2", 3.5, True, None],
]


@pytest.mark.parametrize("params", ANY, ids=ascii)
def test_parameters_of_our_own_methods_come_whole(kept: RawClient, params: Any) -> None:
    assert kept.request("probe/echo", params) == params
    command = {"command": "probe.echo", "arguments": [params]}
    assert kept.request("workspace/executeCommand", command) == [params]


@pytest.mark.parametrize("arguments", [None, []], ids=repr)
def test_a_command_with_no_arguments(kept: RawClient, arguments: Any) -> None:
    command = {"command": "probe.echo", "arguments": arguments}
    assert kept.request("workspace/executeCommand", command) == []
