"""A document prepared for being searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from kimi_lsp.core.text import split_lines

BOM = "\ufeff"

View = Callable[[str], str]
"""What of a line counts when lines are compared."""


def as_is(line: str) -> str:
    return line


def without_trailing_blanks(line: str) -> str:
    return line.rstrip(" \t")


def without_outer_blanks(line: str) -> str:
    return line.strip(" \t")


def blank(line: str) -> bool:
    """Whether a line holds nothing but blanks and tabs; a form feed is something."""
    return not line.strip(" \t\r\n")


class Ground:
    """The lines of a text, without its byte order mark, and views of them made once."""

    def __init__(self, text: str) -> None:
        self.bom = BOM if text.startswith(BOM) else ""
        self.text = text[len(self.bom) :]
        self.lines = split_lines(self.text)
        self._views: dict[View, str] = {}

    @cached_property
    def bodies(self) -> list[str]:
        """The lines without their line ends."""
        return [line.rstrip("\r\n") for line in self.lines]

    def occurrences(self, wanted: Sequence[str], view: View) -> list[int]:
        """Every line at which the wanted lines begin, as the view compares them.

        They are looked for in one string, which is many times faster than line by line.
        """
        if view not in self._views:
            self._views[view] = _framed(self.bodies, view)
        text, needle = self._views[view], _framed(wanted, view)
        found: list[int] = []
        at, line, counted = text.find(needle), 0, 0
        while at >= 0:
            line += text.count("\n", counted, at)
            counted = at
            found.append(line)
            at = text.find(needle, at + 1)
        return found


def _framed(lines: Sequence[str], view: View) -> str:
    """Lines as one string in which every line has a line end before and after it."""
    seen = lines if view is as_is else map(view, lines)
    return "\n".join(["", *seen, ""]) if lines else "\n"
