"""A prompt that is too long gives way from its least useful end, and says so."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.conftest import FULL, Editor, Kimi

MakeEditor = Callable[..., Editor]

LONG = "def long(x):\n" + "".join(f"    x = x + {number}\n" for number in range(3000))
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 3001, "character": 0}}
TOO_LONG = {
    "type": "invalid_request_error",
    "message": "Invalid request: Your request exceeded model token limit: 262144",
}


def test_prompt_fits_the_bound(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "It adds."})
    one = editor(FULL, budget={"tokensPerRequest": 8000})
    one.open(LONG)
    end = one.run("kimi.explain", range=WHOLE)
    assert end["state"] == "done", end
    prompt = kimi.chats()[0]["body"]["messages"][1]["content"]
    assert "Left out to make room: lines " in prompt
    assert "x = x + 0\n" in prompt
    assert len(prompt) < 16000
    assert f"Left out to make room: lines {end['trimmed']}." in prompt
    assert f"lines {end['trimmed']} were too much" in one.progress()[-1]["message"]


def test_refusal_for_length_is_met_once(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(status=400, error=TOO_LONG, times=1)
    kimi.say(reply={"content": "It adds."})
    one = editor(FULL)
    one.open(LONG)
    end = one.run("kimi.explain", range=WHOLE)
    assert end["state"] == "done", end
    first, second = (chat["body"]["messages"][1]["content"] for chat in kimi.chats())
    assert len(second) < 0.6 * len(first)


def test_what_cannot_be_shorter_is_too_large(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(status=400, error=TOO_LONG)
    one = editor(FULL)
    one.open("x = 1\n")
    line = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    end = one.run("kimi.edit", range=line, instruction="two")
    assert (end["state"], end["reason"]) == ("failed", "too_large"), end
    assert len(kimi.chats()) == 1
