"""Paths of pictures in a document's text."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PATH = re.compile(
    r"(?<![\w./@~%+-])(?!\w+://|//|data:)((?:[\w.@~%+-]|/(?!/))[\w./@~%+ -]{0,250}?"
    r"\.(?:png|jpe?g|webp|gif))(?![\w-])",
    re.IGNORECASE,
)


def picture_path_at(line: str, start: int, end: int) -> str | None:
    """The path that a place on a line touches, in code points; None where there is none.

    Addresses of the web are none. What a quotation, brackets or white space part from the rest is
    taken whole.
    """
    for found in _PATH.finditer(line):
        path, first = found[1], found.start(1)
        if " " in path and not _quoted(line, found):
            # Without quotation marks, a space ends a path.
            first += path.rindex(" ") + 1
            path = path[path.rindex(" ") + 1 :]
        if first <= end and start <= found.end(1):
            return unquote(path)
    return None


def _quoted(line: str, found: re.Match[str]) -> bool:
    before = line[found.start(1) - 1 : found.start(1)]
    return before in ('"', "'", "`") and line[found.end(1) : found.end(1) + 1] == before
