"""One number of the parts."""

from __future__ import annotations

import math
from collections.abc import Mapping

WEIGHTS = {
    "layout": 0.05,
    "cells": 0.04,
    "palette": 0.06,
    "height": 0.06,
    "blocks": 0.27,
    "surplus": 0.05,
    "position": 0.09,
    "size": 0.05,
    "text": 0.25,
    "ink": 0.04,
    "ground": 0.04,
}
"""They come to 1. Fitted on pages of two templates, in the order that their documents give."""

FLOOR = 0.05
"""What a part counts at least."""


def total(parts: Mapping[str, float]) -> float:
    """The weighted geometric mean: what is missing altogether is not made up for by the rest."""
    return math.exp(sum(WEIGHTS[name] * math.log(max(FLOOR, parts[name])) for name in WEIGHTS))
