"""Money as whole micro-dollars, so that sums never drift."""

from __future__ import annotations

import math

MILLION = 1_000_000


def cost(usd: float) -> int:
    """Dollars as micro-dollars, rounded up but for what is a float's own noise."""
    return -(-_nanos(usd) // 1000)


def bound(usd: float) -> int | None:
    """A bound in dollars as micro-dollars, rounded down; None where there is none."""
    return None if usd == math.inf else _nanos(usd) // 1000


def dollars(micros: int) -> float:
    """Micro-dollars as dollars."""
    return micros / MILLION


def shown(micros: int) -> str:
    """Micro-dollars as a person reads them: cents, and what is below them where there is any."""
    whole, rest = divmod(micros, MILLION)
    digits = f"{rest:06}".rstrip("0")
    return f"{whole}.{digits:0<2}"


def _nanos(usd: float) -> int:
    # A float's noise is far below these, and a price's smallest part, of one token, is not.
    numerator, denominator = usd.as_integer_ratio()
    return (2 * numerator * 1000 * MILLION + denominator) // (2 * denominator)
