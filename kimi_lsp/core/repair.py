"""What to show the model of its reply that could not be located, for one more try.

A bare "not found" makes a model repeat itself; the document's real lines let it copy them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from kimi_lsp.core.arguments import Replacement, replacements
from kimi_lsp.core.diffs import file_diffs
from kimi_lsp.core.ground import Ground, blank, without_outer_blanks
from kimi_lsp.core.located import places_in
from kimi_lsp.core.quoting import suggested_fence
from kimi_lsp.core.refused import Refused
from kimi_lsp.core.reply import Block, blocks
from kimi_lsp.core.stream import lines_of
from kimi_lsp.core.text import LINE_END

MOST_LINES = 15
"""How many real lines are shown for one block."""

MOST_BLOCKS = 4
"""How many blocks are shown; a reply with more wrong ones was not made for this document."""

LONGEST_LINE = 300
MOST_SEARCH_LINES = 40
LEAST_ALIKE = 50.0
"""How alike in percent lines must be to be worth showing."""

_ANCHORS = 3
_PLACES = 3


class Real(NamedTuple):
    """Lines of the document without line ends; ``first`` counts from 0."""

    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """A block that has no place or several: its number from 1, its lines, and real ones.

    For ``not_found`` the closest lines; for ``ambiguous`` some of the places with what is around.
    ``path`` names the file where it is not plain which one is meant.
    """

    number: int
    reason: Literal["not_found", "ambiguous"]
    search: tuple[str, ...]
    count: int
    real: tuple[Real, ...]
    path: str = ""


def failures(text: str, reply: str, *, path: str, format: str) -> tuple[Failure, ...]:
    """The blocks of a reply that ``text`` has no place for; empty where that is not what is wrong.

    Given what `apply_reply` refused as ``not_found`` or ``ambiguous``.
    """
    ground = Ground(text)
    made: list[Failure] = []
    for number, piece in enumerate(_pieces(reply, path, format), 1):
        found = places_in(ground, piece)
        if not isinstance(found, Refused):
            continue
        search = _search(piece)
        if found.reason == "not_found":
            made.append(Failure(number, "not_found", search, 0, closest(ground, search)))
        elif found.reason == "ambiguous":
            first = [line for line, _ in _aligned(ground, search)]
            around = tuple(_around(ground, line, len(search)) for line in first[:_PLACES])
            made.append(Failure(number, "ambiguous", search, len(first), around))
    return tuple(made)


def repair_text(failed: Sequence[Failure]) -> str:
    """The failures in words for the model; empty where there is none."""
    if not failed:
        return ""
    told = [_told(failure) for failure in failed[:MOST_BLOCKS]]
    if len(failed) > MOST_BLOCKS:
        told.append(f"{len(failed) - MOST_BLOCKS} more blocks have no place in the file either.")
    told.append(
        "Nothing was changed. Send the whole answer again in the same form, with every block, "
        "and copy the lines to find exactly from the file."
    )
    return "\n\n".join(told)


def broken_text(path: str, text: str, line: int) -> str:
    """A file that an answer would break, in words for the model; ``line`` from 0, in ``text``."""
    bodies = Ground(text).bodies
    around = _real(bodies, max(line - MOST_LINES // 2, 0), line + MOST_LINES // 2 + 1)
    return "\n\n".join(
        [
            f"With this answer {path} could not be parsed any more. It would read, from line "
            f"{around.first + 1}, where line {line + 1} is the first that is wrong:",
            _fenced(around.lines),
            "Nothing was changed. Send the whole answer again in the same form, mended.",
        ]
    )


def closest(ground: Ground, search: Sequence[str]) -> tuple[Real, ...]:
    """The run of real lines most like the wanted ones; none where nothing is like them."""
    wanted = "\n".join(map(without_outer_blanks, search))
    best, best_score = -1, LEAST_ALIKE
    bodies = ground.bodies
    for first, _ in _candidates(ground, search):
        window = "\n".join(map(without_outer_blanks, bodies[first : first + len(search)]))
        score = fuzz.ratio(wanted, window, score_cutoff=best_score)
        if score > best_score:
            best, best_score = first, score
    if best < 0:
        return ()
    last = min(best + len(search), len(bodies))
    if last - best > MOST_LINES:
        best += _first_difference(search, bodies[best:last])
        best = max(min(best - MOST_LINES // 2, last - MOST_LINES), 0)
    return (_real(bodies, best, min(best + MOST_LINES, last)),)


def _pieces(reply: str, path: str, format: str) -> list[Block | Replacement]:
    lines = lines_of(reply)
    if format == "search_replace":
        items = blocks(reply, path)
        return [] if isinstance(items, Refused) else [one for one in items if type(one) is Block]
    if format == "unified_diff":
        diffs = file_diffs(lines)
        return [] if isinstance(diffs, Refused) else [hunk for diff in diffs for hunk in diff.hunks]
    if format == "str_replace":
        found = replacements("".join(lines))
        return [] if isinstance(found, Refused) else list(found)
    return []


def _search(piece: Block | Replacement) -> tuple[str, ...]:
    if isinstance(piece, Block):
        return piece.search
    return tuple(LINE_END.sub("\n", piece.old).removesuffix("\n").split("\n"))


def _anchors(search: Sequence[str]) -> list[int]:
    """The lines of a block that say most about where it is: its longest."""
    filled = [number for number, line in enumerate(search) if not blank(line)]
    return sorted(filled, key=lambda number: -len(search[number].strip()))[:_ANCHORS]


def _candidates(ground: Ground, search: Sequence[str]) -> list[tuple[int, float]]:
    """First lines at which the block could have been meant to begin."""
    real = [without_outer_blanks(line)[:LONGEST_LINE] for line in ground.bodies]
    found: dict[int, float] = {}
    for anchor in _anchors(search):
        text = without_outer_blanks(search[anchor])[:LONGEST_LINE]
        alike = process.extract(text, real, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE, limit=20)
        for _, score, line in alike:
            first = max(int(line) - anchor, 0)
            found[first] = max(score, found.get(first, 0.0))
    return list(found.items())


def _aligned(ground: Ground, search: Sequence[str]) -> list[tuple[int, int]]:
    """Where the lines, or for a part of a line the part, are: first and last line."""
    found = ground.occurrences(search, without_outer_blanks)
    if not found:
        part = search[0]
        found = [number for number, line in enumerate(ground.bodies) if part in line]
    return [(first, first + len(search)) for first in found]


def _around(ground: Ground, first: int, size: int) -> Real:
    most = MOST_LINES // _PLACES
    start = max(first - 2, 0)
    return _real(ground.bodies, start, min(first + size + 1, start + most, len(ground.bodies)))


def _first_difference(search: Sequence[str], real: Sequence[str]) -> int:
    pairs = enumerate(zip(search, real, strict=False))
    return next((number for number, (one, other) in pairs if one != other), 0)


def _real(bodies: Sequence[str], first: int, last: int) -> Real:
    return Real(first, tuple(line[:LONGEST_LINE] for line in islice(bodies, first, last)))


def _told(failure: Failure) -> str:
    if failure.reason == "not_found":
        told = f"Block {failure.number} was not found in {_file(failure)}. It looks for:"
    else:
        count = f"{failure.count} times. It looks for:"
        told = f"Block {failure.number} is in {_file(failure)} {count}"
    search = [line[:LONGEST_LINE] for line in failure.search[:MOST_SEARCH_LINES]]
    said = [told, _fenced(search)]
    if failure.reason == "ambiguous":
        said.append("Add lines before or after it, so that it is found only once. Some places:")
    elif failure.real:
        said.append("The closest lines of the file:")
    else:
        said.append("No lines of the file are like these.")
    for real in failure.real:
        said += [f"Lines {real.first + 1}-{real.first + len(real.lines)}:", _fenced(real.lines)]
    return "\n".join(said)


def _file(failure: Failure) -> str:
    return failure.path or "the file"


def _fenced(lines: Sequence[str]) -> str:
    fence = suggested_fence("\n".join(lines))
    return "\n".join([fence, *lines, fence])
