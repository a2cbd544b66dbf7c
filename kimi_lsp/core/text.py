"""Lines, columns and position encodings.

LSP ends a line at ``\n``, ``\r\n`` and ``\r`` only. ``str.splitlines`` also breaks at form feeds
and U+2028, which would shift every later position, so nothing here uses it.
Columns are code points inside a line; an encoding counts the same place in its own units.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

PositionEncoding = Literal["utf-8", "utf-16", "utf-32"]

LINE_END = re.compile(r"\r\n|\n|\r")


class Point(NamedTuple):
    """A place between two characters: line from 0, column in code points from 0."""

    line: int
    column: int


class Extent(NamedTuple):
    """The text between two points, in the coordinates of one version of one document."""

    start: Point
    end: Point


class Span(NamedTuple):
    """The text between two code point offsets of one string."""

    start: int
    end: int


def split_lines(text: str) -> list[str]:
    """The lines of a text, each with its line end; a text that ends in one has no further line."""
    if "\r" not in text:
        lines = [line + "\n" for line in text.split("\n")]
        last = lines.pop()[:-1]
        return [*lines, last] if last else lines
    lines: list[str] = []
    start = 0
    for match in LINE_END.finditer(text):
        lines.append(text[start : match.end()])
        start = match.end()
    if start < len(text):
        lines.append(text[start:])
    return lines


def body(line: str) -> str:
    """A line without its line end."""
    if line.endswith("\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith(("\n", "\r")) else line


def line_end(line: str) -> str:
    """The line end of a line, empty for a last line that has none."""
    return line[len(body(line)) :]


def units(text: str, encoding: PositionEncoding) -> int:
    """The length of a text in the code units of an encoding."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


def column_at(line: str, character: int, encoding: PositionEncoding) -> int:
    """The column of a client's character, clamped to the line's body.

    A character inside a surrogate pair or a UTF-8 sequence counts as the place before it.
    """
    text = body(line)
    if encoding == "utf-32" or text.isascii():
        return min(character, len(text))
    seen = 0
    for column, char in enumerate(text):
        seen += units(char, encoding)
        if seen > character:
            return column
    return len(text)


def character_at(line: str, column: int, encoding: PositionEncoding) -> int:
    """The client's character of a column."""
    return units(line[:column], encoding)


def offset_at(lines: Sequence[str], point: Point) -> int:
    """The code point offset of a point; a point past the end is the end."""
    return sum(map(len, lines[: point.line])) + (point.column if point.line < len(lines) else 0)


def point_at(lines: Sequence[str], offset: int) -> Point:
    """The point of a code point offset; between ``\r`` and ``\n`` it is before the line end."""
    for number, line in enumerate(lines):
        if offset < len(line):
            return Point(number, min(offset, len(body(line))))
        offset -= len(line)
    if lines and body(lines[-1]) == lines[-1]:
        return Point(len(lines) - 1, len(lines[-1]))
    return Point(len(lines), 0)
