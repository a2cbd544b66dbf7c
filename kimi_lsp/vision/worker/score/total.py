"""One number of the parts."""

from __future__ import annotations

from collections.abc import Mapping

WEIGHTS = {
    "layout": 0.14,
    "cells": 0.08,
    "palette": 0.08,
    "height": 0.05,
    "blocks": 0.20,
    "surplus": 0.08,
    "position": 0.12,
    "size": 0.07,
    "text": 0.10,
    "ink": 0.04,
    "ground": 0.04,
}

KEPT = 0.35
"""What is left of the mean where nothing of the target is there."""


def total(parts: Mapping[str, float]) -> float:
    """The weighted mean, times how much of the target's content is there: that it is missing is
    the worst fault, and weighs on everything that is said of the rest."""
    mean = sum(WEIGHTS[name] * value for name, value in parts.items()) / sum(WEIGHTS.values())
    return mean * (KEPT + (1 - KEPT) * min(1.0, parts["blocks"] / 0.95) ** 0.75)
