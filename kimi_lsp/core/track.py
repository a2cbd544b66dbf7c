"""How a place moves while the text around it is edited."""

from __future__ import annotations

from kimi_lsp.core.text import Extent, Point


def moved(extent: Extent, start: Point, end: Point, new_end: Point) -> Extent | None:
    """Where an extent lies after the text from ``start`` to ``end`` came to reach ``new_end``.

    None where the edit touches inside the extent. An insertion exactly at its start moves it, one
    exactly at its end leaves it.
    """
    if end <= extent.start:
        return Extent(_shifted(extent.start, end, new_end), _shifted(extent.end, end, new_end))
    if start >= extent.end:
        return extent
    return None


def _shifted(point: Point, end: Point, new_end: Point) -> Point:
    if point.line != end.line:
        return Point(point.line + new_end.line - end.line, point.column)
    return Point(new_end.line, new_end.column + point.column - end.column)
