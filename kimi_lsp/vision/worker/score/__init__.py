"""How near a picture of a page comes to another, from the pictures alone.

What counts is what a person would miss first: blocks of content that are there, where they are,
how large, what is written in them and in which colours. Comparing pixels does not do: most of a
page is empty, and an empty page is then nearly the same.
"""

from __future__ import annotations

from kimi_lsp.vision.scored import Score
from kimi_lsp.vision.worker.score.blocks import find
from kimi_lsp.vision.worker.score.colours import cells
from kimi_lsp.vision.worker.score.compare import compare
from kimi_lsp.vision.worker.score.layout import layout
from kimi_lsp.vision.worker.score.matching import match
from kimi_lsp.vision.worker.score.pictures import joined, pair
from kimi_lsp.vision.worker.score.regions import crops_of, regions
from kimi_lsp.vision.worker.score.total import total

__all__ = ["joined", "score"]


def score(target: bytes, rendering: bytes, crops: int) -> Score:
    """Compare two PNGs of the same page. Raises ``UnableError`` for one that is no picture."""
    both = pair(target, rendering)
    there, here = find(both.target), find(both.rendering)
    matched = match(there, here, both.target.shape[1], both.height)
    colours = cells(both)
    parts = {
        "layout": layout(both),
        "cells": colours.agreement,
        "palette": colours.palette,
        "height": both.alike_high,
        **compare(there, here, matched, both),
    }
    found = regions(there, here, matched, both, colours)
    return Score(total(parts), parts, found, crops_of(both, found, crops))
