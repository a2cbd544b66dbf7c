"""Dollars as whole micro-dollars."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.till import money


@pytest.mark.parametrize(
    ("usd", "cost", "bound"),
    [
        (0.0, 0, 0),
        (5.0, 5_000_000, 5_000_000),
        (0.1 + 0.2, 300_000, 300_000),
        (0.000_003, 3, 3),
        (0.000_000_1, 1, 0),
        (0.000_001_6, 2, 1),
        (1e300, int(1e300) * 10**6, int(1e300) * 10**6),
    ],
)
def test_a_cost_is_rounded_up_and_a_bound_down(usd: float, cost: int, bound: int) -> None:
    assert (money.cost(usd), money.bound(usd)) == (cost, bound)


def test_no_bound() -> None:
    assert money.bound(math.inf) is None


@given(st.integers(0, 10**12))
def test_there_and_back(micros: int) -> None:
    assert money.cost(money.dollars(micros)) == money.bound(money.dollars(micros)) == micros


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "0.00"),
        (5_000_000, "5.00"),
        (4_200_000, "4.20"),
        (101_200, "0.1012"),
        (1, "0.000001"),
        (1_230_000_000, "1230.00"),
    ],
)
def test_shown(micros: int, text: str) -> None:
    assert money.shown(micros) == text
