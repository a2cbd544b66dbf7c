"""How the model looks at a picture: at which size, in which slices, and for how many tokens."""

from __future__ import annotations

import math
from dataclasses import dataclass

PATCH = 14
CELL = 2 * PATCH
"""Pixels of a side; what one token shows."""

MOST_PATCHES = 16_384
MOST_SIDE = 512 * PATCH
AROUND = 5
"""Tokens that begin and end a picture."""

MOST_TOKENS = 4469
"""Of any one picture, whatever its shape."""

TALL = 2.0
"""From this ratio of height to width on, what is too large is cut and not made smaller."""

OVERLAP = 2 * CELL
"""Pixels that a slice repeats of the one above, so that no line of text is cut in both."""

MOST_SLICES = 12


def seen_size(width: int, height: int) -> tuple[int, int]:
    """The size at which the model sees a picture; never more than the picture's own."""
    patches = max(1, width // PATCH) * max(1, height // PATCH)
    scale = min(1.0, math.sqrt(MOST_PATCHES / patches), MOST_SIDE / width, MOST_SIDE / height)
    return max(1, int(width * scale)), max(1, int(height * scale))


def picture_tokens(width: int, height: int) -> int:
    """Tokens of a picture of so many pixels."""
    wide, high = seen_size(width, height)
    return math.ceil(wide / CELL) * math.ceil(high / CELL) + AROUND


@dataclass(frozen=True)
class Plan:
    """The size to bring a picture to, in pixels, and the rows ``(top, bottom)`` of its slices."""

    width: int
    height: int
    slices: tuple[tuple[int, int], ...]


def plan(width: int, height: int) -> Plan:
    """How a picture is sent: as it is, as small as it is seen, or, a tall one, in slices."""
    wide, high = seen_size(width, height)
    if (wide, high) == (width, height) or height < TALL * width:
        return Plan(wide, high, ((0, high),))
    scale = 1.0
    while True:
        wide = max(1, int(width * scale))
        high = max(1, int(height * scale))
        most = min(MOST_PATCHES // max(1, wide // PATCH) * PATCH, MOST_SIDE)
        count = math.ceil((high - OVERLAP) / (most - OVERLAP))
        if count <= MOST_SLICES:
            return Plan(wide, high, _cut(high, count))
        scale *= 0.95


def _cut(height: int, count: int) -> tuple[tuple[int, int], ...]:
    step = math.ceil((height - OVERLAP) / count)
    return tuple((n * step, min((n + 1) * step + OVERLAP, height)) for n in range(count))
