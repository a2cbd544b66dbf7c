"""Lines of a report: ratios, each against its goal where it has one."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


class Report:
    """Printed as it grows; ``missed`` counts the goals that were not reached."""

    def __init__(self) -> None:
        self.missed = 0

    def add(self, what: str, value: float, goal: float | None = None, form: str = ".2f") -> None:
        """One number; smaller is better."""
        verdict = ""
        if goal is not None:
            met = value <= goal
            self.missed += not met
            verdict = f"   goal {goal:g}: {'met' if met else 'MISSED'}"
        print(f"{value:>9{form}}  {what}{verdict}", flush=True)

    def skip(self, what: str, why: str) -> None:
        print(f"        -  {what}   skipped: {why}", flush=True)
