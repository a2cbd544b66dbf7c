"""Any reply at all is an edit that can be applied or a refusal, however it was cut."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kimi_lsp.core import Applied, Refused, apply_reply, split_reply
from kimi_lsp.core.apply import ReplyReading
from kimi_lsp.core.repair import failures, repair_text
from tests.core.test_apply_reply import check_edits

FORMATS = ("search_replace", "selection", "whole", "unified_diff", "str_replace")

PIECES = st.sampled_from(
    [
        "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "<<<<<<< SEARCH\r\n", "```\n",
        "```py\n", "````\n", "  ```\n", "a.py\n", "b.py\n", "../a.py\n", "```py a.py\n",
        "--- a/a.py\n",
        "+++ b/a.py\n", "@@ -1 +1 @@\n", "-a\n", "+x\n", " b\n", "+\n", "\n", "\\ No newline\n",
        "a\n", "b\n", "c", "  b\n", "\tb\n", "x\r\n", "y\r", "é😀\n", "# ...\n", "NO_EDIT\n",
        "DELETE FILE a.py\n", '{"old_string": "a\n", "new_string": "x"}\n', '{"path": "a.py", ',
        '"old_string": "b", ', '"new_string": "y"}\n', "<think>", "</think>\n", "\u2028",
        "\ufeff", "\ud83d", "\ude00", "\0",
    ]
)  # fmt: skip
REPLIES = st.lists(PIECES, max_size=14).map("".join)
BLOCKS = st.lists(PIECES, max_size=5).map("".join)
DOCUMENTS = st.lists(
    st.sampled_from(
        [
            "a\n",
            "b\n",
            "b  \n",
            "\tb\n",
            "c\r\n",
            "d\r",
            "\n",
            "=======\n",
            "```\n",
            "é😀\n",
            "\ufeff",
        ]
    ),
    max_size=7,
).map("".join)


@settings(max_examples=700, deadline=None)
@given(
    DOCUMENTS,
    REPLIES
    | st.tuples(BLOCKS, BLOCKS).map(
        lambda halves: f"<<<<<<< SEARCH\n{halves[0]}\n=======\n{halves[1]}\n>>>>>>> REPLACE\n"
    )
    | REPLIES.map(lambda inner: f"```\n{inner}\n```\n")
    | REPLIES.map(lambda inner: f"@@\n{inner}"),
    st.sampled_from(FORMATS),
    st.none() | DOCUMENTS,
    st.tuples(*[st.integers(0, 5)] * 4),
    st.integers(0, 2**32),
)
def test_any_reply(
    document: str,
    reply: str,
    format: str,
    current: str | None,
    selection: tuple[int, int, int, int],
    seed: int,
) -> None:
    asked = {"path": "a.py", "format": format, "selection": selection}
    outcome = apply_reply(document, reply, current=current, **asked)
    if isinstance(outcome, Applied):
        base = document if current is None else current
        assert outcome.text != base
        check_edits(base, outcome)
    else:
        assert isinstance(outcome, Refused)
        assert outcome.message
    dice, reading = random.Random(seed), ReplyReading(document, **asked)
    while reply:
        size = dice.randrange(1, 9)
        reading.feed(reply[:size])
        reply = reply[size:]
    assert reading.close(current) == outcome


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, REPLIES.filter(bool), st.sampled_from(FORMATS))
def test_any_reply_is_split_or_refused_and_can_be_told_of(
    document: str, reply: str, format: str
) -> None:
    parts = split_reply(reply, format)
    for part in () if isinstance(parts, Refused) else parts:
        assert (part.operation == "edit") == bool(part.reply)
        assert not part.path.startswith(("/", ".."))
    told = failures(document, reply, path="a.py", format=format)
    assert bool(repair_text(told)) == bool(told)


def test_there_are_five_formats() -> None:
    with pytest.raises(ValueError, match="no such format"):
        apply_reply("a", "b", path="a", format="patch")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no such format"):
        split_reply("b", "patch")
