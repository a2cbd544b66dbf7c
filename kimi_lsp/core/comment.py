"""Comments that speak to Kimi: ``# kimi: use a set here``, or ``// kimi: why twice?``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kimi_lsp.core.text import body

_BEGIN = re.compile(
    r"^[ \t]*(?P<mark>#+|//+|--+|;+|%+|\"|'|/\*+|<!--|\{/\*|\{#|\(\*|\*|REM)[ \t]*kimi:[ \t]*"
    r"(?P<text>\S.*?)[ \t]*(?P<end>\*/\}?|-->|#\}|\*\))?[ \t]*$",
    re.IGNORECASE,
)

MOST_LINES = 20


@dataclass(frozen=True)
class Comment:
    """A comment's lines, from 0 and inclusive, and what it says."""

    first: int
    last: int
    text: str

    @property
    def asks(self) -> bool:
        """Whether it is a question, and not something to do."""
        return self.text.endswith(("?", "\uff1f"))


def comment_at(lines: Sequence[str], first: int, last: int) -> Comment | None:
    """The comment that a range of lines holds, or follows with nothing but blanks between."""
    for line in range(first, min(last, len(lines) - 1) + 1):
        if found := _comment(lines, line):
            return found
    above = first - 1
    while above >= 0 and not body(lines[above]).strip():
        above -= 1
    start = above
    while start >= max(above - MOST_LINES, 0):
        found = _comment(lines, start)
        if found:
            return found if found.last == above else None
        start -= 1
    return None


def _comment(lines: Sequence[str], line: int) -> Comment | None:
    match = _BEGIN.match(body(lines[line]))
    if match is None:
        return None
    said, last = [match["text"]], line
    if not match["end"]:
        # A comment goes on over lines that begin with the same mark.
        more = re.compile(rf"^[ \t]*{re.escape(match['mark'])}(?!\S*kimi:)[ \t]+(\S.*?)[ \t]*$")
        while last + 1 < len(lines) and len(said) < MOST_LINES:
            found = more.match(body(lines[last + 1]))
            if found is None:
                break
            said.append(found[1])
            last += 1
    return Comment(line, last, " ".join(said))
