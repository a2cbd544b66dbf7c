"""Replies that become exactly the edit meant, or are refused with a reason."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kimi_lsp.core import Applied, Refused, apply_reply
from kimi_lsp.core.edits import apply_edits, hunks, minimal_edits

CASES = json.loads((Path(__file__).parents[1] / "cases" / "edits.json").read_text("utf-8"))
SUPPORTED = ("search_replace", "selection", "whole", "unified_diff", "str_replace")


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["id"]) for case in CASES if case["format"] in SUPPORTED],
)
def test_cases(case: dict[str, Any]) -> None:
    chosen = case.get("selection")
    selection = (
        (chosen["start_line"], chosen["start_char"], chosen["end_line"], chosen["end_char"])
        if chosen
        else None
    )
    outcome = apply_reply(
        case["original"],
        case["reply"],
        path=case["path"],
        format=case["format"],
        selection=selection,
        current=case.get("current"),
    )
    expected = case["expect"]
    if expected["outcome"] == "applied":
        assert isinstance(outcome, Applied), outcome
        assert outcome.text == expected["result"]
        base = case["original"] if case.get("current") is None else case["current"]
        assert apply_edits(base, outcome.edits) == expected["result"]
    else:
        assert isinstance(outcome, Refused), outcome
        assert outcome.reason in [expected["reason"], *expected.get("reason_also_ok", [])]


BLOCK = "<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


def check(before: str, search: str, replace: str, after: str) -> None:
    """``after`` is the text the block leads to, or the reason for its refusal."""
    reply = BLOCK.format(search=search, replace=replace)
    outcome = apply_reply(before, reply, path="a.py", format="search_replace")
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


@pytest.mark.parametrize(
    ("before", "search", "replace", "after"),
    [
        ("a\nb", "b\n", "b\nc\n", "a\nb\nc"),
        ("a\nb", "b\n", "", "a\n"),
        ("a\r\nb\r\n", "b\n", "c\nd\n", "a\r\nc\r\nd\r\n"),
        ("\ufeffa\nb\n", "a\n", "x\n", "\ufeffx\nb\n"),
        ("  a  \n\tb\r\n", "  a\n\tb\n", "  a\n\tc\n", "  a  \n\tc\r\n"),
        ("x\u2028y\nz\n", "z\n", "w\n", "x\u2028y\nw\n"),
        ("a\na\n", "a\n", "b\n", "ambiguous"),
        ("  a\n    a\n", "a\n", "b\n", "ambiguous"),
        ("a\n", "A\n", "b\n", "not_found"),
        ("a\nb\n", "a\n", "# ... rest of the code unchanged\n", "elision"),
        ("a\n", "a\n", "a\n", "no_change"),
        ("a\n", "a\n", "b\0\n", "invalid_text"),
        ("a\0\n", "a\n", "b\n", "invalid_text"),
    ],
)
def test_blocks(before: str, search: str, replace: str, after: str) -> None:
    check(before, search, replace, after)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("NO_EDIT", "no_edit"),
        ("<<<<<<< SEARCH\na\n=======\nb\n", "truncated"),
        ("<<<<<<< SEARCH\na\n<<<<<<< SEARCH\n", "malformed"),
        ("../b.py\n" + BLOCK.format(search="a\n", replace="b\n"), "path_outside_workspace"),
        ("other/b.py\n" + BLOCK.format(search="a\n", replace="b\n"), "malformed"),
    ],
)
def test_replies_that_are_refused(reply: str, reason: str) -> None:
    outcome = apply_reply("a\n", reply, path="a.py", format="search_replace")
    assert isinstance(outcome, Refused)
    assert outcome.reason == reason


LINES = st.lists(st.sampled_from(["a\n", "b\n", "é😀\r\n", "\n", "c"]), max_size=12).map("".join)


@settings(max_examples=300)
@given(LINES, LINES)
def test_minimal_edits_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    edits = minimal_edits(before, after)
    assert apply_edits(before, edits) == after
    assert apply_edits(before, hunks(before, edits)) == after
    assert all(one.end <= other.start for one, other in pairwise(edits))
