"""Replies that become exactly the edit meant, or are refused with a reason."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from kimi_lsp.core import Applied, Refused, apply_reply
from kimi_lsp.core.apply import ReplyReading
from kimi_lsp.core.edits import apply_edits, hunks, minimal_edits
from tests.core import lsp_applier

CASES = json.loads((Path(__file__).parents[1] / "cases" / "edits.json").read_text("utf-8"))


def request(case: dict[str, Any]) -> dict[str, Any]:
    chosen = case.get("selection")
    keys = ("start_line", "start_char", "end_line", "end_char")
    selection = tuple(chosen[key] for key in keys) if chosen else None
    return {"path": case["path"], "format": case["format"], "selection": selection}


def check_edits(base: str, outcome: Applied) -> None:
    """An editor arrives at the same text, and no edit cuts what belongs together."""
    assert apply_edits(base, outcome.edits) == outcome.text
    assert all(one.end <= other.start for one, other in pairwise(outcome.edits))
    for encoding in lsp_applier.CODECS:
        sent = lsp_applier.positions(base, outcome.edits, encoding)
        assert lsp_applier.apply(base, sent, encoding) == outcome.text
    bounds = {0, *(match.end() for match in regex.finditer(r"\X", base))}
    assert {place for edit in outcome.edits for place in (edit.start, edit.end)} <= bounds


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    current = case.get("current")
    outcome = apply_reply(case["original"], case["reply"], **request(case), current=current)
    expected = case["expect"]
    if expected["outcome"] == "applied":
        assert isinstance(outcome, Applied), outcome
        assert outcome.text == expected["result"]
        check_edits(case["original"] if current is None else current, outcome)
    else:
        assert isinstance(outcome, Refused), outcome
        assert outcome.reason in [expected["reason"], *expected.get("reason_also_ok", [])]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 0])
def test_it_does_not_matter_how_a_reply_was_cut(case: dict[str, Any], size: int) -> None:
    reply, dice = case["reply"], random.Random(case["id"])
    reading = ReplyReading(case["original"], **request(case))
    at = 0
    while at < len(reply):
        step = size or dice.randrange(1, 40)
        reading.feed(reply[at : at + step])
        at += step
    whole = apply_reply(case["original"], reply, **request(case), current=case.get("current"))
    assert reading.close(case.get("current")) == whole


def test_halves_of_a_surrogate_pair_may_come_one_by_one() -> None:
    halves = ("<<<<<<< SEARCH\na\n=======\n\ud83d", "\ude00\n>>>>>>> REPLACE\n")
    reading = ReplyReading("a\n", path="a.py", format="search_replace")
    for piece in halves:
        reading.feed(piece)
    outcome = reading.close()
    assert isinstance(outcome, Applied)
    assert outcome.text == "😀\n"


def test_a_refusal_is_known_before_the_reply_ends() -> None:
    reading = ReplyReading("a\n", path="a.py", format="search_replace")
    assert not reading.feed("<<<<<<< SEARCH\nb\n=======\nc\n")
    refused = reading.feed(">>>>>>> REPLACE\n")
    assert refused is not None
    assert refused.reason == "not_found"
    reading.feed("<<<<<<< SEARCH\na\n=======\nc\n>>>>>>> REPLACE\n")
    assert reading.close() == refused


LINES = st.lists(
    st.sampled_from(
        [
            "a\n",
            "b\n",
            "é😀\r\n",
            "\n",
            "c",
            "e\u0301x\n",
            "ex\n",
            "\x0c\n",
            "👩‍👧\n",
            "👩\n",
            "a\u2028b\n",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300)
@given(LINES, LINES)
def test_minimal_edits_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    edits = minimal_edits(before, after)
    check_edits(before, Applied(after, edits))
    assert apply_edits(before, hunks(before, edits)) == after


@pytest.mark.parametrize(
    ("count", "changed"), [(3_000, 3), (30_000, 5), (60_000, 3), (30_000, 30_000)]
)
def test_long_texts_too(count: int, changed: int) -> None:
    lines = [f"line {number % 700}\n" for number in range(count)]
    after = list(lines)
    for number in range(changed):
        after[number * (count // changed)] += "more\n"
    edits = minimal_edits("".join(lines), "".join(after))
    assert apply_edits("".join(lines), edits) == "".join(after)
    assert len(edits) == (changed if changed < count else 1)
