"""When a loop stops, and what it keeps: scripted scores in, the pick and the reason out."""

from __future__ import annotations

import pytest

from kimi_lsp.vision.course import Attempt, Course, Limits
from kimi_lsp.vision.rendering import Rendering
from kimi_lsp.vision.scored import Score


def attempt(worth: float | str) -> Attempt:
    """A score; ``!0.9`` of a page that threw; ``none`` no code; ``error`` one that is not drawn."""
    if worth == "none":
        return Attempt(None)
    if worth == "error":
        return Attempt("x", Rendering(None, "html", errors=("no",), broken=True), Score(0.0, {}))
    broken = isinstance(worth, str)
    value = float(worth[1:]) if isinstance(worth, str) else worth
    return Attempt("x", Rendering(b"png", "html", broken=broken), Score(value, {}))


CASES = {
    "climb": ([0.4, 0.6, 0.8, 0.9], 3, "rounds"),
    "exact at once": ([1.0], 0, "threshold"),
    "near enough": ([0.5, 0.93], 1, "threshold"),
    "goes on while it rises": ([0.5, 0.6], 1, None),
    "regress": ([0.8, 0.5, 0.6], 0, "plateau"),
    "one step back": ([0.8, 0.5, 0.9], 2, None),
    "a gain too small to count is kept": ([0.800, 0.803, 0.804], 2, "plateau"),
    "no code": (["none", "none"], None, None),
    "no code to the end": (["none"] * 4, None, "rounds"),
    "compile errors first": (["error", "error", 0.95], 2, "threshold"),
    "all bad": (["error", "none", "error", "error"], None, "rounds"),
    "an exception is worth less": (["!0.96", 0.6], 1, None),
    "an exception is no threshold": (["!1.0"], 0, None),
    "two alike": ([0.7, 0.7, 0.7], 0, "plateau"),
    "nothing yet": ([], None, None),
}


@pytest.mark.parametrize("case", CASES)
def test_pick_and_stop(case: str) -> None:
    scores, pick, stop = CASES[case]
    attempts = tuple(attempt(one) for one in scores)
    course = Course(attempts=attempts)
    assert course.stop == stop
    assert course.best is (attempts[pick] if pick is not None else None)


def test_an_end_from_outside_comes_first() -> None:
    course = Course(Limits(threshold=0.5), (attempt(0.9),))
    assert course.stop == "threshold"
    assert course.end("cancel").stop == "cancel"
    assert course.end("cancel").best is course.best


def test_the_best_never_gets_worse() -> None:
    course, worth = Course(), 0.0
    for one in (0.3, 0.2, "error", 0.9, "!0.99", "none", 0.4):
        course = course.then(attempt(one))
        assert course.best is not None
        assert course.best.worth >= worth
        worth = course.best.worth
    assert worth == 0.9


def test_code_is_left_where_nothing_could_be_seen() -> None:
    course = Course(attempts=(attempt("error"), Attempt("y", problem="no browser"), Attempt(None)))
    assert course.best is None
    assert course.latest is course.attempts[1]
