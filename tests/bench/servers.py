"""The servers that are compared, each started as an editor starts it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.wire.raw_client import RawClient

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
URI = "file:///work-here/bench.py"
LINE = "    value = function(argument, other)\n"
PLACE = {"line": 50, "character": 3}
RANGE = {"start": PLACE, "end": {"line": 50, "character": 9}}
DIAGNOSTIC = {"range": RANGE, "message": "wrong", "severity": 1, "source": "bench"}
MENU = {
    "textDocument": {"uri": URI},
    "range": RANGE,
    "context": {"diagnostics": [DIAGNOSTIC], "only": ["quickfix"]},
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "kimi-lsp": (os.fspath(BIN / "kimi-lsp"),),
    "pylsp": (os.fspath(BIN / "pylsp"),),
    "bare pygls": (sys.executable, os.fspath(HERE / "bare_pygls.py")),
}
CAPABILITIES: dict[str, Any] = {
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}}
    },
    "window": {"workDoneProgress": True},
}


def start(name: str, env: Mapping[str, str] | None = None) -> RawClient:
    """A server that was just spawned."""
    return RawClient(COMMANDS[name], env=env)


def ready(name: str, lines: int = 100, env: Mapping[str, str] | None = None, **more: Any) -> Any:
    """A server that stands, with one document open and its menu asked for once."""
    client = start(name, env)
    client.initialize(CAPABILITIES, **more)
    client.open(URI, LINE * lines)
    client.request("textDocument/codeAction", MENU)
    return client


def leave(client: RawClient) -> None:
    client.close()
    client.kill()


def cpu_seconds(process: int) -> float:
    """What a process has used so far, in all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def clock() -> float:
    return time.perf_counter()
