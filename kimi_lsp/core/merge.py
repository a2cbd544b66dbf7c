"""An edit made for one text, carried over to a text that was changed since."""

from __future__ import annotations

from collections.abc import Sequence

from merge3 import Merge3

from kimi_lsp.core.edits import changed_runs
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.rewrite import Selection, extent_of
from kimi_lsp.core.splice import whole_lines
from kimi_lsp.core.text import split_lines


class _Matcher:
    """The lines two texts share, for the merge."""

    def __init__(
        self,
        isjunk: object = None,
        a: Sequence[str] = "",
        b: Sequence[str] = "",
        autojunk: bool = False,
    ) -> None:
        self._before, self._after = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return [*kept_runs(self._before, self._after), (len(self._before), len(self._after), 0)]


def kept_runs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """The runs of lines that stayed: where they were, where they are, and how many."""
    kept: list[tuple[int, int, int]] = []
    at = new_at = 0
    for run in changed_runs(before, after):
        if run.first > at:
            kept.append((at, new_at, run.first - at))
        at, new_at = run.last, run.new_last
    if len(before) > at:
        kept.append((at, new_at, len(before) - at))
    return kept


def merged(original: str, made: str, current: str) -> str | Refused:
    """A rewritten document and one that changed since, line by line.

    Merged from the top and from the bottom: where lines repeat, the two may match them
    differently, and then nobody can say which one was meant.
    """
    sides = [split_lines(text) for text in (original, current, made)]
    down = _merge(*sides)
    up = _merge(*(lines[::-1] for lines in sides))
    if down is None or up is None or down != up[::-1] or not whole_lines(down):
        return refuse("stale")
    return "".join(down)


def _merge(base: list[str], ours: list[str], theirs: list[str]) -> list[str] | None:
    made: list[str] = []
    for kind, *sides in Merge3(base, ours, theirs, sequence_matcher=_Matcher).merge_groups():
        if kind == "conflict":
            return None
        made += sides[0]
    return made


def moved_selection(original: str, made: str, selection: Selection, current: str) -> str | Refused:
    """A rewritten selection in a text that changed since, only outside of the selected lines."""
    old, now, new = split_lines(original), split_lines(current), split_lines(made)
    extent = extent_of(old, selection)
    first = extent.start.line
    last = extent.end.line + (extent.end.column > 0 or extent.start == extent.end)
    last = min(last, len(old))
    to = _moved(old, now, first, last)
    if to is None:
        return refuse("stale")
    # Lines after the selection are those of `current`, so the rewritten ones are what is between.
    part = new[first : len(new) - (len(old) - last)]
    lines = [*now[:to], *part, *now[to + last - first :]]
    return "".join(lines) if whole_lines(lines) else refuse("stale")


def _moved(old: list[str], now: list[str], first: int, last: int) -> int | None:
    """Where a run of lines is now; None where it was touched or could be in two places."""
    if first == last:
        # Only the end of a text is no line of it.
        return len(now) if old[-1:] == now[-1:] else None
    down = _target(kept_runs(old, now), first, last)
    up = _target(kept_runs(old[::-1], now[::-1]), len(old) - last, len(old) - first)
    if down is None or up is None or down != len(now) - up - (last - first):
        return None
    return down


def _target(kept: list[tuple[int, int, int]], first: int, last: int) -> int | None:
    for at, new_at, size in kept:
        if at <= first and last <= at + size:
            return new_at + first - at
    return None
