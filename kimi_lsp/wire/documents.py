"""The client's open documents, line by line, in the client's own positions.

A change splices the lines it touches and nothing else, so that a keystroke costs the same in a
file of any length. Nothing here ever reads a disk.
"""

from __future__ import annotations

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
    point_at,
    split_lines,
)
from kimi_lsp.core.track import moved
from kimi_lsp.wire.seldom import logger

log = logger(__name__)

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
        self.encoding: PositionEncoding = encoding
        self.lines: list[str] = split_lines(str(item.get("text") or ""))
        self.out_of_sync = False
        self.changes: deque[Change] = deque(maxlen=HISTORY)
        self._remembered_from = self.version
        self._in_units: deque[_InUnits] = deque(maxlen=HISTORY)
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
            start, end = Point(0, 0), self._end()
        else:
            start, end = self.extent(change["range"])
        before = self._units_of(start), self._units_of(end)
        new_end = self._splice(start, end, text)
        made = Change(version, start, end, new_end)
        if len(self.changes) == HISTORY:
            self._remembered_from = self.changes[0].version
        self.changes.append(made)
        self._in_units.append(_InUnits(*before, self._units_of(new_end)))
        self._text = None
        return made

    def since(self, version: int) -> list[Change] | None:
        """The changes after a version, oldest first; None where they are not all remembered."""
        if self.out_of_sync or not self._remembered_from <= version <= self.version:
            return None
        return [change for change in self.changes if change.version > version]

    def extent_since(self, range_: Mapping[str, Any], version: int) -> Extent | None:
        """Where a range that a client made on a version lies now.

        None where the text in it was edited, or where the version is not remembered. The range
        moves in the client's own units: the lines it was made on may be gone, so that only where
        it lies now can it be told in code points.
        """
        later = self.since(version)
        if later is None:
            return None
        start, end = _as_sent(range_["start"]), _as_sent(range_["end"])
        extent = Extent(min(start, end), max(start, end))
        for index in range(len(self.changes) - len(later), len(self.changes)):
            step = moved(extent, *self._in_units[index])
            if step is None:
                return None
            extent = step
        return self.extent({"start": _as_json(extent.start), "end": _as_json(extent.end)})

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
        return _as_json(self._units_of(point))

    def range(self, extent: Extent) -> dict[str, Any]:
        """An extent as the client counts it."""
        return {"start": self.position(extent.start), "end": self.position(extent.end)}

    def _end(self) -> Point:
        if self.lines and body(self.lines[-1]) == self.lines[-1]:
            return Point(len(self.lines) - 1, len(self.lines[-1]))
        return Point(len(self.lines), 0)

    def _units_of(self, point: Point) -> Point:
        line = self.lines[point.line] if point.line < len(self.lines) else ""
        return Point(point.line, character_at(line, point.column, self.encoding))

    def _splice(self, start: Point, end: Point, text: str) -> Point:
        """Replace what lies between two places; the place where the new text ends."""
        lines, low = self.lines, start.line
        before = lines[low][: start.column] if low < len(lines) else ""
        after = lines[end.line][end.column :] if end.line < len(lines) else ""
        # A carriage return and a line feed that come to stand side by side are one line end.
        if not before and low and lines[low - 1].endswith("\r") and (text or after)[:1] == "\n":
            low -= 1
            before = lines[low]
        fresh = split_lines(before + text + after)
        lines[low : end.line + 1] = fresh
        new_end = point_at(fresh, len(before) + len(text))
        return Point(low + new_end.line, new_end.column)


class _InUnits(NamedTuple):
    """A change as ``Change`` has it, its columns in the client's units."""

    start: Point
    end: Point
    new_end: Point


def _as_sent(position: Mapping[str, Any]) -> Point:
    return Point(max(int(position["line"]), 0), max(int(position["character"]), 0))


def _as_json(point: Point) -> dict[str, int]:
    return {"line": point.line, "character": point.column}


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
            for listener in tuple(self.on_close):
                _tell(listener, document)

    def change(self, params: Mapping[str, Any]) -> None:
        """A document was changed; listeners are told after each single change.

        A change that cannot be read leaves the document out of sync, and raises what it led to.
        """
        identity = params["textDocument"]
        document = self._open.get(str(identity["uri"]))
        if document is None:
            log.warning("a change of a document that is not open was ignored")
            return
        try:
            version = int(identity.get("version") or 0)
            if version <= document.version:
                document.out_of_sync = True
                log.warning(
                    "a document's version did not rise; its edits are refused till reopened"
                )
            document.version = max(version, document.version)
            for change in params["contentChanges"]:
                made = document.apply(change, document.version)
                for listener in tuple(self.on_change):
                    _tell(listener, document, made)
        except Exception:
            document.out_of_sync = True
            raise


def _tell(listener: Callable[..., object], *arguments: object) -> None:
    try:
        listener(*arguments)
    except Exception as error:  # noqa: BLE001 - a listener's fault must not cost the document
        log.error("a listener to documents failed: %s", type(error).__name__)
