"""Tokens of pictures by the formula, corrected by what an endpoint counts."""

from __future__ import annotations

import pytest

from kimi_lsp.core.model import ChatRequest, ImagePart, Message, TextPart
from kimi_lsp.provider.reckoning import Reckoning


def asking(text: str, *tokens: int) -> ChatRequest:
    images = tuple(ImagePart("data:image/png;base64,AAAA", one) for one in tokens)
    return ChatRequest((Message("user", (*images, TextPart(text))),), 100)


QUESTION = asking("x" * 600, 1385, 1385)


@pytest.mark.parametrize(
    ("reported", "low", "high"),
    [
        (200 + 2770, 1.0, 1.0),
        (150 + 2770, 1.0, 1.0),
        (150 + 4 * 2770, 3.9, 4.1),
        (150 + 2 * 1024, 0.7, 0.8),
        (0, 1.0, 1.0),
        (10_000_000, 1.0, 1.0),
        (50, 1.0, 1.0),
    ],
    ids=["formula", "fewer words", "four times", "flat", "none", "nonsense", "not counted"],
)
def test_what_is_learnt(reported: int, low: float, high: float) -> None:
    reckoning = Reckoning()
    assert reckoning.tokens(QUESTION) == 200 + 2770
    reckoning.learn(QUESTION, reported)
    assert low <= reckoning.factor <= high
    again = reckoning.tokens(QUESTION)
    if low != 1.0:
        assert abs(again - reported) <= 100


def test_words_alone_teach_nothing() -> None:
    reckoning = Reckoning()
    reckoning.learn(asking("x" * 600), 5000)
    assert reckoning.factor == 1.0


def test_an_estimate_that_comes_back_teaches_nothing() -> None:
    reckoning = Reckoning()
    reckoning.learn(QUESTION, 150 + 3 * 2770)
    factor = reckoning.factor
    for _ in range(100):
        reckoning.learn(QUESTION, reckoning.tokens(QUESTION))
    assert reckoning.factor == factor
