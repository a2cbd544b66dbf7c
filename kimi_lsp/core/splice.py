"""Putting new lines in the place of old ones without touching a byte that did not change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from kimi_lsp.core.edits import changed_runs
from kimi_lsp.core.ground import Ground
from kimi_lsp.core.match import Place
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.text import body, line_end


def majority_end(lines: Sequence[str]) -> str:
    """The line end most lines have; ``\\n`` where none has any."""
    ends = [line_end(line) for line in lines]
    return max(("\n", "\r\n", "\r"), key=ends.count)


def renewed(
    old: Sequence[str], search: Sequence[str], replace: Sequence[str], end: str
) -> list[str]:
    """The lines that replace ``old`` when ``search``, which stands for it, becomes ``replace``.

    Lines both halves share stay as they are in the document. A new line takes the line end of the
    one it replaces, else ``end``; whether the last line has one stays as it was.
    """
    made: list[str] = []
    at = 0
    for run in changed_runs(search, replace):
        made += old[at : run.first]
        for number, line in enumerate(replace[run.new_first : run.new_last], run.first):
            own = line_end(old[number]) if number < run.last else ""
            made.append(line + (own or end))
        at = run.last
    made += old[at:]
    for number, line in enumerate(made[:-1]):
        if body(line) == line:
            made[number] = line + end
    if made and old and not line_end(old[-1]):
        made[-1] = body(made[-1])
    return made


def in_order(places: Iterable[Place]) -> list[Place] | Refused:
    """Places as they follow each other in the document; refused where two claim a line."""
    ordered = sorted(places, key=lambda place: (place.first, place.last))
    for one, other in pairwise(ordered):
        if other.first < one.last or (one.first, one.last) == (other.first, other.last):
            return refuse("overlap")
    return ordered


def spliced(ground: Ground, places: Sequence[Place]) -> str | Refused:
    """The text with new lines at every place, which are in order."""
    if not ground.lines:
        return ground.bom + "".join(place.block.replacement for place in places)
    end, made, at = majority_end(ground.lines), list[str](), 0
    for place in places:
        made += ground.lines[at : place.first]
        old = ground.lines[place.first : place.last]
        new = renewed(old, place.block.search, place.block.replace, end)
        final = place.block.final
        if final is not None and new and place.last == len(ground.lines):
            new[-1] = body(new[-1]) + ((line_end(new[-1]) or end) if final else "")
        made += new
        at = place.last
    made += ground.lines[at:]
    return ground.bom + "".join(made) if whole_lines(made) else refuse("unsafe")


def whole_lines(lines: Sequence[str]) -> bool:
    """Whether lines stay the same lines when joined: a lone ``\\r`` swallows a ``\\n`` after it."""
    return not any(one[-1:] == "\r" and other[:1] == "\n" for one, other in pairwise(lines))
