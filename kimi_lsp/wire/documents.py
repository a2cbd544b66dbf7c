"""The client's open documents, line by line, in the client's own positions.

A change splices the lines it touches and nothing else, so that a keystroke costs the same in a
file of any length. Nothing here ever reads a disk.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kimi_lsp.core.text import (
    Extent,
    Point,
    PositionEncoding,
    body,
    character_at,
    column_at,
    split_lines,
)

log = logging.getLogger(__name__)

HISTORY = 1000
"""Changes remembered a document, to move a range made on an older version."""


class Change(NamedTuple):
    """One content change, in code points: ``start`` to ``end`` came to reach ``new_end``.

    ``version`` is the document's version after the notification that brought the change.
    """

    version: int
    start: Point
    end: Point
    new_end: Point


class Document:
    """One open document."""

    def __init__(self, item: Mapping[str, Any], encoding: PositionEncoding) -> None:
        self.uri = str(item["uri"])
        self.language_id = str(item.get("languageId") or "")
        self.version = int(item.get("version") or 0)
        self.opened = self.version
        self.encoding: PositionEncoding = encoding
        self.lines: list[str] = split_lines(str(item.get("text") or ""))
        self.out_of_sync = False
        self.changes: deque[Change] = deque(maxlen=HISTORY)
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The whole text, joined when first asked for after a change."""
        if self._text is None:
            self._text = "".join(self.lines)
        return self._text

    def apply(self, change: Mapping[str, Any], version: int) -> Change:
        """Apply one content change of a ``didChange`` that leads to a version."""
        text = str(change.get("text") or "")
        if change.get("range") is None:
            made = Change(version, Point(0, 0), self._end(), _end_of(split_lines(text)))
            self.lines = split_lines(text)
        else:
            start, end = self.extent(change["range"])
            made = Change(version, start, end, self._splice(start, end, text))
        self._text = None
        self.changes.append(made)
        return made

    def since(self, version: int) -> list[Change] | None:
        """The changes after a version, oldest first; None where they are not all remembered."""
        if version > self.version or version < self.opened:
            return None
        later = [change for change in self.changes if change.version > version]
        if len(later) == len(self.changes) == HISTORY:
            return None
        return later

    def point(self, position: Mapping[str, Any]) -> Point:
        """The place of a client's position, clamped to the document."""
        line = int(position["line"])
        if line < 0:
            return Point(0, 0)
        if line >= len(self.lines):
            return self._end()
        character = max(int(position["character"]), 0)
        return Point(line, column_at(self.lines[line], character, self.encoding))

    def extent(self, range_: Mapping[str, Any]) -> Extent:
        """The place of a client's range; one that runs backwards is turned round."""
        start, end = self.point(range_["start"]), self.point(range_["end"])
        return Extent(min(start, end), max(start, end))

    def position(self, point: Point) -> dict[str, int]:
        """A place as the client counts it."""
        line = self.lines[point.line] if point.line < len(self.lines) else ""
        return {
            "line": point.line,
            "character": character_at(line, point.column, self.encoding),
        }

    def range(self, extent: Extent) -> dict[str, Any]:
        """An extent as the client counts it."""
        return {"start": self.position(extent.start), "end": self.position(extent.end)}

    def _end(self) -> Point:
        return _end_of(self.lines)

    def _splice(self, start: Point, end: Point, text: str) -> Point:
        lines, first, last = self.lines, start.line, end.line
        before = lines[first][: start.column] if first < len(lines) else ""
        after = lines[last][end.column :] if last < len(lines) else ""
        new_end = _end_of(split_lines(before + text))
        new_end = Point(first + new_end.line, new_end.column)
        low, high = first, min(last + 1, len(lines))
        joined = before + text + after
        # A carriage return and a line feed that come to stand side by side are one line end.
        if low and joined[:1] == "\n" and lines[low - 1].endswith("\r"):
            low -= 1
            joined = lines[low] + joined
        if high < len(lines) and (
            body(joined) == joined or (joined.endswith("\r") and lines[high].startswith("\n"))
        ):
            joined += lines[high]
            high += 1
        lines[low:high] = split_lines(joined)
        return new_end


def _end_of(lines: list[str]) -> Point:
    if lines and body(lines[-1]) == lines[-1]:
        return Point(len(lines) - 1, len(lines[-1]))
    return Point(len(lines), 0)


class Documents:
    """The open documents of one client, by URI."""

    def __init__(self) -> None:
        self.encoding: PositionEncoding = "utf-16"
        self.on_change: list[Callable[[Document, Change], None]] = []
        self.on_close: list[Callable[[Document], object]] = []
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(self._open.values())

    def get(self, uri: str) -> Document | None:
        """The open document of a URI, as the client spells it."""
        return self._open.get(uri)

    def open(self, item: Mapping[str, Any]) -> None:
        """A document was opened; one that was open already begins anew."""
        self.close(str(item["uri"]))
        document = Document(item, self.encoding)
        self._open[document.uri] = document

    def close(self, uri: str) -> None:
        """A document was closed."""
        document = self._open.pop(uri, None)
        if document:
            for listener in self.on_close:
                listener(document)

    def change(self, params: Mapping[str, Any]) -> None:
        """A document was changed; listeners are told after each single change."""
        identity = params["textDocument"]
        document = self._open.get(str(identity["uri"]))
        if document is None:
            log.warning("a change of a document that is not open was ignored")
            return
        version = int(identity.get("version") or 0)
        if version <= document.version:
            document.out_of_sync = True
            log.warning("a document's version did not rise; its edits are refused until reopened")
        document.version = max(version, document.version)
        for change in params["contentChanges"]:
            made = document.apply(change, document.version)
            for listener in tuple(self.on_change):
                listener(document, made)
