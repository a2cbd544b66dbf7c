"""How well the blocks of two pictures agree, part by part."""

from __future__ import annotations

import numpy as np

from kimi_lsp.vision.worker.score.blocks import Blocks
from kimi_lsp.vision.worker.score.colours import FAR
from kimi_lsp.vision.worker.score.matching import Matched
from kimi_lsp.vision.worker.score.pictures import Pair

SAME_PRINT = 0.97
OTHER_PRINT = 0.6
"""Likeness of what is written from which on it is the same, and at which it is nothing alike."""


def compare(target: Blocks, rendering: Blocks, matched: Matched, both: Pair) -> dict[str, float]:
    """``blocks``: what of the target is there; ``surplus``: what of the rendering belongs there;
    ``position``, ``size``, ``text``, ``ink`` and ``ground``: of those that are in both."""
    names = ("blocks", "surplus", "position", "size", "text", "ink", "ground")
    if not len(target) and not len(rendering):
        return dict.fromkeys(names, 1.0)
    if not matched.pairs:
        return dict.fromkeys(names, 0.0)
    left, right = (list(side) for side in zip(*matched.pairs, strict=True))
    weights = target.weights[left]
    apart = np.abs(target.centres[left] - rendering.centres[right])
    place = np.maximum(apart[:, 0] / both.target.shape[1], apart[:, 1] / both.height)
    low = np.minimum(target.sizes[left], rendering.sizes[right])
    size = (low / np.maximum(target.sizes[left], rendering.sizes[right])).prod(-1)
    text = (np.array(matched.likeness) - OTHER_PRINT) / (SAME_PRINT - OTHER_PRINT)
    ink = np.linalg.norm(target.ink[left] - rendering.ink[right], axis=-1)
    ground = np.linalg.norm(target.ground[left] - rendering.ground[right], axis=-1)
    each = {
        "position": 1 - np.minimum(place * 5, 1),
        "size": size,
        "text": np.clip(text, 0, 1),
        "ink": 1 - np.minimum(ink / FAR, 1),
        "ground": 1 - np.minimum(ground / FAR, 1),
    }
    parts = {name: float((value * weights).sum() / weights.sum()) for name, value in each.items()}
    parts["blocks"] = float(weights.sum() / target.weights.sum())
    parts["surplus"] = float(rendering.weights[right].sum() / rendering.weights.sum())
    return parts
