"""Measure and print; exit 1 where a goal was missed. Names as arguments choose parts."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import (
    conversation,
    editing,
    edits,
    extension,
    pictures,
    project,
    start,
    streaming,
    tokens,
)
from tests.bench.report import Report

PARTS: dict[str, Callable[[Report, Path], None]] = {
    "start": lambda report, _: start.measure(report),
    "menu": lambda report, _: editing.menu(report),
    "keystroke": lambda report, _: editing.keystroke(report),
    "stream": streaming.measure,
    "tokens": tokens.measure,
    "conversation": conversation.measure,
    "pictures": lambda report, _: pictures.measure(report),
    "project": lambda report, _: project.measure(report),
    "edits": lambda report, _: edits.measure(report),
    "extension": lambda report, _: extension.measure(report),
}


def main(names: list[str]) -> int:
    report = Report()
    print("Ratios of medians over interleaved rounds; less is better.")
    with tempfile.TemporaryDirectory() as folder:
        for name in names or PARTS:
            PARTS[name](report, Path(folder))
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
