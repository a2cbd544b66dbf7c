"""Explain, fix and edit, as a client sees them, from the wire to the wire."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import CLIENTS, FULL, NEOVIM, NONE, Editor, Kimi

MakeEditor = Callable[..., Editor]

TEXT = """import math


def area(r: float) -> float:
    \"\"\"Ein Kreis 😀.\"\"\"
    return math.pi * radius**2


def twice(x: int) -> int:
    return 2 * x
"""
LINE = {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 30}}
CURSOR = {"start": {"line": 9, "character": 4}, "end": {"line": 9, "character": 4}}
PROBLEM = {
    "range": {"start": {"line": 5, "character": 21}, "end": {"line": 5, "character": 27}},
    "severity": 1,
    "source": "Pyright",
    "code": "reportUndefinedVariable",
    "message": '"radius" is not defined',
    "relatedInformation": [
        {
            "location": {
                "uri": "file:///work-here/lib.py",
                "range": {
                    "start": {"line": 2, "character": 0},
                    "end": {"line": 2, "character": 1},
                },
            },
            "message": "declared here",
        }
    ],
}
FIX = (
    "<<<<<<< SEARCH\n    return math.pi * radius**2\n=======\n"
    "    return math.pi * r**2\n>>>>>>> REPLACE\n"
)
SELECTED = {"start": {"line": 8, "character": 0}, "end": {"line": 10, "character": 0}}
REWRITE = "```python\ndef twice(x: int) -> int:\n    return x + x\n```"


@pytest.mark.parametrize("client", CLIENTS)
def test_fix(client: str, kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": FIX})
    one = editor(CLIENTS[client])
    one.open(TEXT)
    end = one.run("kimi.fix", range=LINE, diagnostics=[PROBLEM])
    assert end["state"] == "done", end
    assert end["text"] == FIX
    assert end["model"] == "kimi-k2.5"
    assert end["usage"]["requests"] == 1
    if client == "none":
        assert end["applied"] is False
        assert end["hunks"][0]["newText"] == "    return math.pi * r**2\n"
        assert one.document.text == TEXT
    else:
        assert end["applied"] is True
        assert one.document.text == TEXT.replace("radius**2", "r**2")
        assert ("changeAnnotations" in one.edits[0]) == (client == "full")
    asked = kimi.chats()[0]["body"]
    prompt = asked["messages"][1]["content"]
    assert 'Line 6, Pyright error reportUndefinedVariable: "radius" is not defined' in prompt
    assert "lib.py:3: declared here" in prompt
    assert "def area" in prompt
    assert "def twice" not in prompt
    assert asked["thinking"] == {"type": "disabled"}
    assert "temperature" not in asked


@pytest.mark.parametrize("client", ["full", "neovim"])
def test_edit_of_a_selection(client: str, kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": REWRITE})
    one = editor(CLIENTS[client])
    one.open(TEXT)
    end = one.run("kimi.edit", range=SELECTED, instruction="add instead")
    assert (end["state"], end["applied"]) == ("done", True), end
    assert one.document.text == TEXT.replace("2 * x", "x + x")


def test_menu(editor: MakeEditor) -> None:
    one = editor(FULL)
    one.open(TEXT)
    titles = [(each["title"], each["kind"], each["tags"]) for each in one.menu(LINE, PROBLEM)]
    assert titles == [
        ("Fix with Kimi", "quickfix.kimi.fix", [1]),
        ("Explain with Kimi", "quickfix.kimi.explain", [1]),
        ("Document with Kimi", "refactor.rewrite.kimi.document", [1]),
        ("Simplify with Kimi", "refactor.rewrite.kimi.simplify", [1]),
        ("Add types with Kimi", "refactor.rewrite.kimi.types", [1]),
    ]
    blank = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}
    assert one.menu(blank) == []
    assert one.menu(CURSOR, triggerKind=2) == []
    assert [each["kind"] for each in one.menu(LINE, PROBLEM, only=["quickfix.kimi.fix"])] == [
        "quickfix.kimi.fix"
    ]
    assert one.menu(LINE, PROBLEM, only=["source"]) == []


def test_plain_commands_for_a_client_without_literals(editor: MakeEditor) -> None:
    one = editor(NONE)
    one.open(TEXT)
    commands = [each["command"] for each in one.menu(LINE, PROBLEM)]
    assert commands == ["kimi.fix", "kimi.explain", *(["kimi.edit"] * 3)]


def test_explanation_in_hover_and_file(kimi: Kimi, editor: MakeEditor, tmp_path: Path) -> None:
    kimi.say(reply={"content": "It doubles. ![x](http://a/b.png) [run](command:boom)"})
    one = editor(NEOVIM)
    one.open(TEXT)
    assert one.hover(9) is None
    end = one.run("kimi.explain", range=CURSOR)
    assert end["state"] == "done", end
    shown = one.hover(9)
    assert shown["contents"]["value"] == "It doubles. [x](http://a/b.png) [run]\\(command:boom)"
    assert shown["range"]["start"] == {"line": 8, "character": 0}
    (file,) = (tmp_path / "cache" / "kimi-lsp" / "explanations").glob("*.md")
    assert file.read_text() == shown["contents"]["value"]
    assert file.stat().st_mode & 0o777 == 0o600
    one.type(0, 0, "import os\n")
    assert one.hover(10)["range"]["start"]["line"] == 9
    one.type(10, 4, "x")
    assert one.hover(10) is None


def test_events_of_a_streamed_job(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "one two three four five six", "chunk": 4, "delay": 0.05})
    one = editor(FULL, jobEvents=True)
    one.open(TEXT)
    answer = one.client.wait(one.start("kimi.explain", range=CURSOR, tag="mine"))["result"]
    events: list[dict[str, Any]] = []
    while not events or events[-1]["event"] != "end":
        events.append(one.client.next("kimi/job"))
    assert {each["job"] for each in events} == {answer["job"]}
    assert (events[0]["event"], events[0]["tag"]) == ("begin", "mine")
    deltas = [each["delta"] for each in events if each["event"] == "text"]
    assert len(deltas) > 2
    assert "".join(deltas) == events[-1]["text"] == "one two three four five six"


@pytest.mark.parametrize("way", ["command", "progress", "request"])
def test_cancelling_closes_the_stream(way: str, kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "word " * 400, "chunk": 5, "delay": 0.05})
    one = editor(FULL, jobEvents=True)
    one.open(TEXT)
    wait = way == "request"
    request = one.start("kimi.explain", range=CURSOR, wait=wait)
    first = one.client.next("kimi/job")
    while one.client.next("kimi/job")["event"] != "text":
        pass
    if way == "command":
        stop = {"command": "kimi.cancel", "arguments": [{"job": first["job"]}]}
        result = one.client.request("workspace/executeCommand", stop)
        assert result == {"cancelled": [first["job"]]}
    elif way == "progress":
        token = {"token": f"kimi-{first['job']}"}
        one.client.notify("window/workDoneProgress/cancel", token)
    else:
        one.client.notify("$/cancelRequest", {"id": request})
        assert one.client.wait(request)["error"]["code"] == -32800
    while (event := one.client.next("kimi/job"))["event"] != "end":
        pass
    assert event["state"] == "cancelled"
    deadline = time.monotonic() + 10
    while "disconnected" not in kimi.chats()[0]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_line_changed_meanwhile_refuses_the_edit(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": FIX, "chunk": 4, "delay": 0.05})
    one = editor(FULL, jobEvents=True)
    one.open(TEXT)
    request = one.start("kimi.fix", range=LINE, diagnostics=[PROBLEM], wait=True)
    while one.client.next("kimi/job")["event"] != "text":
        pass
    one.type(5, 4, "# ")
    end = one.client.wait(request)["result"]
    assert (end["state"], end["reason"]) == ("refused", "stale")
    assert one.edits == []


def test_typing_elsewhere_keeps_the_edit(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": FIX, "chunk": 4, "delay": 0.05})
    one = editor(FULL, jobEvents=True)
    one.open(TEXT)
    request = one.start("kimi.fix", range=LINE, diagnostics=[PROBLEM], wait=True)
    while one.client.next("kimi/job")["event"] != "text":
        pass
    one.type(0, 0, "# 😀 typed\n")
    end = one.client.wait(request)["result"]
    assert (end["state"], end["applied"]) == ("done", True), end
    assert one.document.text == "# 😀 typed\n" + TEXT.replace("radius**2", "r**2")


def test_a_client_that_declines(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": FIX})
    one = editor(FULL)
    one.open(TEXT)
    one.applies = False
    end = one.run("kimi.fix", range=LINE, diagnostics=[PROBLEM])
    assert (end["state"], end["reason"], len(one.edits)) == ("refused", "stale", 2)
    assert "the person said no" in end["message"]


def test_a_client_that_only_says_it_applied(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": FIX})
    one = editor(FULL)
    one.open(TEXT)
    one.tells = False
    end = one.run("kimi.fix", range=LINE, diagnostics=[PROBLEM])
    assert (end["state"], end["reason"]) == ("refused", "stale")


FAULTS = [
    ({"fault": "drop"}, "failed", "unfinished"),
    ({"fault": "cut"}, "failed", "unfinished"),
    ({"fault": "done_only"}, "failed", "unfinished"),
    ({"fault": "no_done"}, "done", None),
    ({"fault": "split"}, "done", None),
    ({"fault": "bad_json"}, "failed", "protocol"),
    ({"fault": "error_event"}, "failed", "unfinished"),
    ({"fault": "html"}, "failed", "protocol"),
    ({"fault": "redirect"}, "failed", "protocol"),
    ({"reply": {"content": FIX, "finish": "length"}}, "failed", "unfinished"),
    ({"reply": {"content": FIX, "finish": "content_filter"}}, "failed", "content_filter"),
    ({"reply": {"content": "NO_EDIT"}}, "refused", "no_edit"),
    ({"status": 401, "error": {"type": "invalid_authentication_error"}}, "failed", "unauthorized"),
    ({"status": 403, "error": {"type": "permission_denied_error"}}, "failed", "forbidden"),
    ({"status": 429, "error": {"type": "exceeded_current_quota_error"}}, "failed", "quota"),
    (
        {"status": 429, "error": {"type": "rate_limit_reached_error", "message": "TPD rate limit"}},
        "failed",
        "rate_limited",
    ),
]


@pytest.mark.parametrize(("line", "state", "reason"), FAULTS)
def test_faults(
    line: dict[str, Any], state: str, reason: str | None, kimi: Kimi, editor: MakeEditor
) -> None:
    kimi.say(**{"reply": {"content": FIX, "chunk": 8}, **line})
    one = editor(FULL)
    one.open(TEXT)
    end = one.run("kimi.fix", range=LINE, diagnostics=[PROBLEM])
    assert (end["state"], end.get("reason")) == (state, reason), end
    assert len(kimi.chats()) == 1
    assert (end.get("message") is None) == (state == "done")
    if state != "done":
        assert one.edits == []


def test_a_refusal_in_the_persons_language(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "NO_EDIT"})
    one = editor(FULL, language="fr")
    one.open(TEXT)
    end = one.run("kimi.fix", range=LINE, diagnostics=[PROBLEM])
    assert end["message"] == "Kimi n'a proposé aucun changement."


def test_an_overloaded_endpoint_is_asked_again_at_most_twice(
    kimi: Kimi, editor: MakeEditor
) -> None:
    error = {"type": "engine_overloaded_error", "message": "busy", "retry_after": 0}
    kimi.say(status=429, error=error)
    one = editor(FULL)
    one.open(TEXT)
    end = one.run("kimi.fix", range=LINE, diagnostics=[PROBLEM])
    assert (end["state"], end["reason"]) == ("failed", "overloaded")
    assert len(kimi.chats()) == 3


@pytest.mark.parametrize(
    ("command", "argument", "word"),
    [
        ("kimi.explain", {"range": LINE}, "uri"),
        ("kimi.explain", {"uri": "file:///x"}, "range"),
        ("kimi.edit", {"uri": "file:///x", "range": LINE}, "instruction"),
        ("kimi.edit", {"uri": "file:///x", "range": LINE, "instruction": 3}, "instruction"),
        ("kimi.nothing", {}, "kimi.nothing"),
    ],
)
def test_wrong_arguments(
    command: str, argument: dict[str, Any], word: str, editor: MakeEditor
) -> None:
    one = editor(FULL)
    error = one.client.error(
        "workspace/executeCommand", {"command": command, "arguments": [argument]}
    )
    assert error["code"] == -32602
    assert word in error["message"]


def test_a_command_with_no_argument_explains_itself(editor: MakeEditor) -> None:
    one = editor(FULL)
    assert one.client.request("workspace/executeCommand", {"command": "kimi.fix"}) is None
    assert "diagnostic" in one.client.next("window/showMessage")["message"]


def test_a_document_that_is_not_open(editor: MakeEditor) -> None:
    one = editor(FULL)
    one.open(TEXT)
    end = one.run("kimi.explain", range=LINE, uri="file:///etc/hostname")
    assert (end["state"], end["reason"]) == ("failed", "excluded")


def test_bad_settings_are_told_and_not_fatal(editor: MakeEditor) -> None:
    one = editor(FULL, maxConcurrency="many", nonsense=1)
    assert "maxConcurrency" in one.client.next("window/showMessage")["message"]
    one.open(TEXT)
    assert one.menu(LINE, PROBLEM)
