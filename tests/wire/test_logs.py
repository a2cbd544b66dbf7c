"""Logs hold what failed and where, in bounded room, and never a person's words."""

from __future__ import annotations

import itertools
import logging
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.wire.seldom import MOST_LINES, Seldom
from tests.e2e.conftest import FULL, Kimi
from tests.wire.raw_client import SECONDS, RawClient

URI = "file:///work-here/a.py"
PLACE = {"line": 0, "character": 0}
RANGE = {"start": PLACE, "end": {"line": 1, "character": 0}}
WORDS = ("CANARY", "canary")


@pytest.fixture
def kimi() -> Iterator[Kimi]:
    kimi = Kimi()
    yield kimi
    kimi.close()


def _run(client: RawClient, command: str, **argument: Any) -> Any:
    call = {"uri": URI, "range": RANGE, "wait": True, **argument}
    return client.request("workspace/executeCommand", {"command": command, "arguments": [call]})


@pytest.mark.parametrize("level", ["debug", "warning"])
def test_a_whole_session_leaves_no_words(level: str, kimi: Kimi, tmp_path: Path) -> None:
    log = tmp_path / "kimi.log"
    flags = ("--log-file", os.fspath(log), "--log-level", level)
    environment = {
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "sk-canary-key",
        "KIMI_LSP_CONFIG": os.fspath(tmp_path / "config.toml"),
        "XDG_CACHE_HOME": os.fspath(tmp_path / "cache"),
    }
    client = RawClient((sys.executable, "-m", "kimi_lsp", *flags), env=environment)
    options = {"model": "kimi-k2.5", "language": "CANARY"}
    client.initialize(FULL, initializationOptions=options, clientInfo={"name": "CANARY"})
    client.open(URI, "CANARY = 1\nCANARY\n")
    kimi.say(match={"contains": "fix it"}, fault="bad_json", reply={"content": "CANARY"})
    kimi.say(match={"contains": "say no"}, status=400, error={"message": "CANARY", "type": "x"})
    kimi.say(reply={"content": "CANARY ```", "reasoning": "CANARY"})
    assert _run(client, "kimi.explain", thinking="on")["state"] == "done"
    diagnostic = {"range": RANGE, "message": "CANARY", "severity": 1}
    assert _run(client, "kimi.fix", diagnostics=[diagnostic])["state"] == "refused"
    assert _run(client, "kimi.edit", instruction="CANARY, fix it")["state"] == "failed"
    assert _run(client, "kimi.edit", instruction="CANARY, say no")["state"] == "failed"
    client.error("CANARY", {"CANARY": 1})
    client.error("textDocument/hover", {"CANARY": 1})
    client.error("workspace/executeCommand", {"command": "CANARY"})
    for method in ("textDocument/didOpen", "textDocument/didChange", "CANARY"):
        client.notify(method, {"textDocument": {"uri": "CANARY"}, "CANARY": "CANARY"})
    client.send({"jsonrpc": "2.0", "id": 10**6, "result": "CANARY"})
    client.send_bytes(b'Content-Length: 9\r\n\r\n"CANARY" "CANARY"')
    assert client.process.wait(SECONDS) == 1
    written = log.read_text("utf-8") + client.stderr()
    assert "garbled" in written
    assert ("DEBUG" in written) == (level == "debug")
    assert not any(word in written for word in WORDS)
    client.kill()


def test_one_kind_of_line_is_bounded() -> None:
    now = itertools.chain([0.0] * 100, [61.0] * 100)
    seldom = Seldom(seconds=60.0, clock=lambda: next(now))

    def passes(text: str) -> tuple[bool, str]:
        record = logging.LogRecord("x", logging.WARNING, "", 1, text, (), None)
        return seldom.filter(record), record.getMessage()

    first = [passes("one %%") for _ in range(99)]
    assert [through for through, _ in first].count(True) == MOST_LINES
    assert "left out" in first[MOST_LINES - 1][1]
    assert passes("another")[0]
    assert passes("one %%")[0]


def junk(chance: random.Random) -> Any:
    """One message that is wrong somewhere, or nowhere."""
    values = [None, True, -1, 2**40, 1e308, "x", "\ud800", [], {}, [1], {"uri": 5}, {"a": {}}]
    methods = [
        "textDocument/hover",
        "textDocument/codeAction",
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "workspace/executeCommand",
        "workspace/didChangeConfiguration",
        "workspace/didChangeWorkspaceFolders",
        "window/workDoneProgress/cancel",
        "$/cancelRequest",
        "$/progress",
        "initialize",
        "none",
        5,
        None,
    ]
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": chance.choice(methods)}
    keys = ["textDocument", "position", "range", "context", "contentChanges", "command", "id"]
    message["params"] = chance.choice(
        [
            chance.choice(values),
            {key: chance.choice(values) for key in chance.sample(keys, chance.randrange(5))},
        ]
    )
    for key in chance.sample(["jsonrpc", "params", "result", "error"], chance.randrange(3)):
        message[key] = chance.choice(values)
    return message


def test_a_flood_of_junk_is_survived_and_answered() -> None:
    chance = random.Random(7)
    client = RawClient()
    client.initialize()
    asked = [f"junk {number}" for number in range(3000)]
    messages = [
        {**junk(chance), **({"id": name} if chance.random() < 0.8 else {})} for name in asked
    ]
    for start in range(0, len(messages), 500):
        client.send_all(*messages[start : start + 500])
    assert client.request("textDocument/codeAction", _menu()) == []
    assert client.close() == 0
    for message in messages:
        # What may be the answer to a question is none itself, and gets no answer.
        sound = message.get("jsonrpc") == "2.0" and message["method"] is None
        answer = sound and ("result" in message or "error" in message)
        if "id" in message:
            assert len(client.answers_to(message["id"])) == (not answer), message
    assert len(client.stderr()) < 30_000
    assert "Traceback" not in client.stderr()
    client.kill()


def _menu() -> dict[str, Any]:
    return {
        "textDocument": {"uri": "file:///none.py"},
        "range": RANGE,
        "context": {"diagnostics": []},
    }
