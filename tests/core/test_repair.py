"""What the model is shown of blocks that have no place, or several."""

from __future__ import annotations

import json

import pytest

from kimi_lsp.core.ground import Ground
from kimi_lsp.core.repair import MOST_BLOCKS, MOST_LINES, closest, failures, repair_text

DOCUMENT = """\
def total_gross(order):
    amount = 0
    for line in order.lines:
        amount += line.qty * line.price
    return round(amount, 2)


def run():
    go(1)


def walk():
    go(1)
"""


def block(search: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\nx\n>>>>>>> REPLACE\n"


@pytest.mark.parametrize(
    ("search", "reason", "real"),
    [
        ("def total_net(order):\n    amount = 0\n", "not_found", [(0, "def total_gross(order):")]),
        (
            "        amount += line.qty * line.net\n",
            "not_found",
            [(3, "        amount += line.qty")],
        ),
        ("qwertyuiop\n", "not_found", []),
        ("    go(1)\n", "ambiguous", [(6, ""), (10, "")]),
    ],
)
@pytest.mark.parametrize("format", ["search_replace", "unified_diff", "str_replace"])
def test_failures(format: str, search: str, reason: str, real: list[tuple[int, str]]) -> None:
    lines = search.splitlines()
    reply = {
        "search_replace": block(search),
        "unified_diff": "@@\n" + "".join(f"-{line}\n" for line in lines) + "+x\n",
        "str_replace": json.dumps({"old_string": search, "new_string": "x\n"}),
    }[format]
    (failure,) = failures(DOCUMENT, reply, path="a.py", format=format)
    assert (failure.number, failure.reason, list(failure.search)) == (1, reason, lines)
    assert len(failure.real) == len(real)
    for shown, (first, begins) in zip(failure.real, real, strict=True):
        assert shown.first == first
        assert shown.lines[0].startswith(begins)
        assert shown.lines == tuple(DOCUMENT.split("\n")[first : first + len(shown.lines)])


def test_only_the_blocks_that_failed_are_told() -> None:
    reply = block("def run():\n") + block("def sprint():\n") + block("    go(1)\n")
    found = failures(DOCUMENT, reply, path="a.py", format="search_replace")
    assert [(one.number, one.reason) for one in found] == [(2, "not_found"), (3, "ambiguous")]
    text = repair_text(found)
    assert "def sprint():" in text
    assert "def run():" in text
    assert "2 times" in text


@pytest.mark.parametrize(
    "reply", ["NO_EDIT", block("def run():\n"), block("q\n")[:-8], "/etc/passwd\n"]
)
def test_nothing_to_tell(reply: str) -> None:
    assert repair_text(failures(DOCUMENT, reply, path="a.py", format="search_replace")) == ""


def test_it_is_short_whatever_the_reply_and_the_document() -> None:
    document = "".join(f"line {number} of the text\n" for number in range(2_000))
    search = "".join(f"line {number} of a text\n" for number in range(500, 700))
    found = failures(document, block(search) * 20, path="a.py", format="search_replace")
    assert len(found) == 20
    assert all(len(real.lines) <= MOST_LINES for one in found for real in one.real)
    assert len(repair_text(found)) < 2_000 * MOST_BLOCKS


def test_the_lines_shown_are_those_that_differ() -> None:
    lines = [f"step_{number}(with_some_words)" for number in range(60)]
    (real,) = closest(Ground("\n".join(lines)), [*lines[:40], "other(with_some_words)"])
    assert lines[40] in real.lines
