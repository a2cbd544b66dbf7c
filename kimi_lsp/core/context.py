"""Which code to send with a question: the smallest enclosing definition, and the imports.

Found by indentation and the words definitions begin with, in any language, with no parser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import body

MOST_LINES = 80
"""A definition longer than this is not sent whole."""

FARTHEST = 3000
"""Lines above which no definition is looked for."""

AROUND = 12
"""Lines sent on each side of the place asked about where no definition encloses it."""

_MODIFIERS = (
    r"(?:(?:export|default|declare|pub(?:\([^)]*\))?|async|static|private|public|protected|internal"
    r"|final|abstract|override|inline|virtual|unsafe|extern|const|sealed|partial|open|suspend)\s+)*"
)
_KEYWORDS = (
    r"(?:def|class|function\*?|fn|func|fun|sub|proc|interface|struct|enum|impl|trait|module"
    r"|namespace|object|record|protocol|extension|macro_rules!|type\s+\w+\s+(?:struct|interface))\b"
)
_ARROW = r"(?:const|let|var)\s+\w+\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>"
_C_LIKE = (
    r"(?!(?:if|for|foreach|while|switch|match|catch|return|else|do|with|elif|unless|until)\b)"
    r"\w[\w:<>,*&~\[\]\s]*\([^;]*\)[^;=]*"
)
DEFINITION = re.compile(rf"\s*+{_MODIFIERS}(?:{_KEYWORDS}|{_ARROW}|{_C_LIKE}\{{\s*$)")
_SIGNATURE = re.compile(rf"\s*+{_MODIFIERS}{_C_LIKE}$")

_ABOVE = re.compile(r"\s*(?:@|#\[|///)")
_CLOSES = re.compile(r"\s*(?:[)\]}]|end\b)")
IMPORT = re.compile(
    r"(?:import\b|from\s+\S+\s+import\b|use\s|using\s|#\s*include\b|require\b|package\s"
    r"|export\s+.*\bfrom\b|(?:const|let|var)\s.*=\s*require\()"
)


class Excerpt(NamedTuple):
    """Whole lines of a document, both ends from 0 and inclusive."""

    first: int
    last: int

    def text(self, lines: Sequence[str]) -> str:
        return "".join(lines[self.first : self.last + 1])

    def holds(self, first: int, last: int) -> bool:
        return self.first <= first and last <= self.last


def _indent(line: str) -> int:
    return len(body(line)) - len(body(line).lstrip())


def _block_end(lines: Sequence[str], header: int) -> int:
    """The last line of the block that a header line begins."""
    indent, end, number = _indent(lines[header]), header, header + 1
    while number < len(lines):
        line = lines[number]
        if line.strip():
            deeper = _indent(line) > indent
            closing = _indent(line) == indent and bool(_CLOSES.match(line))
            opening = _indent(line) == indent and line.strip().startswith("{")
            if not (deeper or closing or opening):
                break
            end = number
            if closing and not re.search(r"[{:(\[,]\s*$", body(line)):
                # A line such as `}` ends the block; one such as `) -> int:` opens its body.
                break
        number += 1
    return end


def _below_decorators(lines: Sequence[str], number: int) -> int:
    while number + 1 < len(lines) and _ABOVE.match(lines[number]):
        number += 1
    return number


def with_decorators(lines: Sequence[str], header: int) -> int:
    """The first line of a definition that begins at a line: decorators above it belong to it."""
    while header > 0 and _ABOVE.match(lines[header - 1]):
        header -= 1
    return header


def _defines(lines: Sequence[str], number: int) -> bool:
    if DEFINITION.match(lines[number]):
        return True
    brace_below = number + 1 < len(lines) and lines[number + 1].strip() == "{"
    return brace_below and bool(_SIGNATURE.match(lines[number]))


def enclosing(lines: Sequence[str], first: int, last: int) -> Excerpt | None:
    """The smallest definition that holds the lines, or None.

    The nearest definition above whose block reaches the last line is the smallest one.
    """
    for header in range(min(_below_decorators(lines, first), len(lines) - 1), -1, -1):
        if first - header > FARTHEST:
            return None
        if _defines(lines, header):
            found = Excerpt(with_decorators(lines, header), _block_end(lines, header))
            if found.holds(first, last):
                return found
    return None


def around(lines: Sequence[str], first: int, last: int) -> Excerpt:
    """The enclosing definition where it is short enough, else some lines on each side."""
    found = enclosing(lines, first, last)
    if found and found.last - found.first < MOST_LINES:
        return found
    start, end = max(first - AROUND, 0), min(last + AROUND, len(lines) - 1)
    if found:
        start, end = max(start, found.first), min(end, found.last)
    while start < first and not lines[start].strip():
        start += 1
    while end > last and not lines[end].strip():
        end -= 1
    return Excerpt(start, max(end, start))


def imports(lines: Sequence[str], outside: Excerpt, most: int = 20) -> str:
    """The document's import lines above an excerpt, the first ones of a long list."""
    found = [body(line) for line in lines[: outside.first] if IMPORT.match(line)]
    return "\n".join(found[:most])


def widened(snapshot: Snapshot, found: Excerpt | None) -> Snapshot:
    """Where nothing is selected, what was ``found`` around it or the line is meant."""
    if not snapshot.empty:
        return snapshot
    lines = found or Excerpt(snapshot.first, snapshot.first)
    return replace(snapshot, extent=snapshot.whole_lines(*lines))
