"""Replies to a document that was typed in since: carried over whole, or refused."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kimi_lsp.core import Applied, apply_reply
from kimi_lsp.core.text import split_lines
from tests.core.test_apply_reply import check_edits

Format = Literal["search_replace", "selection", "whole", "unified_diff", "str_replace"]

B_TO_X = {
    "search_replace": "<<<<<<< SEARCH\nb\n=======\nx\n>>>>>>> REPLACE\n",
    "unified_diff": "@@ -2 +2 @@\n-b\n+x\n",
    "str_replace": json.dumps({"old_string": "b\n", "new_string": "x\n"}),
    "selection": "```\nx\n```\n",
    "whole": "```\na\nx\nc\n```\n",
}


@pytest.mark.parametrize(
    ("current", "after"),
    [
        ("a\nb\nc\n", "a\nx\nc\n"),
        ("new\na\nb\nc\n", "new\na\nx\nc\n"),
        ("a\nb\nc\nnew\n", "a\nx\nc\nnew\n"),
        ("a\nB\nc\n", "stale"),
        ("a\nc\n", "stale"),
        ("", "stale"),
        ("a\nb \nc\n", "stale"),
        ("a\nb\r\nc\n", "stale"),
    ],
)
@pytest.mark.parametrize("format", list(B_TO_X))
def test_every_format(format: Format, current: str, after: str) -> None:
    selection = (1, 0, 2, 0) if format == "selection" else None
    outcome = apply_reply(
        "a\nb\nc\n", B_TO_X[format], path="a", format=format, selection=selection, current=current
    )
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


@pytest.mark.parametrize(
    ("original", "reply", "current", "after"),
    [
        # The line is there twice now, and nobody knows which was meant.
        ("a\nb\n", B_TO_X["search_replace"], "b\na\nb\n", "ambiguous"),
        # What matched but for blanks may be matched exactly elsewhere now.
        ("a\nb  \n", B_TO_X["search_replace"], "b\na\nb  \n", "stale"),
        ("a\nb  \n", B_TO_X["search_replace"], "n\na\nb  \n", "n\na\nx\n"),
        ("", "<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n", "typed\n", "stale"),
        ("b\n", B_TO_X["search_replace"], "x\n", "stale"),
    ],
)
def test_blocks(original: str, reply: str, current: str, after: str) -> None:
    outcome = apply_reply(original, reply, path="a", format="search_replace", current=current)
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


@pytest.mark.parametrize(
    ("original", "selection", "current", "after"),
    [
        # Of equal lines nobody can say which one was typed.
        ("a\na\n", (1, 0, 2, 0), "a\na\na\n", "stale"),
        ("a\nb\na\n", (1, 0, 2, 0), "b\na\nb\na\n", "b\na\nx\na\n"),
        ("1\nb\n2\n", (1, 0, 1, 0), "0\n1\nb\n2\n", "0\n1\nx\nb\n2\n"),
        ("1\n2\n", (2, 0, 2, 0), "0\n1\n2\n", "0\n1\n2\nx\n"),
        ("1\n2\n", (2, 0, 2, 0), "1\n2\n3\n", "stale"),
        ("1\nfoo(b)\n2\n", (1, 4, 1, 5), "0\n1\nfoo(b)\n2\n", "0\n1\nfoo(x)\n2\n"),
        ("1\nfoo(b)\n2\n", (1, 4, 1, 5), "1\nfoo(b, c)\n2\n", "stale"),
    ],
)
def test_selections(
    original: str, selection: tuple[int, int, int, int], current: str, after: str
) -> None:
    outcome = apply_reply(
        original,
        "```\nx\n```",
        path="a",
        format="selection",
        selection=selection,
        current=current,
    )
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


WORDS = st.text("abc é😀{}\t", min_size=1, max_size=5).filter(lambda text: text.strip() != "")
DOCUMENTS = st.lists(WORDS, min_size=2, max_size=10, unique_by=lambda text: text.strip())
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def meetings(draw: st.DrawFn) -> tuple[str, str, int, list[str], list[str]]:
    """A document, what it was typed into, the line the model changes, its new lines, the typed."""
    lines, end = draw(DOCUMENTS), draw(ENDS)
    line = draw(st.integers(0, len(lines) - 1))
    new = draw(st.lists(WORDS.map(lambda text: f"new {text}"), max_size=3))
    typed: list[str] = []
    now: list[str] = []
    for number, text in enumerate(lines):
        for _ in range(draw(st.integers(0, 1))):
            typed.append(f"typed {len(typed)}")
            now.append(typed[-1])
        change = draw(st.sampled_from(["keep", "keep", "keep", "change", "delete"]))
        if change == "keep":
            now.append(text)
        elif change == "change":
            typed.append(f"typed {len(typed)} {number}")
            now.append(typed[-1])
    return (
        "".join(text + end for text in lines),
        "".join(text + end for text in now),
        line,
        new,
        typed,
    )


@settings(max_examples=250, deadline=None)
@given(meetings(), st.sampled_from(list(B_TO_X)))
def test_nothing_typed_is_lost_and_nothing_is_half_applied(
    meeting: tuple[str, str, int, list[str], list[str]], format: Format
) -> None:
    original, current, line, new, typed = meeting
    lines = [text.rstrip("\r\n") for text in split_lines(original)]
    assume(new != [lines[line]])
    written = "".join(f"{text}\n" for text in new)
    wanted = [*lines[:line], *new, *lines[line + 1 :]]
    reply = {
        "search_replace": f"<<<<<<< SEARCH\n{lines[line]}\n=======\n{written}>>>>>>> REPLACE\n",
        "unified_diff": f"@@\n-{lines[line]}\n" + "".join(f"+{text}\n" for text in new),
        "str_replace": json.dumps({"old_string": f"{lines[line]}\n", "new_string": written}),
        "selection": f"```\n{written}```\n",
        "whole": "```\n" + "".join(f"{text}\n" for text in wanted) + "```\n",
    }[format]
    selection = (line, 0, line + 1, 0) if format == "selection" else None
    outcome = apply_reply(
        original, reply, path="a.py", format=format, selection=selection, current=current
    )
    if not isinstance(outcome, Applied):
        return
    check_edits(current, outcome)
    after = [text.rstrip("\r\n") for text in split_lines(outcome.text)]
    assert [text for text in after if text.startswith("typed")] == typed
    # A selection may have been shifted back to the indentation of what it replaces.
    assert [text.lstrip() for text in after if text.lstrip().startswith("new")] == new
    now = [text.rstrip("\r\n") for text in split_lines(current)]
    assert [text for text in after if not text.lstrip().startswith("new")] == [
        text for text in now if text != lines[line]
    ]


TEXTS = st.lists(
    st.tuples(
        st.text("ab c\té😀\u2028\x0c\u0301ש&$\\", max_size=6), st.sampled_from(["\n", "\r\n", "\r"])
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.data())
def test_an_edit_goes_round_and_touches_nothing_else(
    text: list[tuple[str, str]], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    new = data.draw(st.lists(st.text("xyz \té😀", max_size=5), max_size=4))
    # A lone "\r" before an empty line that ends in "\n" would be one line end.
    document = "".join(line + end for line, end in text)
    assume(split_lines(document) == [line + end for line, end in text])
    search = "".join(f"{line}\n" for line, _ in text[first:last])
    reply = f"<<<<<<< SEARCH\n{search}=======\n" + "".join(f"{line}\n" for line in new)
    outcome = apply_reply(
        document, f"{reply}>>>>>>> REPLACE\n", path="a.py", format="search_replace"
    )
    if not isinstance(outcome, Applied):
        assert outcome.reason in ("ambiguous", "no_change", "empty_search", "malformed")
        return
    check_edits(document, outcome)
    before = "".join(line + end for line, end in text[:first])
    after = "".join(line + end for line, end in text[last:])
    assert outcome.text.startswith(before)
    assert outcome.text.endswith(after)
    middle = outcome.text[len(before) : len(outcome.text) - len(after)]
    assert [line.rstrip("\r\n") for line in split_lines(middle)] == new
