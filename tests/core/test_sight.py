"""The model's own formula for pictures: sizes, tokens, and where a tall page is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.core.sight import (
    MOST_SLICES,
    MOST_TOKENS,
    OVERLAP,
    picture_tokens,
    plan,
    seen_size,
)

TOKENS = {
    (224, 224): 69,
    (1, 1): 6,
    (28, 28): 6,
    (29, 28): 7,
    (342, 684): 330,
    (390, 844): 439,
    (800, 600): 643,
    (1280, 832): 1385,
    (1440, 900): 1721,
    (1920, 1080): 2696,
    (1170, 2532): 3827,
    (2560, 1440): 4219,
    (3840, 2160): 4219,
    (1280, 4000): 4223,
}
SIZES = st.integers(1, 60_000)


@pytest.mark.parametrize("size", TOKENS)
def test_tokens(size: tuple[int, int]) -> None:
    assert picture_tokens(*size) == TOKENS[size]


@given(SIZES, SIZES)
def test_no_picture_is_more_or_larger(width: int, height: int) -> None:
    assert 6 <= picture_tokens(width, height) <= MOST_TOKENS
    wide, high = seen_size(width, height)
    assert 1 <= wide <= width
    assert 1 <= high <= height
    assert picture_tokens(wide, high) <= MOST_TOKENS


@given(SIZES, SIZES)
def test_a_plan_shows_every_row_at_the_size_it_is_seen(width: int, height: int) -> None:
    made = plan(width, height)
    assert 1 <= len(made.slices) <= MOST_SLICES
    assert made.slices[0][0] == 0
    assert made.slices[-1][1] == made.height
    for (top, bottom), (after, _) in zip(made.slices, made.slices[1:], strict=False):
        assert top < after == bottom - OVERLAP
    for top, bottom in made.slices:
        size = made.width, bottom - top
        if len(made.slices) > 1:
            assert seen_size(*size) == size


@pytest.mark.parametrize(
    ("size", "scaled", "count"),
    [
        ((800, 600), (800, 600), 1),
        ((1170, 2532), (1170, 2532), 1),
        ((3840, 2160), (2392, 1345), 1),
        ((1280, 4000), (1280, 4000), 2),
        ((1440, 3200), (1440, 3200), 2),
        ((1280, 6000), (1280, 6000), 3),
        ((2560, 12_000), (2560, 12_000), 10),
        ((1280, 39_000), (1097, 33_437), 12),
    ],
)
def test_plans(size: tuple[int, int], scaled: tuple[int, int], count: int) -> None:
    made = plan(*size)
    assert ((made.width, made.height), len(made.slices)) == (scaled, count)
