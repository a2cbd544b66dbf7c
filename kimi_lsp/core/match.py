"""Locating a block in a document: exactly and once, or not at all.

Each rung of the ladder forgives one thing that models get wrong in copying and is taken only
where no stricter one finds anything. Two places are a refusal, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kimi_lsp.core.refused import Refused, refuse, shown
from kimi_lsp.core.reply import Block
from kimi_lsp.core.text import body

_INDENT = re.compile(r"[ \t]*")
UNITS = (4, 2, 8)


@dataclass(frozen=True)
class Place:
    """Where a block belongs: lines ``first`` to ``last``, exclusive, and what they become."""

    first: int
    last: int
    block: Block


def locate(lines: Sequence[str], block: Block) -> Place | Refused:
    """The one place of a block among the document's lines."""
    for candidate in _variants(block):
        if not any(line.strip() for line in candidate.search):
            continue
        for key in (body, _stripped_end):
            places = _occurrences(lines, candidate.search, key)
            if places:
                return _single(places, candidate, candidate)
        shifted = _shifted(lines, candidate)
        if shifted:
            return _single([first for first, _ in shifted], candidate, shifted[0][1])
    first = next((line for line in block.search if line.strip()), "")
    return refuse("not_found", line=shown(first))


def _single(places: list[int], asked: Block, block: Block) -> Place | Refused:
    if len(places) > 1:
        first = next(line for line in asked.search if line.strip())
        return refuse("ambiguous", count=len(places), line=shown(first))
    return Place(places[0], places[0] + len(block.search), block)


def _variants(block: Block) -> list[Block]:
    """The block, then without a blank first or last line that both its halves share."""
    search, replace = block.search, block.replace
    made = [block]
    head = bool(search and replace) and not search[0].strip() and not replace[0].strip()
    tail = bool(search and replace) and not search[-1].strip() and not replace[-1].strip()
    if head:
        made.append(Block(search[1:], replace[1:]))
    if tail:
        made.append(Block(search[:-1], replace[:-1]))
    if head and tail and len(search) > 1 and len(replace) > 1:
        made.append(Block(search[1:-1], replace[1:-1]))
    return made


def _stripped_end(line: str) -> str:
    return body(line).rstrip(" \t")


def _occurrences(
    lines: Sequence[str], search: Sequence[str], key: Callable[[str], str]
) -> list[int]:
    wanted = [key(line) for line in search]
    keys = [key(line) for line in lines]
    return [
        first
        for first in range(len(keys) - len(wanted) + 1)
        if keys[first] == wanted[0] and keys[first : first + len(wanted)] == wanted
    ]


def _shifted(lines: Sequence[str], block: Block) -> list[tuple[int, Block]]:
    """Places where the block fits with its indentation changed throughout in one way."""
    found: list[tuple[int, Block]] = []
    for first in _occurrences(lines, block.search, str.strip):
        there = [body(line) for line in lines[first : first + len(block.search)]]
        for change in _changes(there, block.search):
            replace = [change(line) if line.strip() else line for line in block.replace]
            if None not in replace:
                made = Block(tuple(there), tuple(line for line in replace if line is not None))
                found.append((first, made))
                break
    return found


def _changes(there: Sequence[str], search: Sequence[str]) -> list[Callable[[str], str | None]]:
    """Every way of indenting anew that turns each line of the search into the document's."""
    pairs = [
        (_indent(old), _indent(line))
        for old, line in zip(there, search, strict=True)
        if line.strip()
    ]
    old, new = pairs[0]
    ways: list[Callable[[str], str | None]] = []
    if old.endswith(new):
        ways.append(_adder(old[: len(old) - len(new)]))
    if new.endswith(old):
        ways.append(_remover(new[: len(new) - len(old)]))
    ways += [_to_tabs(unit) for unit in UNITS] + [_to_blanks(unit) for unit in UNITS]
    return [way for way in ways if all(way(indent + "x") == want + "x" for want, indent in pairs)]


def _indent(line: str) -> str:
    match = _INDENT.match(line)
    return match[0] if match else ""


def _adder(prefix: str) -> Callable[[str], str | None]:
    return lambda line: prefix + line


def _remover(prefix: str) -> Callable[[str], str | None]:
    return lambda line: line[len(prefix) :] if line.startswith(prefix) else None


def _to_tabs(unit: int) -> Callable[[str], str | None]:
    def change(line: str) -> str | None:
        indent = _indent(line)
        if "\t" in indent or len(indent) % unit:
            return None
        return "\t" * (len(indent) // unit) + line[len(indent) :]

    return change


def _to_blanks(unit: int) -> Callable[[str], str | None]:
    def change(line: str) -> str | None:
        indent = _indent(line)
        if " " in indent:
            return None
        return " " * (unit * len(indent)) + line[len(indent) :]

    return change
