"""How near a picture comes to another, and where it does not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Fault = Literal["missing", "extra", "off", "colour"]


def shown(score: float) -> str:
    """A score as a person reads it, rounded down: 1.00 is the same picture."""
    return f"{math.floor(score * 100) / 100:.2f}"


COMPARED_WIDTH = 1280
"""Pictures are compared at this width in pixels, or the target's own where that is less."""

COMPARED_HEIGHT = 3200
"""What is below is not looked at, in pixels of that width."""


@dataclass(frozen=True)
class Region:
    """A place where the pictures differ, in pixels of the target.

    ``missing`` is in the target only, ``extra`` in the rendering only. ``off``: moved by
    ``(dx, dy)`` and another size by ``(dw, dh)``. ``colour``: another colour, of which ``target``
    and ``rendering`` are the hex codes.
    """

    fault: Fault
    x: int
    y: int
    width: int
    height: int
    dx: int = 0
    dy: int = 0
    dw: int = 0
    dh: int = 0
    target: str = ""
    rendering: str = ""


@dataclass(frozen=True)
class Crop:
    """One of the worst places, at its own scale: PNG of the target, of the rendering, and where."""

    target: bytes
    rendering: bytes
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Score:
    """``total`` and each of ``parts`` from 0 to 1, 1 being the same picture."""

    total: float
    parts: Mapping[str, float]
    regions: tuple[Region, ...] = ()
    crops: tuple[Crop, ...] = ()
