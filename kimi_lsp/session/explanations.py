"""The explanations of a session, where hovers find them while and after they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kimi_lsp.core.text import Extent, Point
from kimi_lsp.core.track import moved
from kimi_lsp.wire.documents import Change, Document

KEPT = 50
"""Explanations kept; the oldest gives way."""


@dataclass
class Explanation:
    """An answer about an extent of a document; the extent moves with the edits before it."""

    id: str
    uri: str
    extent: Extent | None
    text: str = ""
    state: Literal["writing", "done", "cancelled", "failed"] = "writing"


class Explanations:
    """What was explained, newest last."""

    def __init__(self) -> None:
        self._kept: dict[str, Explanation] = {}

    def begin(self, name: str, uri: str, extent: Extent | None) -> Explanation:
        """Make room for an explanation that is about to be written."""
        explanation = Explanation(name, uri, extent)
        self._kept[name] = explanation
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return explanation

    def get(self, name: str) -> Explanation | None:
        """The explanation of a job, also when its code is gone."""
        return self._kept.get(name)

    def at(self, uri: str, point: Point) -> Explanation | None:
        """The newest explanation, with any text, of the code at a point."""
        for explanation in reversed(self._kept.values()):
            extent = explanation.extent
            if explanation.uri != uri or not extent or not explanation.text:
                continue
            if extent.start <= point <= extent.end:
                return explanation
        return None

    def changed(self, document: Document, change: Change) -> None:
        """Move extents with an edit; one that was edited inside is no longer explained."""
        for explanation in self._kept.values():
            if explanation.uri == document.uri and explanation.extent:
                explanation.extent = moved(
                    explanation.extent, change.start, change.end, change.new_end
                )

    def closed(self, document: Document) -> None:
        """Forget where a closed document's explanations were."""
        for explanation in self._kept.values():
            if explanation.uri == document.uri:
                explanation.extent = None
