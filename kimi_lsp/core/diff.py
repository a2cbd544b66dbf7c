"""The shortest line difference of two texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

LINE_LIMIT = 50_000


class Run(NamedTuple):
    """Adjacent lines that differ, as half-open line ranges of both texts; one may be empty."""

    before_start: int
    before_end: int
    after_start: int
    after_end: int


def changed_runs(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """The runs that differ, in order, at least one equal line between two of them.

    Where more than ``LINE_LIMIT`` lines remain between the common ends, they are one run.
    """
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    end_before, end_after = len(before) - tail, len(after) - tail
    if head == end_before and head == end_after:
        return []
    if (
        head in (end_before, end_after)
        or max(end_before, end_after) - head > LINE_LIMIT
        or end_before == end_after == head + 1
    ):
        return [Run(head, end_before, head, end_after)]
    return _aligned(before[head:end_before], after[head:end_after], head)


def _aligned(before: Sequence[str], after: Sequence[str], shift: int) -> list[Run]:
    numbers: dict[str, int] = {}
    ids_before = [numbers.setdefault(line, len(numbers)) for line in before]
    ids_after = [numbers.setdefault(line, len(numbers)) for line in after]
    runs: list[Run] = []
    for code in Levenshtein.opcodes(ids_before, ids_after):
        if code.tag == "equal":
            continue
        run = Run(
            code.src_start + shift,
            code.src_end + shift,
            code.dest_start + shift,
            code.dest_end + shift,
        )
        # A replaced and an inserted stretch that touch are reported as two, yet are one run.
        if runs and runs[-1].before_end == run.before_start and runs[-1].after_end == run.after_start:
            run = Run(runs[-1].before_start, run.before_end, runs[-1].after_start, run.after_end)
            runs.pop()
        runs.append(run)
    return runs


def kept_lines(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """For each line of ``after`` that is kept from ``before``, its number there."""
    kept: dict[int, int] = {}
    old = new = 0
    for run in [*changed_runs(before, after), Run(len(before), len(before), len(after), len(after))]:
        kept.update(zip(range(new, run.after_start), range(old, run.before_start), strict=True))
        old, new = run.before_end, run.after_end
    return kept
