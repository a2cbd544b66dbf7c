"""A streamed answer through the server, against the same stream read raw."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.report import Report, median
from tests.bench.servers import HERE, RANGE, URI, clock, cpu_seconds, leave, ready
from tests.e2e.conftest import Kimi
from tests.wire.raw_client import RawClient

ROUNDS = 9
CHUNKS = 4000


def measure(report: Report, folder: Path) -> None:
    """The two readers in turn: time to the first text, then CPU for each chunk."""
    with contextlib.closing(Kimi()) as kimi:
        _measure(report, folder, kimi)


def _measure(report: Report, folder: Path, kimi: Kimi) -> None:
    kimi.say(match={"contains": "stream"}, reply={"content": "word " * CHUNKS, "chunk": 5})
    environment = {
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "any",
        "KIMI_LSP_CONFIG": os.fspath(folder / "config.toml"),
        "XDG_CACHE_HOME": os.fspath(folder / "cache"),
    }
    client = ready("kimi-lsp", env=environment, initializationOptions={"jobEvents": True})
    first: list[tuple[float, float]] = []
    cpu: list[tuple[float, float]] = []
    for number in range(ROUNDS + 1):
        raw, ours = _raw(kimi.url), _ours(client)
        if number:  # The first job waits for what is imported but once.
            first.append((ours[0], raw[0]))
            cpu.append((ours[1], raw[1] / raw[2] * CHUNKS))
    _add(report, "time to the first token of a raw read's", first)
    _add(report, "CPU for a streamed chunk of a raw read's", cpu)
    leave(client)


def _add(report: Report, what: str, pairs: list[tuple[float, float]]) -> None:
    report.add(what, median([ours / raw for ours, raw in pairs]))


def _raw(url: str) -> list[float]:
    command = (sys.executable, os.fspath(HERE / "raw_reader.py"), url)
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def _ours(client: RawClient) -> tuple[float, float]:
    argument = {"uri": URI, "range": RANGE, "instruction": "stream", "thinking": "on"}
    used, began = cpu_seconds(client.process.pid), clock()
    call: dict[str, Any] = {"command": "kimi.edit", "arguments": [argument]}
    client.start("workspace/executeCommand", call)
    _event(client, lambda event: event["event"] == "text")
    first = clock() - began
    end = _event(client, lambda event: event["event"] == "end")
    assert end.get("text", "").startswith("word word"), end
    return first, cpu_seconds(client.process.pid) - used


def _event(client: RawClient, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    while True:
        event = client.next("kimi/job")
        if wanted(event):
            return event
