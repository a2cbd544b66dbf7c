"""Typing while an answer streams: nothing typed is lost, and nothing is half applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import CLIENTS, Editor, Kimi

MakeEditor = Callable[..., Editor]

TEXT = "".join(f"line {number} = {number}\n" for number in range(1, 21))
BLOCKS = "".join(
    f"<<<<<<< SEARCH\nline {number} = {number}\n=======\n"
    f"line {number} = {2 * number}\n>>>>>>> REPLACE\n"
    for number in (3, 18)
)
FENCE = "```python\nline 3 = 6\nline 4 = 8\n```\n"
SELECTED = {"start": {"line": 2, "character": 0}, "end": {"line": 4, "character": 0}}
DOUBLED = TEXT.replace("line 3 = 3\n", "line 3 = 6\n")

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "blocks": ({}, BLOCKS, DOUBLED.replace("line 18 = 18\n", "line 18 = 36\n")),
    "selection": ({"range": SELECTED}, FENCE, DOUBLED.replace("line 4 = 4\n", "line 4 = 8\n")),
}
ELSEWHERE = ((0, 0, "# above 😀\n"), (12, 0, "# between\n"), (21, 0, "# below\n"))
"""Where a person types: line, character and text, one after another."""
INSIDE = {"blocks": (2, 6, "x"), "selection": (3, 6, "x")}
"""A place in the lines that change."""


def typed(one: Editor, keys: tuple[tuple[int, int, str], ...], **argument: Any) -> dict[str, Any]:
    """The end of an edit whose answer streams while the person types, one place a delta."""
    request = one.start("kimi.edit", instruction="double", wait=True, **argument)
    for key in keys:
        while one.client.next("kimi/job")["event"] != "text":
            pass
        one.type(*key)
    return one.client.wait(request)["result"]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("case", CASES)
def test_elsewhere(case: str, client: str, kimi: Kimi, editor: MakeEditor) -> None:
    argument, reply, after = CASES[case]
    kimi.say(reply={"content": reply, "chunk": 4, "delay": 0.05})
    one = editor(CLIENTS[client], jobEvents=True)
    one.open(TEXT)
    end = typed(one, ELSEWHERE, **argument)
    assert end["state"] == "done", end
    if not end["applied"]:
        assert client == "none"
        held = TEXT.splitlines(keepends=True)
        for line, _, text in ELSEWHERE:
            held.insert(line, text)
        assert one.document.text == "".join(held)
        one._apply({"edit": end["edit"]})
    wanted = after.splitlines(keepends=True)
    for line, _, text in ELSEWHERE:
        wanted.insert(line, text)
    assert one.document.text == "".join(wanted)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("case", CASES)
def test_inside(case: str, client: str, kimi: Kimi, editor: MakeEditor) -> None:
    argument, reply, _ = CASES[case]
    kimi.say(reply={"content": reply, "chunk": 4, "delay": 0.05})
    one = editor(CLIENTS[client], jobEvents=True)
    one.open(TEXT)
    place = INSIDE[case]
    end = typed(one, (place,), **argument)
    assert (end["state"], end["reason"]) == ("refused", "stale"), end
    assert one.edits == []
    line = place[0] + 1
    assert one.document.text == TEXT.replace(f"line {line} =", f"line {line}x =")
