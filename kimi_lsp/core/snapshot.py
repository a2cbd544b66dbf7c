"""What a person asked about, frozen at the moment they asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from kimi_lsp.core.text import Extent, Point, Span, body, offset_at, split_lines

Severity = Literal["error", "warning", "information", "hint"]


@dataclass(frozen=True)
class Related:
    """A place that a diagnostic points to: ``where`` is ``file:line``, from 1."""

    where: str
    message: str


@dataclass(frozen=True)
class Diagnostic:
    """One diagnostic of the document; ``raw`` is the client's own object, kept for the way back."""

    message: str
    extent: Extent
    severity: Severity = "error"
    code: str = ""
    source: str = ""
    related: tuple[Related, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False)


@dataclass(frozen=True)
class Snapshot:
    """One version of one document, and the part of it that is asked about.

    ``path`` is how the document is named to the model: relative to its workspace folder with
    ``/``, or its bare name. ``lines`` keep their line ends and are never changed.
    """

    uri: str
    path: str
    language: str
    version: int
    lines: Sequence[str]
    extent: Extent
    diagnostics: tuple[Diagnostic, ...] = ()

    @cached_property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def empty(self) -> bool:
        """Whether nothing is selected."""
        return self.extent.start == self.extent.end

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space on the lines asked about."""
        return not "".join(self.lines[self.first : self.last + 1]).strip()

    @property
    def first(self) -> int:
        """The first line asked about."""
        return self.extent.start.line

    @property
    def last(self) -> int:
        """The last line asked about; a range that ends at column 0 ends on the line before."""
        start, end = self.extent
        if end.column == 0 and end.line > start.line:
            return end.line - 1
        return min(end.line, max(len(self.lines) - 1, 0))

    def span(self, extent: Extent) -> Span:
        """Offsets of an extent of this version."""
        return Span(offset_at(self.lines, extent.start), offset_at(self.lines, extent.end))

    def part(self, extent: Extent) -> str:
        """The text of an extent."""
        start, end = extent
        if start.line >= len(self.lines):
            return ""
        if start.line == end.line:
            return self.lines[start.line][start.column : end.column]
        tail = self.lines[end.line][: end.column] if end.line < len(self.lines) else ""
        middle = "".join(self.lines[start.line + 1 : end.line])
        return self.lines[start.line][start.column :] + middle + tail

    def whole_lines(self, first: int, last: int) -> Extent:
        """The extent of whole lines, the line end of the last one not included."""
        length = len(body(self.lines[last])) if last < len(self.lines) else 0
        return Extent(Point(first, 0), Point(last, length))


def snapshot_of_text(text: str, *, uri: str, path: str, language: str, extent: Extent) -> Snapshot:
    """A snapshot of a text that no client holds open."""
    return Snapshot(uri, path, language, 0, split_lines(text), extent)
