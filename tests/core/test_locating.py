"""Where a block belongs: each rung of the ladder, what it forgives and what it does not."""

from __future__ import annotations

import pytest

from kimi_lsp.core import Applied, apply_reply

BLOCK = "<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


def check(before: str, search: str, replace: str, after: str) -> None:
    """``after`` is the text the block leads to, or the reason for its refusal."""
    reply = BLOCK.format(search=search, replace=replace)
    outcome = apply_reply(before, reply, path="a.py", format="search_replace")
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


@pytest.mark.parametrize(
    ("before", "search", "replace", "after"),
    [
        # Exact.
        ("a\nb", "b\n", "b\nc\n", "a\nb\nc"),
        ("a\nb", "b\n", "", "a\n"),
        ("a\nb\nc\n", "b\n", "", "a\nc\n"),
        ("  x\nx\n", "x\n", "y\n", "  x\ny\n"),
        ("a\na\n", "a\n", "b\n", "ambiguous"),
        ("a\na\na\n", "a\na\n", "b\n", "ambiguous"),
        ("a\n", "A\n", "b\n", "not_found"),
        ("ab\n", "a\n", "b\n", "not_found"),
        ("“a”\n", '"a"\n', "b\n", "not_found"),
        ("caf\u00e9\n", "cafe\u0301\n", "b\n", "not_found"),
        ("a\u00a0b\n", "a b\n", "c\n", "not_found"),
        # Line ends.
        ("a\r\nb\r\n", "b\n", "c\nd\n", "a\r\nc\r\nd\r\n"),
        ("a\rb\rc\r", "b\n", "x\ny\n", "a\rx\ry\rc\r"),
        ("a\nb\r\nc\nd\n", "b\nc\n", "b\nx\nc\n", "a\nb\r\nx\nc\nd\n"),
        ("a\nb\r\nc\n", "a\nb\n", "A\nB\n", "A\nB\r\nc\n"),
        # The byte order mark is nobody's line.
        ("\ufeffa\nb\n", "a\n", "x\n", "\ufeffx\nb\n"),
        ("\ufeffa\nb\n", "\ufeffa\n", "\ufeffx\n", "\ufeffx\nb\n"),
        ("\ufeff", "", "x\n", "\ufeffx\n"),
        # Trailing blanks.
        ("  a  \n\tb\r\n", "  a\n\tb\n", "  a\n\tc\n", "  a  \n\tc\r\n"),
        ("a\t \nb\n", "a\nb\n", "a\nc\n", "a\t \nc\n"),
        ("a\nb\n", "a  \nb \n", "a  \nc\n", "a\nc\n"),
        ("a \na\t\n", "a\n", "b\n", "ambiguous"),
        ("a\n\x0c\nb\n", "a\n\nb\n", "c\n", "not_found"),
        # A shift, the same for all lines.
        ("  a  \n    b\n", "a\n  b\n", "a\n  c\n", "  a  \n    c\n"),
        ("a\n  b\n", "    a\n      b\n", "    a\n      c\n    d\n", "a\n  c\nd\n"),
        ("  a\n    b\n", "a\n b\n", "c\n", "not_found"),
        ("  a\n    a\n", "a\n", "b\n", "ambiguous"),
        ("x:\n    a\n", "        a\n", "        b\n  c\n", "not_found"),
        ("\ta\n\n\tb\n", "a\n\nb\n", "a\n\nc\n", "\ta\n\n\tc\n"),
        # Tabs for blanks, and the other way round; less than a tab aligns.
        ("\tif x:\n\t\ty\n", "  if x:\n    y\n", "  if x:\n    z\n", "\tif x:\n\t\tz\n"),
        ("\tf(\n\t\tx)\n", "    f(\n        x)\n", "    f(\n      y)\n", "\tf(\n\t  y)\n"),
        ("    a\n        b\n", "\ta\n\t\tb\n", "\ta\n\t\tc\n", "    a\n        c\n"),
        ("\ta\n        b\n", "    a\n        b\n", "c\n", "not_found"),
        # A blank line that both halves begin or end with and the document lacks.
        ("a\nb\nc\n", "\nb\n", "\nx\n", "a\nx\nc\n"),
        ("a\nb\nc\n", "b\n\n", "x\n\n", "a\nx\nc\n"),
        ("a\nb\nc\n", "\nb\n\n", "\nx\n\n", "a\nx\nc\n"),
        ("a\nb\nc\n", "\nb\n", "x\n", "not_found"),
        ("a\nb\n\nc\nb\n", "\nb\n\n", "\nx\n\n", "a\nx\n\nc\nb\n"),
        ("b\n\n\nc\n\nb\n", "\nb\n\n", "\nx\n\n", "ambiguous"),
        # Blank lines alone say nothing about where.
        ("a\n\nb\n", "\n", "\n\n", "empty_search"),
        ("a\n", "", "b\n", "empty_search"),
        ("\n", "\n", "b\n", "b\n"),
        ("", "\n", "b\n", "b\n"),
        ("", "", "b\n", "b\n"),
        # Bytes.
        ("x\u2028y\nz\n", "z\n", "w\n", "x\u2028y\nw\n"),
        ("x\x85y\x0bz\n", "x\x85y\x0bz\n", "w\n", "w\n"),
        ("a\n", "a\n", "$& \\1 \\g<0> &lt; %s {0}\n", "$& \\1 \\g<0> &lt; %s {0}\n"),
        ("a\n", "a\n", "a\n", "no_change"),
        ("a\n", "a\n", "b\0\n", "invalid_text"),
        ("a\0\n", "a\n", "b\n", "invalid_text"),
        ("a\n", "a\n", "b\ud800\n", "invalid_text"),
    ],
)
def test_blocks(before: str, search: str, replace: str, after: str) -> None:
    check(before, search, replace, after)


def test_blocks_come_in_any_order_and_are_applied_to_one_base() -> None:
    reply = BLOCK.format(search="b\n", replace="a\n") + BLOCK.format(search="a\n", replace="b\n")
    outcome = apply_reply("a\nb\n", reply, path="a.py", format="search_replace")
    assert isinstance(outcome, Applied)
    assert outcome.text == "b\na\n"


@pytest.mark.parametrize(
    ("first", "second"), [("a\nb\n", "b\nc\n"), ("a\nb\nc\n", "b\n"), ("b\n", "b\n")]
)
def test_blocks_that_claim_one_line_are_refused(first: str, second: str) -> None:
    reply = BLOCK.format(search=first, replace="x\n") + BLOCK.format(search=second, replace="y\n")
    outcome = apply_reply("a\nb\nc\nd\n", reply, path="a.py", format="search_replace")
    assert not isinstance(outcome, Applied)
    assert outcome.reason == "overlap"
