"""Replies that become exactly the edit meant, or are refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.core import Applied, Refused, apply_reply
from kimi_lsp.core.edits import apply_edits

CASES = json.loads((Path(__file__).parents[1] / "cases" / "edits.json").read_text("utf-8"))
SUPPORTED = ("search_replace", "selection")


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
