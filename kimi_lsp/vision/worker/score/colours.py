"""Colours as they are seen: Lab, cell by cell, and which there are at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kimi_lsp.vision.worker.score.pictures import Pair, Pixels

CELL = 40
"""Pixels a side of the squares whose colours are compared."""

FAR = 35.0
"""A difference in Lab from which on two colours have nothing in common."""

_STEPS = np.arange(256) / 255
_LINEAR = np.where(_STEPS <= 0.04045, _STEPS / 12.92, ((_STEPS + 0.055) / 1.055) ** 2.4)
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])


@dataclass(frozen=True)
class Cells:
    """``differences`` are those of the cells, in Lab; ``palette`` what the two have in common."""

    differences: np.ndarray
    agreement: float
    palette: float


def lab(colours: np.ndarray) -> np.ndarray:
    """sRGB from 0 to 255 in Lab; the last axis holds the three."""
    linear = _LINEAR[np.clip(np.rint(colours), 0, 255).astype(int)]
    xyz = linear @ _XYZ.T / _WHITE
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def hex_code(colour: np.ndarray) -> str:
    """A colour as style sheets spell it."""
    return "#" + "".join(f"{round(float(one)):02x}" for one in colour)


def cells(both: Pair) -> Cells:
    """Compare the colours of two pictures; cells that are ground in both do not count."""
    target, rendering = (lab(_mean(one)) for one in (both.target, both.rendering))
    differences = np.linalg.norm(target - rendering, axis=-1)
    content = (_spread(both.target) > 3) | (_spread(both.rendering) > 3) | (differences > 3)
    counted = np.minimum(differences[content] / FAR, 1)
    agreement = 1 - float(counted.mean()) if counted.size else 1.0
    return Cells(differences, agreement, _palette(both))


def _squares(pixels: Pixels) -> np.ndarray:
    height, width = (-(-side // CELL) * CELL for side in pixels.shape[:2])
    low, wide = height - pixels.shape[0], width - pixels.shape[1]
    padded = np.pad(pixels, ((0, low), (0, wide), (0, 0)), mode="edge").astype(np.float32)
    return padded.reshape(height // CELL, CELL, width // CELL, CELL, 3)


def _mean(pixels: Pixels) -> np.ndarray:
    return _squares(pixels).mean((1, 3))


def _spread(pixels: Pixels) -> np.ndarray:
    return _squares(pixels).std((1, 3)).max(-1)


def _palette(both: Pair) -> float:
    """The share of colours that both have, rare ones counting more than by their area."""
    histograms = []
    for pixels in (both.target, both.rendering):
        few = pixels[::4, ::4] >> 4
        keys = few.reshape(-1, 3).astype(np.int32) @ np.array([256, 16, 1])
        count = np.sqrt(np.bincount(keys, minlength=4096))
        histograms.append(count / count.sum())
    return float(np.minimum(*histograms).sum())
