"""Which block of one picture is which of the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kimi_lsp.vision.worker.score.blocks import Blocks

LEAST = 0.45
"""Of likeness, from 0 to 1, for two blocks to be the same."""


@dataclass(frozen=True)
class Matched:
    """``pairs`` of rows in the two; ``missing`` rows of the first alone, ``extra`` of the second.

    ``likeness`` is how alike what is written in each pair is, from 0 to 1.
    """

    pairs: tuple[tuple[int, int], ...]
    likeness: tuple[float, ...]
    missing: tuple[int, ...]
    extra: tuple[int, ...]


def match(target: Blocks, rendering: Blocks, width: int, height: int) -> Matched:
    """Pair blocks off, those first that are most alike in ink, shape and place."""
    if not len(target) or not len(rendering):
        return Matched((), (), tuple(range(len(target))), tuple(range(len(rendering))))
    prints = target.prints @ rendering.prints.T
    shapes = _ratio(target.sizes, rendering.sizes)
    apart = np.abs(target.centres[:, None] - rendering.centres[None])
    near = np.clip(1 - apart[..., 0] / width * 2, 0, 1) * np.clip(1 - apart[..., 1] / 600, 0, 1)
    alike = 0.35 * prints + 0.3 * shapes + 0.35 * near
    alike[(shapes < 0.25) | (prints < 0.4)] = 0
    pairs, free_left, free_right = [], [True] * len(target), [True] * len(rendering)
    rows, columns = np.nonzero(alike >= LEAST)
    order = np.argsort(-alike[rows, columns], kind="stable")
    for one, other in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if free_left[one] and free_right[other]:
            free_left[one] = free_right[other] = False
            pairs.append((one, other))
    return Matched(
        tuple(pairs),
        tuple(float(prints[one, other]) for one, other in pairs),
        tuple(index for index, free in enumerate(free_left) if free),
        tuple(index for index, free in enumerate(free_right) if free),
    )


def _ratio(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The smaller side over the larger, both sides multiplied, for each with each."""
    low = np.minimum(one[:, None], other[None])
    return (low / np.maximum(one[:, None], other[None])).prod(-1)
