"""Locating a block in a document: exactly and once, or not at all.

Each rung of the ladder forgives one thing that models get wrong in copying and is taken only
where no stricter one finds anything. Two places are a refusal, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kimi_lsp.core.ground import (
    BOM,
    Ground,
    as_is,
    blank,
    without_outer_blanks,
    without_trailing_blanks,
)
from kimi_lsp.core.refused import Refused, refuse, shown
from kimi_lsp.core.reply import Block

Change = Callable[[str], str | None]
"""A way of indenting a line anew; None where the line does not fit it."""

UNITS = (4, 2, 8)
"""The blanks that one tab may stand for."""

_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True)
class Place:
    """Where a block belongs: lines ``first`` to ``last``, exclusive, and what they become."""

    first: int
    last: int
    block: Block


def locate(ground: Ground, block: Block) -> Place | Refused:
    """The one place of a block. One with several dividers must be readable in one way only."""
    found = [_located(ground, way) for way in (block, *block.others)]
    possible = [place for place in found if isinstance(place, Place) or place.reason == "ambiguous"]
    if not possible:
        return found[0]
    return possible[0] if len(possible) == 1 else refuse("dividers")


def core(place: Place) -> Place:
    """A place without the lines at both ends that only say where it is."""
    search, new = place.block.search, place.block.replace
    most, head = min(len(search), len(new)), 0
    if place.block.final is not None:
        return place
    while head < most and search[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and search[-1 - tail] == new[-1 - tail]:
        tail += 1
    block = replace(
        place.block,
        search=search[head : len(search) - tail],
        replace=new[head : len(new) - tail],
    )
    return Place(place.first + head, place.last - tail, block)


def _located(ground: Ground, block: Block) -> Place | Refused:
    if not block.search:
        return refuse("empty_search") if ground.lines else Place(0, 0, block)
    block = _without_mark(block)
    if all(map(blank, block.search)):
        same = len(block.search) == len(ground.lines) and all(map(blank, ground.lines))
        if ground.lines and not same:
            return refuse("empty_search")
        return Place(0, len(ground.lines), block)
    places = _whole_block(ground, block) or _without_outer_lines(ground, block)
    if len(places) == 1:
        return places[0]
    first = next(line for line in block.search if not blank(line))
    if places:
        return refuse("ambiguous", count=len(places), line=shown(first))
    return refuse("not_found", line=shown(first))


def _without_mark(block: Block) -> Block:
    """The block without a byte order mark that was copied from the document's start."""
    if not block.search[0].startswith(BOM):
        return block
    first = block.replace[:1]
    return replace(
        block,
        search=(block.search[0][1:], *block.search[1:]),
        replace=(*(line.removeprefix(BOM) for line in first), *block.replace[1:]),
    )


def _whole_block(ground: Ground, block: Block) -> list[Place]:
    """Every place on the first rung that has one."""
    size = len(block.search)
    for view in (as_is, without_trailing_blanks):
        found = ground.occurrences(block.search, view)
        if found:
            return [Place(first, first + size, block) for first in found]
    return _shifted(ground, block)


def _without_outer_lines(ground: Ground, block: Block) -> list[Place]:
    """Every place without a blank first or last line that both halves of the block share."""
    search, new = block.search, block.replace
    head = bool(new) and blank(search[0]) and blank(new[0])
    tail = bool(new) and blank(search[-1]) and blank(new[-1])
    found: list[Place] = []
    for front, back in ((head, False), (False, tail)):
        if front or back:
            cut = _cut(block, front, back)
            found += [place for place in _whole_block(ground, cut) if place not in found]
    if found or not (head and tail and min(len(search), len(new)) > 1):
        return found
    return _whole_block(ground, _cut(block, True, True))


def _cut(block: Block, front: bool, back: bool) -> Block:
    def inner(lines: tuple[str, ...]) -> tuple[str, ...]:
        return lines[front : len(lines) - back]

    return replace(block, search=inner(block.search), replace=inner(block.replace))


def _shifted(ground: Ground, block: Block) -> list[Place]:
    """Places where the block fits with its indentation changed throughout in one way."""
    found: list[Place] = []
    for first in ground.occurrences(block.search, without_outer_blanks):
        last = first + len(block.search)
        there = ground.bodies[first:last]
        shifts = _shifts(there, block.search) if _shifts_as_one(block) else []
        for change in (*shifts, *_conversions(there, block.search)):
            new = [line if blank(line) else change(line) for line in block.replace]
            if None in new:
                continue
            old = (line if blank(line) else change(line) or "" for line in block.search)
            kept = tuple(line for line in new if line is not None)
            found.append(Place(first, last, replace(block, search=tuple(old), replace=kept)))
            break
    return found


def _shifts_as_one(block: Block) -> bool:
    """Whether the new lines can only have been meant to be shifted as the old ones are.

    Where they stand deeper or less deep than the old ones as a whole, they may be right as they
    are, and the old ones alone have lost their indentation.
    """
    depths = [
        min((len(indent(line)) for line in lines if not blank(line)), default=None)
        for lines in (block.search, block.replace)
    ]
    return depths[1] is None or depths[0] == depths[1]


def _shifts(there: Sequence[str], search: Sequence[str]) -> list[Change]:
    """The blanks to put before every line of the search, or to take away, that fit the document."""
    old, new = _indents(there, search)[0]
    ways: list[Change] = []
    if old.endswith(new):
        ways.append(_adder(old[: len(old) - len(new)]))
    if new.endswith(old):
        ways.append(_remover(new[: len(new) - len(old)]))
    return _fitting(ways, there, search)


def _conversions(there: Sequence[str], search: Sequence[str]) -> list[Change]:
    """The ways from blanks to tabs, or back, that turn each line into the document's."""
    ways = [_to_tabs(unit) for unit in UNITS] + [_to_blanks(unit) for unit in UNITS]
    return _fitting(ways, there, search)


def _fitting(ways: list[Change], there: Sequence[str], search: Sequence[str]) -> list[Change]:
    pairs = _indents(there, search)
    return [way for way in ways if all(way(used + "x") == want + "x" for want, used in pairs)]


def _indents(there: Sequence[str], search: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (indent(old), indent(line))
        for old, line in zip(there, search, strict=True)
        if not blank(line)
    ]


def indent(line: str) -> str:
    """The blanks and tabs a line begins with."""
    match = _INDENT.match(line)
    return match[0] if match else ""


def _adder(prefix: str) -> Change:
    return lambda line: prefix + line


def _remover(prefix: str) -> Change:
    return lambda line: line[len(prefix) :] if line.startswith(prefix) else None


def _to_tabs(unit: int) -> Change:
    def change(line: str) -> str | None:
        used = indent(line)
        if "\t" in used:
            return None
        # What is less than a tab aligns a continued line and stays blanks.
        tabs, rest = divmod(len(used), unit)
        return "\t" * tabs + " " * rest + line[len(used) :]

    return change


def _to_blanks(unit: int) -> Change:
    def change(line: str) -> str | None:
        used = indent(line)
        tabs = len(used) - len(used.lstrip("\t"))
        if "\t" in used[tabs:]:
            return None
        return " " * (unit * tabs) + used[tabs:] + line[len(used) :]

    return change
