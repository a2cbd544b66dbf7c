"""Where two pictures differ, worst first, and those places cut out at their own scale."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from kimi_lsp.vision.scored import Crop, Region
from kimi_lsp.vision.worker.score.blocks import Blocks
from kimi_lsp.vision.worker.score.colours import CELL, Cells, hex_code
from kimi_lsp.vision.worker.score.matching import Matched
from kimi_lsp.vision.worker.score.pictures import Pair

MOST = 24
MOVED = 8
"""Pixels, of the width that is compared, from which on a block is off."""

RESIZED = 0.2
TINTED = 12.0
"""A difference in Lab that is told."""

MOST_CROP = 640
AROUND = 24


def regions(
    target: Blocks, rendering: Blocks, matched: Matched, both: Pair, colours: Cells
) -> tuple[Region, ...]:
    """The places that cost most, each once."""
    found = [
        *_alone("missing", target, matched.missing, both.scale, 1.0),
        *_alone("extra", rendering, matched.extra, both.scale, 0.7),
        *_off(target, rendering, matched, both.scale),
        *_tinted(colours, both),
    ]
    found.sort(key=lambda one: (-one[0], one[1].y, one[1].x))
    return tuple(region for _, region in found[:MOST])


def _alone(
    fault: str, blocks: Blocks, rows: tuple[int, ...], scale: float, cost: float
) -> Iterator[tuple[float, Region]]:
    for row in rows:
        place = _place(blocks.boxes[row], scale)
        yield cost * float(blocks.weights[row]), Region(fault, *place)  # type: ignore[arg-type]


def _off(
    target: Blocks, rendering: Blocks, matched: Matched, scale: float
) -> Iterator[tuple[float, Region]]:
    for one, other in matched.pairs:
        there, here = target.boxes[one], rendering.boxes[other]
        moved = here[:2] - there[:2]
        grown = (here[2:] - here[:2]) - (there[2:] - there[:2])
        share = np.abs(grown) / np.maximum(there[2:] - there[:2], 8)
        if np.abs(moved).max() < MOVED and share.max() < RESIZED:
            continue
        cost = min(1.0, float(np.abs(moved).max()) / 100 + float(share.max()) / 2)
        (dx, dy), (dw, dh) = (np.rint(side * scale).astype(int).tolist() for side in (moved, grown))
        place = _place(there, scale)
        yield 0.5 * cost * float(target.weights[one]), Region("off", *place, dx, dy, dw, dh)


def _tinted(colours: Cells, both: Pair) -> Iterator[tuple[float, Region]]:
    for row, column in np.argwhere(colours.differences > TINTED).tolist():
        top, left = row * CELL, column * CELL
        parts = [one[top : top + CELL, left : left + CELL] for one in (both.target, both.rendering)]
        if not all(part.size for part in parts):
            continue
        codes = [hex_code(part.reshape(-1, 3).mean(0)) for part in parts]
        box = np.array([left, top, left + CELL, top + CELL])
        cost = float(colours.differences[row, column]) / 100 * CELL * 0.5
        place = _place(box, both.scale)
        yield cost, Region("colour", *place, target=codes[0], rendering=codes[1])


def _place(box: np.ndarray, scale: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = np.rint(box * scale).astype(int).tolist()
    return left, top, right - left, bottom - top


def crops_of(both: Pair, found: tuple[Region, ...], most: int) -> tuple[Crop, ...]:
    """The worst places that do not show each other, with something around them."""
    cut: list[Crop] = []
    ratio = both.shrunk / both.scale
    for one in found:
        if len(cut) >= most:
            break
        if any(_covers(crop, one) for crop in cut):
            continue
        place = _around(one, both.whole_target)
        there = _png(both.whole_target, *place)
        here = _png(both.whole_rendering, *(round(side * ratio) for side in place))
        if there and here:
            left, top, right, bottom = place
            cut.append(Crop(there, here, left, top, right - left, bottom - top))
    return tuple(cut)


def _around(one: Region, picture: Image.Image) -> tuple[int, int, int, int]:
    width = min(max(one.width + 2 * AROUND, 240), MOST_CROP)
    height = min(max(one.height + 2 * AROUND, 160), MOST_CROP)
    left = max(0, min(one.x + one.width // 2 - width // 2, picture.width - width))
    top = max(0, min(one.y + one.height // 2 - height // 2, picture.height - height))
    return left, top, min(left + width, picture.width), min(top + height, picture.height)


def _covers(crop: Crop, one: Region) -> bool:
    x, y = one.x + one.width / 2, one.y + one.height / 2
    return crop.x <= x <= crop.x + crop.width and crop.y <= y <= crop.y + crop.height


def _png(picture: Image.Image, left: int, top: int, right: int, bottom: int) -> bytes | None:
    right, bottom = min(right, picture.width), min(bottom, picture.height)
    if right - left < 1 or bottom - top < 1:
        return None
    out = io.BytesIO()
    picture.crop((left, top, right, bottom)).save(out, "PNG")
    return out.getvalue()
