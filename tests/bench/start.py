"""From the spawning of the process to its first answers."""

from __future__ import annotations

import os
from collections import defaultdict

from tests.bench.report import Report, median
from tests.bench.servers import (
    CAPABILITIES,
    COMMANDS,
    LINE,
    MENU,
    URI,
    clock,
    leave,
    start,
)

ROUNDS = 11


def measure(report: Report) -> None:
    """Rounds of one start of each server in turn; each is compared with those of its round."""
    ratios: dict[str, list[float]] = defaultdict(list)
    names = [name for name, command in COMMANDS.items() if os.path.exists(command[0])]
    for number in range(ROUNDS + 1):
        taken = {name: _start(name) for name in names}
        if number == 0:
            continue  # The first round pays for cold files.
        for other in names[1:]:
            for what in (0, 1):
                ratios[f"{what} {other}"].append(taken["kimi-lsp"][what] / taken[other][what])
    for what, title, goal in ((0, "initialize", 0.2), (1, "first codeAction", 1.2)):
        for other in ("pylsp", "bare pygls"):
            if found := ratios.get(f"{what} {other}"):
                bound = goal if other == "pylsp" else None
                report.add(f"spawn to the answer to {title}, of {other}'s", median(found), bound)
            else:
                report.skip(f"spawn to the answer to {title}, of {other}'s", f"no {other}")


def _start(name: str) -> tuple[float, float]:
    began = clock()
    client = start(name)
    asked = client.start("initialize", {"processId": os.getpid(), "capabilities": CAPABILITIES})
    client.wait(asked)
    initialized = clock() - began
    client.notify("initialized")
    client.open(URI, LINE * 100)
    client.request("textDocument/codeAction", MENU)
    answered = clock() - began
    leave(client)
    return initialized, answered
