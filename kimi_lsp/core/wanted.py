"""What a reply wants of one document: the base of every format, and rewritten text."""

from __future__ import annotations

from dataclasses import replace

from kimi_lsp.core.elision import elided
from kimi_lsp.core.fences import Fenced, FenceReader, says_no_edit
from kimi_lsp.core.ground import Ground
from kimi_lsp.core.merge import merged, moved_selection
from kimi_lsp.core.paths import is_name, outside, path_in, path_in_info, same, unsafe
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.reply import begins_otherwise
from kimi_lsp.core.rewrite import Selection, not_code, selected, whole
from kimi_lsp.core.text import body


def wrong_path(named: str | None, path: str) -> Refused | None:
    """What is wrong with the path that a reply names for the document at ``path``."""
    if not named or (not outside(named) and same(named, path)):
        return None
    return refuse("outside" if unsafe(named) else "other_file", path=named[:80])


class Wanted:
    """What one reply wants; one way of reading for each format.

    ``line`` and ``end`` give a refusal as soon as it is certain. Then ``made`` is the new text of
    the document that the model saw, and ``made_in`` that of the document as it is now.
    """

    def __init__(self, ground: Ground, path: str) -> None:
        self.ground = ground
        self.path = path

    def line(self, raw: str) -> Refused | None:
        raise NotImplementedError

    def end(self) -> Refused | None:
        raise NotImplementedError

    def made(self) -> str | Refused:
        raise NotImplementedError

    def made_in(self, current: str) -> str | Refused:
        raise NotImplementedError


class Rewrite(Wanted):
    """One fenced block that is the document, or the selection."""

    def __init__(self, ground: Ground, path: str, original: str, selection: Selection | None):
        super().__init__(ground, path)
        self._original = original
        self._selection = selection
        self._reader = FenceReader()
        self._fenced: Fenced | None = None
        self._odd = False

    def line(self, raw: str) -> Refused | None:
        if not self._reader.inside and says_no_edit(raw):
            return refuse("no_edit")
        if not self._reader.inside:
            self._odd = self._odd or begins_otherwise(raw)
        fenced = self._reader.line(raw)
        if not fenced:
            return None
        if self._fenced:
            return refuse("several_fences", count=2)
        self._fenced = fenced = self._without_name(fenced)
        return self._unusable(fenced)

    def _without_name(self, fenced: Fenced) -> Fenced:
        """The block without a first line that only says which file it is for."""
        first = body(fenced.lines[0]) if fenced.lines else ""
        if not is_name(first, self.path) or first in self.ground.bodies:
            return fenced
        return replace(fenced, lines=fenced.lines[1:])

    def _unusable(self, fenced: Fenced) -> Refused | None:
        named = path_in_info(fenced.info, self.path) or path_in(fenced.above, self.path)
        wrong = wrong_path(named, self.path)
        if wrong:
            return wrong
        if len(fenced.lines) == 1 and says_no_edit(fenced.lines[0]):
            return refuse("no_edit")
        missing = elided(
            (line.rstrip("\r\n") for line in fenced.lines), self.ground.bodies, self.path
        )
        if missing:
            return refuse("elision", line=missing)
        return not_code(fenced, self.ground, self.path)

    def end(self) -> Refused | None:
        if self._reader.inside:
            return refuse("truncated")
        if self._fenced:
            return None
        return refuse("other_format" if self._odd else "no_edit")

    def made(self) -> str | Refused:
        if not self._fenced:
            return refuse("no_edit")
        if self._selection is None:
            return whole(self.ground, self._fenced)
        return selected(self._original, self._fenced, self._selection)

    def made_in(self, current: str) -> str | Refused:
        made = self.made()
        if isinstance(made, Refused):
            return made
        if self._selection is None:
            return merged(self._original, made, current)
        return moved_selection(self._original, made, self._selection, current)
