"""The menu, and a keystroke in documents of different lengths."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any

from tests.bench.report import Report, median, percentile
from tests.bench.servers import MENU, URI, clock, leave, ready
from tests.wire.raw_client import RawClient

MENUS = 400
ROUNDS = 15
BURST = 20
LENGTHS = (100, 10_000, 100_000)
PLACE = {"line": 50, "character": 3}
NOTHING = {**MENU, "textDocument": {"uri": "file:///none.py"}}


def menu(report: Report) -> None:
    """One menu of each server in turn, so that both meet the same noise."""
    clients = {name: ready(name) for name in ("kimi-lsp", "bare pygls")}
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(MENUS):
        for name, client in clients.items():
            began = clock()
            client.request("textDocument/codeAction", MENU)
            taken[name].append(clock() - began)
    ours, bare = taken["kimi-lsp"], taken["bare pygls"]
    report.add("codeAction of a bare pygls server's, median", median(ours) / median(bare))
    ratio = percentile(ours, 0.99) / percentile(bare, 0.99)
    report.add("codeAction of a bare pygls server's, 99th of 100", ratio)
    report.add("codeAction, 99th of 100 of its own median", percentile(ours, 0.99) / median(ours))
    for client in clients.values():
        leave(client)


def keystroke(report: Report) -> None:
    """Bursts of one-character changes, each ended by a question that waits for them all."""
    for name in ("kimi-lsp", "bare pygls"):
        clients = {lines: ready(name, lines) for lines in LENGTHS}
        versions = itertools.count(2)
        taken: dict[int, list[float]] = defaultdict(list)
        for _ in range(ROUNDS):
            for lines, client in clients.items():
                taken[lines].append(_burst(client, versions, BURST))
        for lines in LENGTHS[1:]:
            ratio = median(taken[lines]) / median(taken[LENGTHS[0]])
            report.add(f"keystroke at {lines:,} lines of one at 100, {name}", ratio)
        for client in clients.values():
            leave(client)


def _burst(client: RawClient, versions: Any, count: int) -> float:
    changes = [
        {
            "jsonrpc": "2.0",
            "method": "textDocument/didChange",
            "params": {
                "textDocument": {"uri": URI, "version": next(versions)},
                "contentChanges": [{"range": {"start": PLACE, "end": PLACE}, "text": "x"}],
            },
        }
        for _ in range(count)
    ]
    began = clock()
    client.send_all(*changes)
    client.request("textDocument/codeAction", NOTHING)
    return (clock() - began) / count
