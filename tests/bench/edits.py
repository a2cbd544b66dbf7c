"""How long locating and diffing take, as a ratio to the standard library in the same run."""

from __future__ import annotations

import random
from collections.abc import Callable
from difflib import SequenceMatcher
from time import perf_counter

from kimi_lsp.core.edits import apply_edits, minimal_edits
from kimi_lsp.core.ground import Ground
from kimi_lsp.core.match import Place, locate
from kimi_lsp.core.reply import Block
from tests.bench.report import Report

SIZES = (10_000, 100_000)
CHANGES = 20
BLOCK_LINES = 12


def document(lines: int) -> list[str]:
    """Lines as code has them: many are unique, many are not."""
    dice = random.Random(lines)
    usual = [f"    usual_{number}()\n" for number in range(200)]
    return [
        dice.choice(usual) if dice.random() < 0.3 else f"    value_{number} = call({number})\n"
        for number in range(lines)
    ]


def changed(lines: list[str]) -> list[str]:
    after = list(lines)
    for number in random.Random(1).sample(range(len(lines)), CHANGES):
        after[number] = f"    changed({number})\n"
    return after


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(times):
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return best


def by_difflib(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    # With its heuristic for frequent lines it is quicker, and calls whole files changed.
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def located(text: str, block: Block) -> Place:
    place = locate(Ground(text), block)
    assert isinstance(place, Place)
    return place


def measure(report: Report) -> None:
    """Both sizes in turn: the edits between two texts, and finding a block, against difflib."""
    for lines in SIZES:
        standard, edits, locating = _seconds(lines)
        report.add(f"edits between two texts of {lines:,} lines, of difflib's", edits / standard)
        report.add(f"a block found in {lines:,} lines, of difflib's", locating / standard)


def _seconds(lines: int) -> tuple[float, float, float]:
    """Seconds for difflib, for the edits between two texts, and for locating a block."""
    before = document(lines)
    after = changed(before)
    text, new = "".join(before), "".join(after)
    assert apply_edits(text, minimal_edits(text, new)) == new
    middle = lines // 2
    search = tuple(line.rstrip("\n") for line in before[middle : middle + BLOCK_LINES])
    block = Block(search, ("x",))
    assert located(text, block).first == middle
    return (
        seconds(lambda: by_difflib(before, after), 1),
        seconds(lambda: minimal_edits(text, new)),
        seconds(lambda: located(text, block)),
    )
