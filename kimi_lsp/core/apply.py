"""From a document and a reply to the edit that was meant, or to a refusal; nothing in between."""

from __future__ import annotations

import re
from typing import Literal

from kimi_lsp.core.edits import Applied, apply_edits, minimal_edits
from kimi_lsp.core.ground import Ground
from kimi_lsp.core.located import Arguments, Blocks, Diff
from kimi_lsp.core.paths import outside
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.rewrite import Selection
from kimi_lsp.core.stream import LineFeed
from kimi_lsp.core.wanted import Rewrite, Wanted

ReplyFormat = Literal["search_replace", "selection", "whole", "unified_diff", "str_replace"]

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
    reading = ReplyReading(original, path=path, format=format, selection=selection)
    return reading.feed(reply) or reading.close(current)


class ReplyReading:
    """A reply read while it comes; what becomes of it does not depend on how it was cut.

    The first thing wrong with it decides, in the reply's own order.
    """

    def __init__(
        self,
        original: str,
        *,
        path: str,
        format: ReplyFormat,
        selection: Selection | None = None,
    ) -> None:
        self._original = original
        self._feed = LineFeed()
        self._wanted = _reading(original, path, format, selection)
        self.refused: Refused | None = None
        if outside(path):
            self.refused = refuse("outside", path=path[:80])
        elif _NOT_TEXT.search(original):
            self.refused = refuse("binary")

    def feed(self, piece: str) -> Refused | None:
        """Take the next piece; a refusal as soon as the rest of the reply cannot change it."""
        for line in () if self.refused else self._feed.feed(piece):
            self._take(line)
        return self.refused

    def close(self, current: str | None = None) -> Applied | Refused:
        """What the finished reply comes to, in ``current`` where the document was changed since."""
        for line in () if self.refused else self._feed.close():
            self._take(line)
        if self._feed.thinking:
            self.refused = self.refused or refuse("truncated")
        self.refused = self.refused or self._wanted.end()
        if self.refused:
            return self.refused
        made = self._wanted.made()
        if isinstance(made, Refused):
            return made
        if current is None or current == self._original:
            return _applied(self._original, made)
        if made == self._original:
            return refuse("no_change")
        if _NOT_TEXT.search(current):
            return refuse("binary")
        again = self._wanted.made_in(current)
        return again if isinstance(again, Refused) else _applied(current, again)

    def _take(self, line: str) -> None:
        if self.refused:
            return
        self.refused = refuse("invalid_text") if _NOT_TEXT.search(line) else self._wanted.line(line)


def _applied(base: str, text: str) -> Applied | Refused:
    if base == text:
        return refuse("no_change")
    edits = minimal_edits(base, text)
    return Applied(text, edits) if apply_edits(base, edits) == text else refuse("unsafe")


def _reading(original: str, path: str, format: str, selection: Selection | None) -> Wanted:
    """The reading of a reply in a format."""
    ground = Ground(original)
    match format:
        case "search_replace":
            return Blocks(ground, path)
        case "unified_diff":
            return Diff(ground, path)
        case "str_replace":
            return Arguments(ground, path)
        case "whole":
            return Rewrite(ground, path, original, None)
        case "selection" if selection is not None:
            return Rewrite(ground, path, original, selection)
        case "selection":
            raise ValueError("the format `selection` needs a selection")
        case _:
            raise ValueError(f"no such format: {format}")
