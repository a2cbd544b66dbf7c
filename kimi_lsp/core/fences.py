"""The fenced blocks of a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.stream import lines_of
from kimi_lsp.core.text import body

NO_EDIT = "NO_EDIT"

_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})(.*)")
_NO_EDIT = re.compile(r"[\s`*#>\"'-]*NO_EDIT[\s`*\"'.!]*")


@dataclass(frozen=True)
class Fenced:
    """A fenced block: what follows its opening fence, its lines with their line ends, and the
    last line of prose before it."""

    info: str
    lines: tuple[str, ...]
    above: str
    written: tuple[str, ...]


class FenceReader:
    """Finds the fenced blocks among the lines of a reply.

    A fence with an info string opens one inside the open one, a bare one closes the innermost;
    both only where indented as the outermost. A shorter fence, one of the other character and
    one indented otherwise are content.
    """

    def __init__(self) -> None:
        self.above = ""
        self.info = ""
        self._indent = ""
        self._open: list[str] = []
        self._lines: list[str] = []
        self._written: list[str] = []

    @property
    def inside(self) -> bool:
        return bool(self._open)

    def line(self, raw: str) -> Fenced | None:
        """Take the next line; a block where the line closes one."""
        match = _FENCE.fullmatch(body(raw))
        if not self._open:
            if match:
                self._indent, self.info = match[1], match[3].strip()
                self._open, self._lines, self._written = [match[2]], [], [raw]
            elif raw.strip():
                self.above = raw.strip()
            return None
        self._written.append(raw)
        if match and match[1] == self._indent and match[2][0] == self._open[0][0]:
            if match[3].strip():
                if len(match[2]) >= len(self._open[0]):
                    self._open.append(match[2])
            elif len(match[2]) >= len(self._open[-1]):
                self._open.pop()
        if self._open:
            self._lines.append(_outdented(raw, self._indent))
            return None
        found = Fenced(self.info, tuple(self._lines), self.above, tuple(self._written))
        self.above = ""
        return found

    def leave(self) -> None:
        """Forget the line above, as something else came between."""
        self.above = ""


def _outdented(line: str, indent: str) -> str:
    blanks = len(line) - len(line.lstrip(" \t"))
    return line[min(blanks, len(indent)) :] if indent else line


def says_no_edit(line: str) -> bool:
    """Whether a line is the word for "nothing needs to change" and nothing else."""
    return bool(_NO_EDIT.fullmatch(line))


def code_blocks(reply: str) -> tuple[str, ...]:
    """Every fenced block of an answer, its fences with it, in their order."""
    found: list[str] = []
    reader = FenceReader()
    written: list[str] = []
    for line in lines_of(reply):
        done = reader.line(line)
        if reader.inside or done:
            written.append(line)
        if done:
            found.append("".join(written))
            written = []
    return tuple(found)


def fenced_block(reply: str) -> Fenced | Refused:
    """The one fenced block of a reply."""
    found: Fenced | None = None
    reader = FenceReader()
    for line in lines_of(reply):
        if not reader.inside and says_no_edit(line):
            return refuse("no_edit")
        made = reader.line(line)
        if made and found:
            return refuse("several_fences", count=2)
        found = made or found
    if reader.inside:
        return refuse("truncated")
    return found or refuse("no_edit")
