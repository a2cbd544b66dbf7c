"""Where there is light and dark, seen from afar: structural similarity of small pictures."""

from __future__ import annotations

import numpy as np

from kimi_lsp.vision.worker.score.pictures import Pair, Pixels

SHRINK = (12, 24)
WINDOW = 7
_FIRST, _SECOND = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def layout(both: Pair) -> float:
    """From 0 to 1. Places without contrast in either picture hardly count."""
    found = [_similarity(_small(both.target, by), _small(both.rendering, by)) for by in SHRINK]
    return float(np.mean([one for one in found if one is not None] or [1.0]))


def _small(pixels: Pixels, by: int) -> np.ndarray:
    grey = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    height, width = (side // by for side in grey.shape)
    return grey[: height * by, : width * by].reshape(height, by, width, by).mean((1, 3))


def _similarity(one: np.ndarray, other: np.ndarray) -> float | None:
    if min(one.shape) < 2:
        return None
    alike = similarity(one, other)
    weight = np.sqrt(np.maximum(_spread(one), _spread(other))) + 0.5
    return float((np.clip(alike, 0, 1) * weight).sum() / weight.sum())


def similarity(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Structural similarity of two grey pictures around each pixel, from -1 to 1."""
    mean_one, mean_other = _blur(one), _blur(other)
    together = _blur(one * other) - mean_one * mean_other
    return ((2 * mean_one * mean_other + _FIRST) * (2 * together + _SECOND)) / (
        (mean_one**2 + mean_other**2 + _FIRST) * (_spread(one) + _spread(other) + _SECOND)
    )


def _spread(grey: np.ndarray) -> np.ndarray:
    return np.maximum(_blur(grey * grey) - _blur(grey) ** 2, 0)


def _blur(grey: np.ndarray) -> np.ndarray:
    """The mean of a square window around each pixel."""
    reach = WINDOW // 2
    padded = np.pad(grey, ((reach + 1, reach), (reach + 1, reach)), mode="edge").astype(np.float64)
    sums = padded.cumsum(0).cumsum(1)
    inner = sums[WINDOW:, WINDOW:] - sums[:-WINDOW, WINDOW:]
    return (inner - sums[WINDOW:, :-WINDOW] + sums[:-WINDOW, :-WINDOW]) / WINDOW**2
