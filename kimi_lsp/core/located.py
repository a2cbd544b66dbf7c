"""Replies whose pieces are found in the document by what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kimi_lsp.core.arguments import Replacement, places_of, replacements
from kimi_lsp.core.diffs import file_diffs
from kimi_lsp.core.elision import elided
from kimi_lsp.core.fences import says_no_edit
from kimi_lsp.core.ground import Ground
from kimi_lsp.core.match import Place, core, locate
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.reply import Block, BlockReader, NewFile, Operation
from kimi_lsp.core.splice import in_order, spliced
from kimi_lsp.core.wanted import Wanted, wrong_path

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


class Located(Wanted):
    """Pieces that are found in the document by what they say."""

    def __init__(self, ground: Ground, path: str) -> None:
        super().__init__(ground, path)
        self.pieces: list[Block | Replacement] = []
        self.places: list[list[Place]] = []

    def add(self, piece: Block | Replacement) -> Refused | None:
        wrong = wrong_path(piece.path, self.path) or self._unusable(piece)
        if wrong:
            return wrong
        found = places_in(self.ground, piece)
        if isinstance(found, Refused):
            return found
        self.pieces.append(piece)
        self.places.append(found)
        ordered = in_order(place for places in self.places for place in places)
        return ordered if isinstance(ordered, Refused) else None

    def _unusable(self, piece: Block | Replacement) -> Refused | None:
        if isinstance(piece, Block):
            lines: Sequence[str] = (*piece.search, *piece.replace)
        else:
            lines = piece.new.split("\n")
            if _NOT_TEXT.search(piece.old + piece.new):
                return refuse("invalid_text")
        missing = elided(lines, self.ground.bodies, self.path)
        return refuse("elision", line=missing) if missing else None

    def made(self) -> str | Refused:
        return _spliced(self.ground, self.places)

    def made_in(self, current: str) -> str | Refused:
        """Located again, and only where the very lines are as the model saw them."""
        now = Ground(current)
        moved: list[list[Place]] = []
        for piece, before in zip(self.pieces, self.places, strict=True):
            found = places_in(now, piece)
            if isinstance(found, Refused):
                return found if found.reason == "ambiguous" else refuse("stale")
            if [_lines(self.ground, place) for place in before] != [
                _lines(now, place) for place in found
            ]:
                return refuse("stale")
            moved.append(found)
        return _spliced(now, moved)


def places_in(ground: Ground, piece: Block | Replacement) -> list[Place] | Refused:
    """Where one piece of a reply belongs."""
    if isinstance(piece, Replacement):
        return places_of(ground, piece)
    place = locate(ground, piece)
    if isinstance(place, Refused):
        return place
    return [core(place) if piece.context else place]


def _lines(ground: Ground, place: Place) -> list[str]:
    return ground.lines[place.first : place.last]


def _spliced(ground: Ground, places: Sequence[Sequence[Place]]) -> str | Refused:
    ordered = in_order(place for some in places for place in some)
    return ordered if isinstance(ordered, Refused) else spliced(ground, ordered)


class Blocks(Located):
    def __init__(self, ground: Ground, path: str) -> None:
        super().__init__(ground, path)
        self._reader = BlockReader(path)

    def line(self, raw: str) -> Refused | None:
        items = self._reader.line(raw)
        if isinstance(items, Refused):
            return items
        for item in items:
            match item:
                case Block():
                    wrong = self.add(item)
                case Operation():
                    wrong = wrong_path(item.path, self.path)
                    wrong = wrong or refuse("operation", path=item.path[:80])
                case NewFile():
                    # The document's own code in a fence is an illustration.
                    wrong = wrong_path(item.path, self.path)
            if wrong:
                return wrong
        return None

    def end(self) -> Refused | None:
        return self._reader.end()


class _AtEnd(Located):
    """A format that is read when the reply is complete."""

    def __init__(self, ground: Ground, path: str) -> None:
        super().__init__(ground, path)
        self._lines: list[str] = []

    def line(self, raw: str) -> Refused | None:
        self._lines.append(raw)
        return None


class Diff(_AtEnd):
    def end(self) -> Refused | None:
        diffs = file_diffs(self._lines)
        if isinstance(diffs, Refused):
            return diffs
        for diff in diffs:
            wrong = next(filter(None, (wrong_path(name, self.path) for name in diff.names)), None)
            if wrong:
                return wrong
            if diff.deletes or diff.renamed:
                return refuse("operation", path=self.path[:80])
            for hunk in diff.hunks:
                wrong = self.add(hunk)
                if wrong:
                    return wrong
        return None if diffs else refuse("no_edit")


class Arguments(_AtEnd):
    def end(self) -> Refused | None:
        if any(map(says_no_edit, self._lines)):
            return refuse("no_edit")
        found = replacements("".join(self._lines))
        if isinstance(found, Refused):
            return found
        return next(filter(None, map(self.add, found)), None)
