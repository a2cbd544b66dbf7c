"""The blocks of content of a picture: lines of text, icons, pictures, buttons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kimi_lsp.vision.worker.score.colours import lab
from kimi_lsp.vision.worker.score.pictures import Pixels, most_common

EDGE = 12
"""A step of brightness or colour, of 255, that is an edge."""

REACH = 2
"""Pixels of the half-size mask to either side that belong together: words become lines."""

RULE = 48
"""Pixels of the half-size mask in a row that make a line, such as a card's border, and no text."""

THICK = 6
"""Of those across it: what is thicker is no line."""

LEAST = 14
"""Pixels of edge that make a block."""

MOST = 900
"""Blocks that are looked at, the largest first."""

INK = 20
"""What differs so much from the ground, of 255, is written or drawn on it."""

COLUMNS, ROWS = 64, 6


@dataclass(frozen=True)
class Blocks:
    """Content in reading order is not kept; each array has one row a block.

    ``boxes``: left, top, right, bottom. ``prints``: what is written or drawn in it as ink in a
    small grid, of length one. ``ground`` and ``ink``: its two colours, in Lab.
    """

    boxes: np.ndarray
    prints: np.ndarray
    ground: np.ndarray
    ink: np.ndarray

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def sizes(self) -> np.ndarray:
        return np.maximum(self.boxes[:, 2:] - self.boxes[:, :2], 1).astype(float)

    @property
    def centres(self) -> np.ndarray:
        return (self.boxes[:, :2] + self.boxes[:, 2:]) / 2

    @property
    def weights(self) -> np.ndarray:
        """How much each counts: by its size, less than in proportion to it."""
        return np.sqrt(self.sizes[:, 0] * self.sizes[:, 1])


def find(pixels: Pixels) -> Blocks:
    """The blocks of a picture without those that only frame others."""
    boxes = _without_frames(_components(_mask(pixels)))
    if len(boxes) > MOST:
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        boxes = boxes[np.sort(np.argsort(-area, kind="stable")[:MOST])]
    looked = [_look(pixels, box) for box in boxes]
    if not looked:
        none = np.zeros((0, 3))
        return Blocks(np.zeros((0, 4), int), np.zeros((0, COLUMNS * ROWS)), none, none)
    tight, prints, grounds, inks = (np.stack(column) for column in zip(*looked, strict=True))
    return Blocks(tight, prints, lab(grounds), lab(inks))


def _mask(pixels: Pixels) -> np.ndarray:
    """Where there are edges, at half size, with what is near in a line joined."""
    height, width = (side // 2 * 2 for side in pixels.shape[:2])
    signed = pixels[:height, :width].astype(np.int16)
    across = np.abs(np.diff(signed, axis=1, prepend=signed[:, :1])).max(-1)
    down = np.abs(np.diff(signed, axis=0, prepend=signed[:1])).max(-1)
    edges = np.maximum(across, down) > EDGE
    half = edges.reshape(height // 2, 2, width // 2, 2).any((1, 3))
    half &= ~(_rules(half) | _rules(half.T).T)
    joined = half.copy()
    for step in range(1, REACH + 1):
        joined[:, step:] |= half[:, :-step]
        joined[:, :-step] |= half[:, step:]
    return joined


def _rules(mask: np.ndarray) -> np.ndarray:
    """The long thin lines across a mask, which would join what they frame."""
    long = _opened(mask, RULE)
    return long & ~_opened(long.T, THICK).T


def _opened(mask: np.ndarray, length: int) -> np.ndarray:
    """Those parts of a mask's rows that are at least so long."""
    if mask.shape[1] < length:
        return np.zeros_like(mask)
    sums = np.pad(mask.cumsum(1), ((0, 0), (1, 0)))
    whole = sums[:, length:] - sums[:, :-length] == length
    cover = np.pad(whole, ((0, 0), (length - 1, length - 1))).cumsum(1)
    cover = np.pad(cover, ((0, 0), (1, 0)))
    return cover[:, length:] - cover[:, :-length] > 0


def _components(mask: np.ndarray) -> np.ndarray:
    """Boxes of the connected parts of a mask, at full size; found run by run."""
    padded = np.pad(mask, ((0, 0), (1, 1))).astype(np.int8)
    rows, starts = np.nonzero(np.diff(padded, axis=1) == 1)
    _, ends = np.nonzero(np.diff(padded, axis=1) == -1)
    above = np.searchsorted(rows, np.arange(len(mask) + 1))
    parents = list(range(len(rows)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    begin, end = starts.tolist(), ends.tolist()
    for row in range(1, len(mask)):
        upper, lower = int(above[row - 1]), int(above[row])
        last, stop = lower, int(above[row + 1])
        while upper < last and lower < stop:
            if begin[upper] < end[lower] and begin[lower] < end[upper]:
                parents[root(lower)] = root(upper)
            if end[upper] < end[lower]:
                upper += 1
            else:
                lower += 1
    roots = np.array([root(one) for one in range(len(rows))], dtype=int)
    names, index = np.unique(roots, return_inverse=True)
    boxes = np.empty((len(names), 4), int)
    boxes[:, :2] = len(mask) + mask.shape[1]
    boxes[:, 2:] = 0
    np.minimum.at(boxes[:, 0], index, starts)
    np.minimum.at(boxes[:, 1], index, rows)
    np.maximum.at(boxes[:, 2], index, ends)
    np.maximum.at(boxes[:, 3], index, rows + 1)
    ink = np.bincount(index, ends - starts, minlength=len(names))
    return boxes[ink >= LEAST] * 2


def _without_frames(boxes: np.ndarray) -> np.ndarray:
    """What holds the centres of two others or more is their frame."""
    if len(boxes) < 3:
        return boxes
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = (
        (centres[None, :, 0] > boxes[:, None, 0])
        & (centres[None, :, 0] < boxes[:, None, 2])
        & (centres[None, :, 1] > boxes[:, None, 1])
        & (centres[None, :, 1] < boxes[:, None, 3])
    )
    leaves = boxes[inside.sum(1) - 1 < 2]
    return leaves if len(leaves) else boxes


def _look(pixels: Pixels, box: np.ndarray) -> tuple[np.ndarray, ...]:
    """The box of a block's ink alone, its print, its ground colour and its ink's."""
    left, top, right, bottom = box.tolist()
    part = pixels[top:bottom, left:right]
    ground = most_common(
        part[:: 1 + part.shape[0] // 128, :: 1 + part.shape[1] // 512].reshape(-1, 3)
    )
    away = np.abs(part.astype(np.int16) - ground).max(-1)
    rows, columns = (np.flatnonzero((away > INK).any(axis)) for axis in (1, 0))
    if not len(rows):
        flat = np.full(COLUMNS * ROWS, 1 / np.sqrt(COLUMNS * ROWS))
        return box, flat, ground.astype(float), part.reshape(-1, 3).mean(0)
    # Where it is within the box must not matter: the box is cut to what is written in it.
    edges = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    part = part[edges[0] : edges[1], edges[2] : edges[3]]
    away = away[edges[0] : edges[1], edges[2] : edges[3]].astype(np.float32)
    strong = away >= away.max() * 0.6
    grid = _grid(away)
    tight = np.array([left + edges[2], top + edges[0], left + edges[3], top + edges[1]])
    return tight, grid / np.linalg.norm(grid), ground.astype(float), part[strong].mean(0)


def _grid(away: np.ndarray) -> np.ndarray:
    """Mean ink of each cell of a small grid, by sums over its corners."""
    height, width = away.shape
    sums = np.pad(away.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    ys, xs = np.linspace(0, height, ROWS + 1), np.linspace(0, width, COLUMNS + 1)
    # Between pixels the sums are taken in proportion, for most lines have few pixels a cell.
    rows = _between(sums, ys, 0)
    corners = _between(rows, xs, 1)
    total = corners[1:, 1:] - corners[:-1, 1:] - corners[1:, :-1] + corners[:-1, :-1]
    return total.ravel()


def _between(sums: np.ndarray, at: np.ndarray, axis: int) -> np.ndarray:
    low = np.minimum(at.astype(int), sums.shape[axis] - 2)
    part = at - low
    shape = (-1, 1) if axis == 0 else (1, -1)
    first, second = np.take(sums, low, axis), np.take(sums, low + 1, axis)
    return first + (second - first) * part.reshape(shape)
