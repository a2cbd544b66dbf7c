"""Tokens of the prompts for two small jobs, counted from what the endpoint received."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.bench.report import Report
from tests.bench.servers import CAPABILITIES, HERE, leave, start
from tests.e2e.conftest import Kimi

TOOLS = Path(__file__).parents[2] / ".tools" / "tokens"
URI = "file:///work-here/shapes.py"
WRONG = {"line": 29, "character": 20}
DIAGNOSTIC = {
    "range": {"start": WRONG, "end": {"line": 29, "character": 24}},
    "severity": 1,
    "source": "Pyright",
    "code": "reportAttributeAccessIssue",
    "message": 'Cannot access attribute "aera" for class "Shape*"\n  Attribute "aera" is unknown',
}
TEN_LINES = {"start": {"line": 96, "character": 0}, "end": {"line": 106, "character": 0}}
JOBS: list[tuple[str, str, dict[str, Any], int]] = [
    (
        "prompt tokens of fix, a file of 126 lines with one diagnostic",
        "kimi.fix",
        {"range": DIAGNOSTIC["range"], "diagnostics": [DIAGNOSTIC]},
        450,
    ),
    ("prompt tokens of explain, ten lines", "kimi.explain", {"range": TEN_LINES}, 350),
]


def measure(report: Report, folder: Path) -> None:
    """Ask for both jobs, and count what the simulator saw of them."""
    with contextlib.closing(Kimi()) as kimi:
        bodies = _bodies(folder, kimi)
    counts = _count([_text(body) for body in bodies])
    for (what, _, _, goal), count in zip(JOBS, counts or (), strict=False):
        report.add(what, count, goal, "d")
    if counts is None:
        for what, *_ in JOBS:
            report.skip(what, "node with npm's gpt-tokenizer is not here")


def _bodies(folder: Path, kimi: Kimi) -> list[dict[str, Any]]:
    environment = {
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "any",
        "KIMI_LSP_CONFIG": os.fspath(folder / "config.toml"),
        "XDG_CACHE_HOME": os.fspath(folder / "cache"),
    }
    client = start("kimi-lsp", environment)
    client.initialize(
        CAPABILITIES, workspaceFolders=[{"uri": "file:///work-here", "name": "work-here"}]
    )
    client.open(URI, (HERE / "shapes.txt").read_text("utf-8"))
    for _, command, argument, _ in JOBS:
        call = {"command": command, "arguments": [{"uri": URI, "wait": True, **argument}]}
        client.request("workspace/executeCommand", call)
    bodies = [one["body"] for one in kimi.chats()]
    leave(client)
    return bodies


def _text(body: dict[str, Any]) -> str:
    return "\n".join(message["content"] for message in body["messages"])


def _count(texts: list[str]) -> list[int] | None:
    """The counts of a well-known tokenizer; None where node cannot run it."""
    node = shutil.which("node")
    if node is None:
        return None
    environment = {**os.environ, "NODE_PATH": os.fspath(TOOLS / "node_modules")}
    done = subprocess.run(
        (node, os.fspath(HERE / "tokens.js")),
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else None
