"""Conversations, edits that need no typing, the gate, the till and previews, on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import FULL, Editor, Kimi

MakeEditor = Callable[..., Editor]

CODE = "def twice(x):\n    return 2 * x\n\n\ndef thrice(x):\n    return 3 * x\n"
FIRST = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}


def cursor(line: int) -> dict[str, Any]:
    place = {"line": line, "character": 0}
    return {"start": place, "end": place}


def test_turns_share_their_beginning(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(match={"contains": "why"}, reply={"content": "Because."})
    kimi.say(match={"contains": "really"}, reply={"content": "Yes."})
    one = editor(FULL)
    one.open(CODE)
    first = one.run("kimi.ask", text="why twice?", range=FIRST)
    assert (first["state"], first["text"]) == ("done", "Because."), first
    second = one.run("kimi.ask", text="really?", conversation=first["conversation"], uri=None)
    assert (second["state"], second["text"]) == ("done", "Yes."), second
    assert second["conversation"] == first["conversation"]
    before, after = (chat["body"]["messages"] for chat in kimi.chats())
    assert after[: len(before)] == before
    assert [message["role"] for message in after] == ["system", "user", "assistant", "user"]
    assert "return 2 * x" in after[1]["content"]
    assert kimi.chats()[1]["body"]["thinking"] == {"type": "disabled"}
    assert second["usage"]["cachedTokens"] > 0


def test_an_explanation_can_be_followed_up(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(match={"contains": "why"}, reply={"content": "Because it adds."})
    kimi.say(reply={"content": "It doubles."})
    one = editor(FULL)
    one.open(CODE)
    first = one.run("kimi.explain", range=FIRST)
    second = one.run("kimi.ask", text="why?", conversation=first["conversation"], uri=None)
    assert (second["text"], second["conversation"]) == ("Because it adds.", first["conversation"])
    (_, asked), (_, *turns) = (chat["body"]["messages"] for chat in kimi.chats())
    assert turns == [
        asked,
        {"role": "assistant", "content": "It doubles."},
        {"role": "user", "content": "why?"},
    ]


def test_unknown_conversation_fails(editor: MakeEditor) -> None:
    one = editor(FULL)
    one.open(CODE)
    end = one.run("kimi.ask", text="go on", conversation="no-such")
    assert (end["state"], end["reason"]) == ("failed", "unsupported")


def test_old_turns_give_way_and_it_is_said(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "An answer. " * 300})
    one = editor(FULL, budget={"tokensPerRequest": 8000})
    one.open(CODE)
    conversation, left_out = None, 0
    for number in range(6):
        more = {"conversation": conversation} if conversation else {"range": FIRST}
        end = one.run("kimi.ask", text=f"question {number}", **more)
        assert end["state"] == "done", end
        conversation, left_out = end["conversation"], end.get("leftOut", 0)
    assert left_out
    messages = kimi.chats()[-1]["body"]["messages"]
    first = json.dumps(messages[1])
    assert "return 2 * x" in first
    assert "- question 1" in first
    roles = [message["role"] for message in messages]
    assert roles == ["system", *["user", "assistant"] * (len(roles) // 2 - 1), "user"]


def test_comment_that_tells_and_comment_that_asks(kimi: Kimi, editor: MakeEditor) -> None:
    told = "# kimi: return 4 * x instead\n" + CODE
    kimi.say(reply={"content": "```python\ndef twice(x):\n    return 4 * x\n```\n"})
    one = editor(FULL)
    one.open(told)
    entries = {each["title"]: each for each in one.menu(cursor(0))}
    entry = entries["Kimi: do what the comment says"]
    assert entry["kind"] == "refactor.rewrite.kimi.comment"
    done = one.run("kimi.edit", **entry["command"]["arguments"][0])
    assert done["applied"], done
    assert one.document.text == CODE.replace("2 * x", "4 * x")
    one.type(0, 0, "# kimi: why four?\n")
    ask = {each["title"]: each for each in one.menu(cursor(1))}["Ask Kimi about this"]
    argument = ask["command"]["arguments"][0]
    assert (ask["kind"], argument["text"]) == ("kimi.ask", "why four?")
    assert "conversation" in one.run("kimi.ask", **argument)


BLOCK_CURSORS = {
    "on a letter": ((0, 0), (0, 1)),
    "on the end of a line": ((0, 13), (1, 0)),
    "on the last line, which is empty": ((6, 0), (6, 0)),
}


@pytest.mark.parametrize("name", BLOCK_CURSORS)
def test_block_cursor_is_no_selection(name: str, editor: MakeEditor) -> None:
    start, end = ({"line": one[0], "character": one[1]} for one in BLOCK_CURSORS[name])
    one = editor(FULL)
    one.open(CODE)
    for entry in one.menu({"start": start, "end": end}):
        assert entry["command"]["arguments"][0]["range"] == {"start": start, "end": start}


def test_own_actions(kimi: Kimi, editor: MakeEditor) -> None:
    own = {
        "french": {"title": "Französisch", "instruction": "Put comments into French."},
        "big-o": {"title": "How slow?", "instruction": "Give its complexity.", "output": "explain"},
    }
    kimi.say(match={"contains": "Give its complexity"}, reply={"content": "O(1)."})
    one = editor(FULL, actions=own)
    one.open(CODE)
    entries = {each["title"]: each for each in one.menu(FIRST)}
    assert entries["Kimi: Französisch"]["kind"] == "refactor.rewrite.kimi.french"
    command = entries["Kimi: How slow?"]["command"]
    end = one.run(command["command"], **command["arguments"][0])
    assert end["text"] == "O(1)."


EXCLUDED = {
    ".env": ("A=1\n", {}, "secret"),
    "id_rsa": ("key\n", {}, "secret"),
    "build/out.py": (CODE, {".gitignore": "build/\n"}, ".gitignore"),
    "notes.py": (CODE, {".kimiignore": "notes.*\n"}, ".kimiignore"),
    "data.py": (CODE, {}, "exclude"),
}


@pytest.mark.parametrize("name", EXCLUDED)
def test_nothing_of_an_excluded_file_is_sent(
    name: str, kimi: Kimi, editor: MakeEditor, tmp_path: Path
) -> None:
    text, files, rule = EXCLUDED[name]
    folder = tmp_path / "work"
    (folder / name).parent.mkdir(parents=True)
    for path, content in files.items():
        (folder / path).write_text(content)
    one = editor(FULL, exclude=["data.*"])
    identity = [{"uri": folder.as_uri(), "name": "work"}]
    event = {"added": identity, "removed": []}
    one.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    one.open(text, (folder / name).as_uri())
    assert one.menu(cursor(0)) == []
    for command in ("kimi.explain", "kimi.edit", "kimi.ask"):
        end = one.run(command, range=cursor(0), instruction="x", text="x")
        assert (end["state"], end["reason"]) == ("failed", "excluded"), end
        assert rule in end["message"], end
    shown = one.run("kimi.explain", range=cursor(0), preview=True)["preview"]
    assert shown["body"] is None
    assert rule in shown["withheld"][0]["rule"]
    assert not kimi.chats()


def test_preview_shows_the_very_body_and_sends_nothing(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "It doubles."})
    one = editor(FULL)
    one.open(CODE)
    shown = one.run("kimi.explain", range=FIRST, preview=True)["preview"]
    assert not kimi.chats()
    assert shown["url"] == f"{kimi.url}/chat/completions"
    assert shown["promptTokens"] > 0
    assert shown["usd"] > 0
    assert shown["withheld"] == []
    one.run("kimi.explain", range=FIRST)
    sent = kimi.chats()[0]["body"]
    assert sent["messages"] == shown["body"]["messages"]


def test_budget_of_a_day_and_of_a_request(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "It doubles."})
    one = editor(FULL, budget={"usdPerDay": 0.0001})
    one.open(CODE)
    end = one.run("kimi.explain", range=FIRST)
    assert (end["state"], end["reason"]) == ("failed", "budget"), end
    assert "usdPerDay" in end["message"]
    two = editor(FULL, budget={"tokensPerRequest": 1000})
    two.open(CODE)
    end = two.run("kimi.explain", range=FIRST)
    assert (end["state"], end["reason"]) == ("failed", "budget"), end
    assert "tokensPerRequest" in end["message"]
    assert not kimi.chats()


def test_usage_over_two_servers_and_no_second_payment(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "It doubles."})
    one, two = editor(FULL), editor(FULL)
    for each in (one, two):
        each.open(CODE)
        each.run("kimi.explain", range=FIRST)
    again = one.run("kimi.explain", range=FIRST)
    assert (again["text"], again["usage"]["requests"], again["again"]) == ("It doubles.", 0, True)
    assert "nothing was sent" in one.progress()[-1]["message"]
    assert len(kimi.chats()) == 2
    usage = one.run("kimi.usage")
    assert usage["run"]["requests"] == 1
    assert usage["today"]["requests"] == 2
    other = two.run("kimi.usage")["run"]
    assert usage["today"]["usd"] == pytest.approx(usage["run"]["usd"] + other["usd"], abs=2e-6)
    assert usage["budget"]["usdLeft"] == pytest.approx(5 - usage["today"]["usd"], abs=1e-5)


def test_file_that_is_not_open_is_read_within_the_workspace(
    kimi: Kimi, editor: MakeEditor, tmp_path: Path
) -> None:
    kimi.say(reply={"content": "It doubles."})
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "closed.py").write_text(CODE)
    (tmp_path / "outside.py").write_text(CODE)
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    one = editor(FULL)
    one.open(CODE)
    identity = [{"uri": folder.as_uri(), "name": "work"}]
    event = {"added": identity, "removed": []}
    one.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    end = one.run("kimi.explain", uri=(folder / "closed.py").as_uri(), range=FIRST)
    assert end["state"] == "done", end
    for path in (tmp_path / "outside.py", folder / "link.py", folder / "missing.py"):
        end = one.run("kimi.explain", uri=path.as_uri(), range=FIRST)
        assert (end["state"], end["reason"]) == ("failed", "excluded"), end
    assert len(kimi.chats()) == 1
