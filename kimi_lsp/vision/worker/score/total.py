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


ARRANGED = 0.5
"""What the layout or the places of blocks agree by at least in a page arranged as it was."""

STREWN = 0.3
"""What is left of a page whose content is all there and nowhere where it should be."""


def total(parts: Mapping[str, float]) -> float:
    """The weighted geometric mean: what is missing altogether is not made up for by the rest.

    A page that lost its arrangement, as one without its style sheet, is worth less than its words.
    """
    mean = math.exp(sum(WEIGHTS[name] * math.log(max(FLOOR, parts[name])) for name in WEIGHTS))
    arranged = max(parts["layout"], parts["position"]) / ARRANGED
    return mean * min(1.0, max(STREWN, arranged))
