"""From a document and a reply to the edit that was meant, or to a refusal; nothing in between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from merge3 import Merge3

from kimi_lsp.core.edits import Applied, apply_edits, changed_runs, minimal_edits
from kimi_lsp.core.elision import elided
from kimi_lsp.core.match import Place, locate
from kimi_lsp.core.paths import unsafe
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.reply import NO_EDIT, Block, blocks, fenced_block
from kimi_lsp.core.splice import majority_end, renewed
from kimi_lsp.core.text import Extent, Point, body, column_at, offset_at, split_lines

ReplyFormat = Literal["search_replace", "selection", "whole"]
Selection = tuple[int, int, int, int]

_BOM = "\ufeff"
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def apply_reply(
    original: str,
    reply: str,
    *,
    path: str,
    format: ReplyFormat,
    selection: Selection | None = None,
    current: str | None = None,
) -> Applied | Refused:
    """The edit of ``current`` (of ``original`` where that is None) that a finished reply means.

    ``selection`` is start line, start UTF-16 character, end line, end character of ``original``.
    """
    if unsafe(path):
        return refuse("outside", path=path[:80])
    if _NOT_TEXT.search(original):
        return refuse("binary")
    if _NOT_TEXT.search(reply):
        return refuse("invalid_text")
    if any(line.strip() == NO_EDIT for line in reply.splitlines()):
        return refuse("no_edit")
    if format == "search_replace":
        made = _search_replace(original, reply, path)
        again = current if current is None else _moved_blocks(original, reply, path, current)
    elif format == "whole":
        made = _whole(original, reply)
        again = current if current is None else _merged(original, made, current)
    else:
        if selection is None:
            raise ValueError("the format `selection` needs a selection")
        made = _selection(original, reply, selection)
        again = current if current is None else _moved_selection(original, made, selection, current)
    if isinstance(made, Refused):
        return made
    base, text = (original, made) if again is None or current is None else (current, again)
    return text if isinstance(text, Refused) else _applied(base, text)


def _applied(base: str, text: str) -> Applied | Refused:
    if base == text:
        return refuse("no_change")
    edits = minimal_edits(base, text)
    return Applied(text, edits) if apply_edits(base, edits) == text else refuse("unsafe")


def _places(text: str, found: Sequence[Block]) -> list[Place] | Refused:
    """Where the blocks belong in a text, in its order."""
    lines = split_lines(text.removeprefix(_BOM))
    places: list[Place] = []
    for block in found:
        if not block.search:
            if lines:
                return refuse("empty_search")
            places.append(Place(0, 0, block))
            continue
        place = locate(lines, block)
        if isinstance(place, Refused):
            return place
        places.append(place)
    places.sort(key=lambda place: place.first)
    for one, other in pairwise(places):
        if other.first < one.last or (one.first == other.first):
            return refuse("overlap")
    return places


def _search_replace(text: str, reply: str, path: str) -> str | Refused:
    found = blocks(reply, path)
    if isinstance(found, Refused):
        return found
    places = _places(text, found)
    if isinstance(places, Refused):
        return places
    bom = _BOM if text.startswith(_BOM) else ""
    lines = split_lines(text.removeprefix(_BOM))
    missing = elided([line for block in found for line in block.replace], map(body, lines))
    if missing:
        return refuse("elision", line=missing)
    end, made, at = majority_end(lines), [bom], 0
    for first, last, block in ((one.first, one.last, one.block) for one in places):
        made += lines[at:first]
        made += renewed(lines[first:last], block.search, block.replace, end)
        at = last
    return "".join([*made, *lines[at:]])


def _moved_blocks(original: str, reply: str, path: str, current: str) -> str | Refused:
    """The blocks in a text that changed since: found once in both, on lines nobody touched."""
    found = blocks(reply, path)
    if isinstance(found, Refused):
        return found
    before, now = _places(original, found), _places(current, found)
    if isinstance(before, Refused):
        return before
    if isinstance(now, Refused):
        return now if now.reason == "ambiguous" else refuse("stale")
    old, new = split_lines(original.removeprefix(_BOM)), split_lines(current.removeprefix(_BOM))
    for one, other in zip(before, now, strict=True):
        if old[one.first : one.last] != new[other.first : other.last]:
            return refuse("stale")
    return _search_replace(current, reply, path)


def _whole(original: str, reply: str) -> str | Refused:
    new = fenced_block(reply)
    if isinstance(new, Refused):
        return new
    bom = _BOM if original.startswith(_BOM) else ""
    old = split_lines(original.removeprefix(_BOM))
    bodies = [body(line) for line in old]
    missing = elided(new, bodies)
    if missing:
        return refuse("elision", line=missing)
    return bom + "".join(renewed(old, bodies, new, majority_end(old)))


def _merged(original: str, made: str | Refused, current: str) -> str | Refused:
    """A rewritten document and one that changed since, line by line; a conflict refuses."""
    if isinstance(made, Refused):
        return made
    merge = Merge3(split_lines(original), split_lines(current), split_lines(made))
    merged: list[str] = []
    for kind, *sides in merge.merge_groups():
        if kind == "conflict":
            return refuse("stale")
        merged += sides[0]
    return "".join(merged)


def _selection(original: str, reply: str, selection: Selection) -> str | Refused:
    new = fenced_block(reply)
    if isinstance(new, Refused):
        return new
    lines = split_lines(original)
    extent = _extent(lines, selection)
    start, end = offset_at(lines, extent.start), offset_at(lines, extent.end)
    old = split_lines(original[start:end])
    missing = elided(new, map(body, lines))
    if missing:
        return refuse("elision", line=missing)
    if new and extent.start.column == 0:
        new = _indented_as(old, new)
    whole = extent.end.column == 0 and extent.end > extent.start
    made = renewed(old, [body(line) for line in old], new, majority_end(lines))
    text = "".join(made)
    if made and not whole:
        text = "".join(made[:-1]) + body(made[-1])
    elif made and body(made[-1]) == made[-1]:
        text += majority_end(lines)
    return original[:start] + text + original[end:]


def _moved_selection(
    original: str, made: str | Refused, selection: Selection, current: str
) -> str | Refused:
    """The rewritten selection in a text that changed since, only outside of the selected lines."""
    if isinstance(made, Refused):
        return made
    old, now, new = split_lines(original), split_lines(current), split_lines(made)
    extent = _extent(old, selection)
    first = extent.start.line
    last = extent.end.line + (extent.end.column > 0 or extent.start == extent.end)
    shift = 0
    for run in changed_runs(old, now):
        if run.last <= first and not (run.first == run.last == first and last == first):
            shift += (run.new_last - run.new_first) - (run.last - run.first)
        elif run.first < last:
            return refuse("stale")
    grown = len(new) - len(old)
    part = new[first : last + grown]
    result = [*now[: first + shift], *part, *now[last + shift :]]
    return "".join(result)


def _extent(lines: Sequence[str], selection: Selection) -> Extent:
    def point(line: int, character: int) -> Point:
        if line >= len(lines):
            last = len(lines) - 1
            ends = last < 0 or body(lines[last]) != lines[last]
            return Point(len(lines), 0) if ends else Point(last, len(lines[last]))
        return Point(line, column_at(lines[line], character, "utf-16"))

    start, end = point(*selection[:2]), point(*selection[2:])
    return Extent(min(start, end), max(start, end))


def _indented_as(old: Sequence[str], new: list[str]) -> list[str]:
    """Shift a block back that came outdented as a whole."""
    old_indent, new_indent = _common_indent(old), _common_indent(new)
    if not old_indent or len(new_indent) >= len(old_indent) or not old_indent.endswith(new_indent):
        return new
    missing = old_indent[: len(old_indent) - len(new_indent)]
    return [missing + line if line.strip() else line for line in new]


def _common_indent(lines: Sequence[str]) -> str:
    filled = [body(line) for line in lines if line.strip()]
    if not filled:
        return ""
    common = filled[0][: len(filled[0]) - len(filled[0].lstrip(" \t"))]
    for line in filled[1:]:
        while not line.startswith(common):
            common = common[:-1]
    return common
