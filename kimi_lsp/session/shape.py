"""An edit in the form a client reads: positions, versions, annotations, hunks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from kimi_lsp.core import TextEdit
from kimi_lsp.core.text import Extent, Point, body, split_lines
from kimi_lsp.session.capabilities import Capabilities
from kimi_lsp.session.outcome import Hunk
from kimi_lsp.wire.documents import Document

ANNOTATION = "kimi"


def points(lines: Sequence[str]) -> Callable[[int], Point]:
    """A function from code point offsets to points, quick for many offsets."""
    starts = list(accumulate(map(len, lines), initial=0))

    def point(offset: int) -> Point:
        line = min(bisect_right(starts, offset) - 1, len(lines))
        if line == len(lines) and lines and body(lines[-1]) == lines[-1]:
            line -= 1
        return Point(line, offset - starts[line])

    return point


def asks(can: Capabilities) -> bool:
    """Whether the client can ask its person before it applies an edit."""
    return can.annotations and can.document_changes


def workspace_edit(
    can: Capabilities,
    document: Document,
    edits: Sequence[TextEdit],
    label: str,
    concern: str = "",
    *,
    is_open: bool = True,
) -> dict[str, Any]:
    """The edit for the version the client last gave; ``concern`` has it asked about first."""
    point = points(document.lines)
    annotation = {"annotationId": ANNOTATION} if asks(can) else {}
    changes = [
        {
            "range": document.range(Extent(point(edit.start), point(edit.end))),
            "newText": edit.new_text,
            **annotation,
        }
        for edit in edits
    ]
    if not can.document_changes:
        return {"changes": {document.uri: changes}}
    versioned = {"uri": document.uri, "version": document.version if is_open else None}
    made: dict[str, Any] = {"documentChanges": [{"textDocument": versioned, "edits": changes}]}
    if annotation:
        about: dict[str, Any] = {"label": label}
        if concern:
            about |= {"needsConfirmation": True, "description": concern}
        made["changeAnnotations"] = {ANNOTATION: about}
    return made


def shown_hunks(
    document: Document, hunks: Sequence[TextEdit], confirm: Callable[[TextEdit], str]
) -> tuple[Hunk, ...]:
    """Replacements of whole lines of a document, numbered from 1."""
    point = points(document.lines)
    return tuple(
        Hunk(
            str(number),
            document.uri,
            document.range(Extent(point(hunk.start), point(hunk.end))),
            hunk.new_text,
            confirm(hunk),
        )
        for number, hunk in enumerate(hunks, 1)
    )


def comparable(text: str) -> list[str]:
    """The lines of a text as two editors would agree on them: line ends and the last one aside."""
    lines = [body(line) for line in split_lines(text)]
    while lines and not lines[-1]:
        lines.pop()
    return lines
