"""Telling reasoning from answer where an endpoint leaves both in one text.

A server without a parser for reasoning lets its tags through: a ``<think>`` at the beginning, or,
where the prompt held that one already, only the ``</think>`` between the two.
"""

from __future__ import annotations

from kimi_lsp.core.model import ReasoningDelta, TextDelta

OPEN, CLOSE = "<think>", "</think>"

Piece = ReasoningDelta | TextDelta


class Sorter:
    """Sorts the pieces of one answer's text.

    ``unmarked`` says that the answer may begin with reasoning and no tag: all of it is then shown
    as reasoning until the tag between them comes, and as the answer where none comes.
    """

    def __init__(self, *, unmarked: bool) -> None:
        self._unmarked = unmarked
        self._state = "start"
        self._rest = ""
        self._kept: list[str] = []

    def separate(self) -> None:
        """Reasoning came in a field of its own, so the text is the answer."""
        if self._state == "start":
            self._unmarked = False

    def sort(self, text: str) -> list[Piece]:
        """What a piece of text is."""
        if self._state == "answer":
            return [TextDelta(text)]
        self._rest += text
        pieces: list[Piece] = []
        if self._state == "start" and not self._begin():
            return pieces
        if self._state == "thinking":
            self._think(pieces)
        if self._state == "answer" and self._rest:
            pieces.append(TextDelta(self._rest))
            self._rest = ""
        return pieces

    def end(self) -> list[Piece]:
        """What was held back, now that no more comes."""
        kept = "".join(self._kept) + self._rest
        if self._state == "start" or (self._state == "thinking" and self._unmarked):
            return [TextDelta(kept)] if kept else []
        return [ReasoningDelta(self._rest)] if self._rest else []

    def _begin(self) -> bool:
        """Whether the beginning says what the text is."""
        bare = self._rest.lstrip()
        if bare.startswith(OPEN):
            self._state, self._unmarked, self._rest = "thinking", False, bare[len(OPEN) :]
        elif bare.startswith(CLOSE):
            self._state, self._rest = "answer", bare[len(CLOSE) :]
        elif OPEN.startswith(bare) or CLOSE.startswith(bare):
            return False
        else:
            self._state = "thinking" if self._unmarked else "answer"
        return True

    def _think(self, pieces: list[Piece]) -> None:
        thought, tag, answer = self._rest.partition(CLOSE)
        if tag:
            self._state, self._rest = "answer", answer
            self._kept.clear()
        else:
            cut = _end_of(thought)
            thought, self._rest = thought[:cut], thought[cut:]
            if self._unmarked:
                self._kept.append(thought)
        if thought:
            pieces.append(ReasoningDelta(thought))


def _end_of(text: str) -> int:
    """Where a text ends, without what may be the first half of the closing tag."""
    start = text.rfind("<", -len(CLOSE) + 1)
    return start if start >= 0 and CLOSE.startswith(text[start:]) else len(text)
