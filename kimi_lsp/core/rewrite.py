"""A reply that writes a whole document or a whole selection anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from kimi_lsp.core.context import DEFINITION
from kimi_lsp.core.fences import Fenced
from kimi_lsp.core.ground import BOM, Ground, blank
from kimi_lsp.core.match import indent
from kimi_lsp.core.refused import Refused, refuse, shown
from kimi_lsp.core.reply import is_marker
from kimi_lsp.core.splice import majority_end, renewed, whole_lines
from kimi_lsp.core.text import Extent, Point, body, column_at, offset_at, split_lines

Selection = tuple[int, int, int, int]
"""Start line, start UTF-16 character, end line, end character."""

_AROUND = 80
"""Lines on each side of a selection that a block may have brought along."""

_OPENS = (":", "{", "(", "[")

_NUMBER = re.compile(r"[ \t]*(\d{1,6})(?:[ \t]*[|:\u2502]|\t|[ ]{2,})[ \t]*\S")
_DIFF = re.compile(r"(?:u?diff|patch)\b.*", re.IGNORECASE)


def not_code(fenced: Fenced, ground: Ground, path: str) -> Refused | None:
    """What is wrong with a block that holds an edit in another format instead of code."""
    known = set(ground.bodies)
    if any(is_marker(body(line)) and body(line) not in known for line in fenced.lines):
        return refuse("other_format")
    if _DIFF.fullmatch(fenced.info) and not path.lower().endswith((".diff", ".patch")):
        return refuse("other_format")
    if _numbered(fenced.lines) and not any(map(_NUMBER.match, ground.bodies)):
        return refuse("numbered")
    return None


def _numbered(lines: Sequence[str]) -> bool:
    """Whether every line begins with its number."""
    found = [_NUMBER.match(line) for line in lines if not blank(line)]
    numbers = [int(match[1]) for match in found if match]
    steps = pairwise(numbers)
    return bool(numbers) and len(numbers) == len(found) and all(0 < b - a < 9 for a, b in steps)


def whole(ground: Ground, fenced: Fenced) -> str | Refused:
    """The document as the block has it, with its own byte order mark, line ends and last end."""
    written = list(fenced.lines)
    if not ground.lines:
        text = "".join(written)
        return ground.bom + text.removeprefix(BOM) if ground.bom else text
    new = [body(line) for line in written]
    if not any(not blank(line) for line in new):
        return refuse("no_edit")
    new[0] = new[0].removeprefix(BOM)
    made = renewed(ground.lines, ground.bodies, new, majority_end(ground.lines))
    return ground.bom + "".join(made) if whole_lines(made) else refuse("unsafe")


def extent_of(lines: Sequence[str], selection: Selection) -> Extent:
    """The extent of a selection, its end never before its start."""

    def point(line: int, character: int) -> Point:
        if line >= len(lines):
            last = len(lines) - 1
            ends = last < 0 or body(lines[last]) != lines[last]
            return Point(len(lines), 0) if ends else Point(last, len(lines[last]))
        return Point(max(line, 0), column_at(lines[line], max(character, 0), "utf-16"))

    start, end = point(*selection[:2]), point(*selection[2:])
    return Extent(min(start, end), max(start, end))


def selected(text: str, fenced: Fenced, selection: Selection) -> str | Refused:
    """The text with the block in place of the selection."""
    lines = split_lines(text)
    extent = extent_of(lines, selection)
    start, end = offset_at(lines, extent.start), offset_at(lines, extent.end)
    if start == 0 and text.startswith(BOM):
        start, end = 1, max(end, 1)
    before = text[:start]
    old = split_lines(text[start:end])
    new = [body(line) for line in fenced.lines]
    if start <= 1 and new:
        new[0] = new[0].removeprefix(BOM)
    again = _repeated(before, old, new, text[end:])
    if again:
        return refuse("repeats", line=shown(again))
    new = _shifted_back(before[before.rfind("\n") + 1 :].removeprefix(BOM), old, new)
    made = renewed(old, [body(line) for line in old], new, majority_end(lines))
    if made:
        ends = extent.end.column == 0
        last = body(made[-1])
        made[-1] = last + ((made[-1][len(last) :] or majority_end(lines)) if ends else "")
    elif extent.end.column == 0 and extent.start.column:
        # The line that the selection began in must not swallow the next one.
        made = [majority_end(lines)]
    after = "".join(made) + text[end:]
    # Parts that were apart must not meet as one line end.
    if not whole_lines([*made, text[end:]]) or (before[-1:], after[:1]) == ("\r", "\n"):
        return refuse("unsafe")
    return before + after


def _repeated(before: str, old: Sequence[str], new: Sequence[str], after: str) -> str:
    """The definition around the selection that the block brings along; empty where it does not.

    Then it would be there twice. Other lines may well be repeated on purpose.
    """
    above, part, made, below = (
        [line.strip() for line in lines if not blank(line)]
        for lines in (split_lines(before)[-_AROUND:], old, new, split_lines(after)[:_AROUND])
    )
    for size in range(min(len(above), len(made)), 0, -1):
        run = above[-size:]
        if made[:size] == run and part[:size] != run:
            return next(filter(DEFINITION.match, run), "")
    for size in range(min(len(below), len(made)), 0, -1):
        run = below[:size]
        if made[-size:] == run and part[-size:] != run:
            return next(filter(DEFINITION.match, run), "")
    return ""


def _shifted_back(margin: str, old: Sequence[str], new: list[str]) -> list[str]:
    """The block with the indentation it lost, where it came outdented as a whole.

    ``margin`` is what stands before the selection on its first line. Lines that both have decide,
    so that a line that belongs further left is left there.
    """
    if margin.strip(" \t") or not any(not blank(line) for line in new):
        return new
    there = [margin + body(line) if number == 0 else body(line) for number, line in enumerate(old)]
    base, first = _common_indent(there), next(line for line in new if not blank(line))
    if margin:
        return _shifted_after(margin, there, new)
    lost = _common_indent(new)
    if len(lost) >= len(base) or not base.endswith(lost) or indent(first) != lost:
        return new
    missing = base[: len(base) - len(lost)]
    if any(gap not in (None, missing) for gap in _gaps(there, new)):
        return new
    return [line if blank(line) else missing + line for line in new]


def _shifted_after(margin: str, there: Sequence[str], new: list[str]) -> list[str]:
    """The block for a selection that begins after its first line's indentation."""
    whole = new[0].startswith(margin) and not blank(new[0])
    rest = [line for line in new[1:] if not blank(line)]
    if whole and all(line.startswith(margin) for line in rest):
        return [new[0][len(margin) :], *new[1:]]
    if indent(new[0]) or not rest or not all(line.startswith(margin) for line in there if line):
        return new
    gaps = [gap for gap in _gaps(there[1:], new[1:]) if gap is not None]
    outdented = (
        all(gap == margin for gap in gaps)
        if gaps
        else any(not line.startswith(margin) for line in rest)
        # What stands in the first line cannot begin where that line begins.
        or (new[0].rstrip().endswith(_OPENS) and indent(rest[0]) == margin)
    )
    if not outdented:
        return new
    return [new[0], *(line if blank(line) else margin + line for line in new[1:])]


def _gaps(old: Sequence[str], new: Sequence[str]) -> list[str | None]:
    """What the new lines lack in indentation, for the lines that are once in both.

    A line that has more than before gives an empty string.
    """
    counts = [
        Counter(line.strip(" \t") for line in lines if not blank(line)) for lines in (old, new)
    ]
    at = {line.strip(" \t"): indent(line) for line in old}
    gaps: list[str | None] = []
    for line in new:
        text = line.strip(" \t")
        if counts[0][text] != 1 or counts[1][text] != 1:
            continue
        was, now = at[text], indent(line)
        gaps.append(was[: len(was) - len(now)] if was.endswith(now) else "")
    return gaps


def _common_indent(lines: Sequence[str]) -> str:
    indents = [indent(line) for line in lines if not blank(line)]
    common = min(indents, key=len, default="")
    while not all(used.startswith(common) for used in indents):
        common = common[:-1]
    return common
