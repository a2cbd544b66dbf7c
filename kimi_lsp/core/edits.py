"""Text edits: the smallest ones between two texts, applying them, and showing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex
from rapidfuzz.distance import Levenshtein

from kimi_lsp.core.text import body, split_lines

MOST_LINES = 50_000
"""Beyond so many lines between the first and the last that differ, the search is bounded."""

MOST_CHANGES = 2_000
"""Bounded: beyond so many lines that differ, one edit replaces them all."""

LIKELY_CHANGES = 64
"""How many lines are first supposed to differ; with few, only a narrow band is searched."""

LONGEST_LINE = 20_000
"""Inside longer stretches no common characters are looked for."""

_GRAPHEME = regex.compile(r"\X")


@dataclass(frozen=True)
class TextEdit:
    """Replace the code points from ``start`` to ``end`` of a text."""

    start: int
    end: int
    new_text: str


@dataclass(frozen=True)
class Applied:
    """An edit that can be made: the text after it, and the smallest edits that lead there."""

    text: str
    edits: tuple[TextEdit, ...]


class Run(NamedTuple):
    """Lines of one text (``first`` to ``last``, exclusive) that became lines of another."""

    first: int
    last: int
    new_first: int
    new_last: int


def changed_runs(before: Sequence[str], after: Sequence[str]) -> list[Run]:
    """The runs of lines that differ, found over whole lines in the fewest changes."""
    head, most = 0, min(len(before), len(after))
    while head < most and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < most - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if not old and not new:
        return []
    numbers: dict[str, int] = {}
    ids = [[numbers.setdefault(line, len(numbers)) for line in lines] for lines in (old, new)]
    if len(old) + len(new) > MOST_LINES and _differ_more(ids[0], ids[1], MOST_CHANGES):
        return [Run(head, head + len(old), head, head + len(new))]
    runs: list[Run] = []
    for step in Levenshtein.opcodes(ids[0], ids[1], score_hint=LIKELY_CHANGES):
        if step.tag == "equal":
            continue
        run = Run(
            *(head + end for end in (step.src_start, step.src_end, step.dest_start, step.dest_end))
        )
        if runs and runs[-1].last == run.first and runs[-1].new_last == run.new_first:
            runs[-1] = Run(runs[-1].first, run.last, runs[-1].new_first, run.new_last)
        else:
            runs.append(run)
    return runs


def _differ_more(old: Sequence[int], new: Sequence[int], most: int) -> bool:
    return Levenshtein.distance(old, new, score_cutoff=most, score_hint=LIKELY_CHANGES) > most


def minimal_edits(before: str, after: str) -> tuple[TextEdit, ...]:
    """The smallest edits from one text to another, sorted; none splits a grapheme or a CRLF."""
    old, new = split_lines(before), split_lines(after)
    edits: list[TextEdit] = []
    offset = line = 0
    for run in changed_runs(old, new):
        offset += sum(map(len, old[line : run.first]))
        line = run.first
        edit = _trimmed(
            "".join(old[run.first : run.last]), "".join(new[run.new_first : run.new_last])
        )
        edits.append(TextEdit(edit.start + offset, edit.end + offset, edit.new_text))
    return tuple(edits)


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after sorted edits that do not overlap."""
    made: list[str] = []
    done = 0
    for edit in edits:
        made += (text[done : edit.start], edit.new_text)
        done = edit.end
    return "".join(made) + text[done:]


def holds_some(text: str, edits: Iterable[TextEdit], made: str) -> bool:
    """Whether a text was made of another by some of these sorted edits, at least by one."""
    if made == text:
        return False
    ends, done = {0}, 0
    for edit in edits:
        ends = _after(made, ends, text[done : edit.start])
        ends = _after(made, ends, text[edit.start : edit.end], edit.new_text)
        done = edit.end
    return len(made) in _after(made, ends, text[done:])


def _after(text: str, places: Iterable[int], *either: str) -> set[int]:
    """Where one of the pieces ends that begins at one of the places."""
    return {
        place + len(piece) for place in places for piece in either if text.startswith(piece, place)
    }


def _trimmed(old: str, new: str) -> TextEdit:
    """The edit from one stretch to another, without what they share at both ends."""
    if not old or not new or max(len(old), len(new)) > LONGEST_LINE:
        return TextEdit(0, len(old), new)
    bounds, new_bounds = _bounds(old), _bounds(new)
    head = 0
    for end in sorted(bounds & new_bounds):
        if old[head:end] != new[head:end]:
            break
        head = end
    tail = 0
    most = min(len(old), len(new)) - head
    ends = {len(old) - at for at in bounds} & {len(new) - at for at in new_bounds}
    for size in sorted(ends):
        if (
            size > most
            or old[len(old) - size : len(old) - tail] != new[len(new) - size : len(new) - tail]
        ):
            break
        tail = size
    return TextEdit(head, len(old) - tail, new[head : len(new) - tail])


def _bounds(text: str) -> set[int]:
    if text.isascii() and "\r" not in text:
        return set(range(len(text) + 1))
    return {0, *(match.end() for match in _GRAPHEME.finditer(text))}


def hunks(before: str, edits: Sequence[TextEdit]) -> tuple[TextEdit, ...]:
    """Edits as replacements of whole lines, those of adjacent lines as one."""
    after = apply_edits(before, edits)
    old, new = split_lines(before), split_lines(after)
    made: list[TextEdit] = []
    offset = line = 0
    for run in changed_runs(old, new):
        offset += sum(map(len, old[line : run.first]))
        size = sum(map(len, old[run.first : run.last]))
        made.append(TextEdit(offset, offset + size, "".join(new[run.new_first : run.new_last])))
        offset, line = offset + size, run.last
    return tuple(made)


def unified(
    before: str, after: str, path: str, context: int = 3, *, old_path: str = "", new_path: str = ""
) -> str:
    """A unified diff for people; empty where nothing differs.

    ``old_path`` and ``new_path`` stand in a header where it is not simply ``path``.
    """
    old, new = split_lines(before), split_lines(after)
    groups: list[list[Run]] = []
    for run in changed_runs(old, new):
        if groups and run.first - groups[-1][-1].last <= 2 * context:
            groups[-1].append(run)
        else:
            groups.append([run])
    if not groups:
        return ""
    lines = [f"--- {old_path or f'a/{path}'}", f"+++ {new_path or f'b/{path}'}"]
    for group in groups:
        lines += _group(old, new, group, context)
    return "".join(f"{line}\n" for line in lines)


def _group(old: list[str], new: list[str], group: list[Run], context: int) -> Iterator[str]:
    first = max(group[0].first - context, 0)
    last = min(group[-1].last + context, len(old))
    shift, new_last = (
        group[0].new_first - group[0].first,
        group[-1].new_last + last - group[-1].last,
    )
    new_first = first + shift
    yield (f"@@ -{_place(first, last)} +{_place(new_first, new_last)} @@")
    at = first
    for run in group:
        yield from (f" {_ended(line)}" for line in old[at : run.first])
        yield from (f"-{_ended(line)}" for line in old[run.first : run.last])
        yield from (f"+{_ended(line)}" for line in new[run.new_first : run.new_last])
        at = run.last
    yield from (f" {_ended(line)}" for line in old[at:last])


def _ended(line: str) -> str:
    """A line up to its line feed, as a program that applies the diff has to find it."""
    if line.endswith("\n"):
        return line[:-1]
    return body(line) if line.endswith("\r") else f"{line}\n\\ No newline at end of file"


def _place(first: int, last: int) -> str:
    size = last - first
    start = first + 1 if size else first
    return str(start) if size == 1 else f"{start},{size}"
