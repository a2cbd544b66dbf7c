"""Edits that wait: whole, by hunks, shown, overtaken by typing; and consent for what needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import CLIENTS, FULL, NEOVIM, NONE, Editor, Kimi

MakeEditor = Callable[..., Editor]

TEXT = "".join(f"line {number} = {number}\n" for number in range(1, 21))
WHOLE = {"instruction": "double them"}
REPLY = "".join(
    f"<<<<<<< SEARCH\nline {number} = {number}\n=======\n"
    f"line {number} = {2 * number}\n>>>>>>> REPLACE\n"
    for number in (3, 10, 18)
)


def held(kimi: Kimi, editor: MakeEditor, client: Any, **more: Any) -> tuple[Editor, dict[str, Any]]:
    kimi.say(reply={"content": REPLY})
    one = editor(client)
    one.open(TEXT)
    end = one.run("kimi.edit", apply="hold", **WHOLE, **more)
    assert (end["state"], end["applied"]) == ("done", False), end
    assert one.document.text == TEXT
    return one, end


def changed(*numbers: int) -> str:
    text = TEXT
    for number in numbers:
        text = text.replace(f"line {number} = {number}\n", f"line {number} = {2 * number}\n")
    return text


@pytest.mark.parametrize("client", ["full", "neovim"])
def test_whole(client: str, kimi: Kimi, editor: MakeEditor) -> None:
    one, end = held(kimi, editor, CLIENTS[client])
    assert [hunk["newText"] for hunk in end["hunks"]] == [
        "line 3 = 6\n",
        "line 10 = 20\n",
        "line 18 = 36\n",
    ]
    done = one.run("kimi.apply", job=end["job"])
    assert (done["state"], done["applied"]) == ("done", True), done
    assert one.document.text == changed(3, 10, 18)
    again = one.run("kimi.apply", job=end["job"])
    assert (again["state"], again["reason"]) == ("refused", "stale")


def test_by_hunks_while_the_text_goes_on_changing(kimi: Kimi, editor: MakeEditor) -> None:
    one, end = held(kimi, editor, FULL)
    done = one.run("kimi.apply", job=end["job"], hunks=["2"])
    assert done["applied"], done
    assert one.document.text == changed(10)
    one.type(0, 0, "# typed\n")
    done = one.run("kimi.apply", job=end["job"], hunks=["1"])
    assert done["applied"], done
    assert one.document.text == "# typed\n" + changed(3, 10)
    one.type(18, 0, "x")
    stale = one.run("kimi.apply", job=end["job"])
    assert (stale["state"], stale["reason"]) == ("refused", "stale"), stale
    assert one.document.text.count("= 36") == 0


def test_offered_and_shown_in_a_plain_client(kimi: Kimi, editor: MakeEditor) -> None:
    one, end = held(kimi, editor, NEOVIM)
    cursor = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    entries = {each["title"]: each for each in one.menu(cursor)}
    show = entries["Show Kimi's change"]["command"]["arguments"][0]
    assert show == {"job": end["job"], "what": "diff"}
    shown = one.run("kimi.show", **show)
    assert "-line 10 = 10\n+line 10 = 20\n" in shown["text"]
    assert shown["shown"] is True
    assert one.run("kimi.show", job=end["job"], what="reply")["text"] == REPLY
    apply = entries["Apply Kimi's change"]
    assert apply["kind"] == "refactor.rewrite.kimi.apply"
    assert one.run("kimi.apply", **apply["command"]["arguments"][0])["applied"]
    assert "Apply Kimi's change" not in {each["title"] for each in one.menu(cursor)}


def test_client_that_cannot_apply_gets_it_held(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": REPLY})
    one = editor(NONE)
    one.open(TEXT)
    end = one.run("kimi.edit", **WHOLE)
    assert (end["state"], end["applied"], len(end["hunks"])) == ("done", False, 3)


def test_closing_the_document_forgets_it(kimi: Kimi, editor: MakeEditor) -> None:
    one, end = held(kimi, editor, FULL)
    identity = {"uri": one.document.uri}
    one.client.notify("textDocument/didClose", {"textDocument": identity})
    one.open(TEXT)
    gone = one.run("kimi.apply", job=end["job"])
    assert (gone["state"], gone["reason"]) == ("refused", "stale")


def test_code_block_of_an_answer(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "Try\n```text\none\n```\nor\n```text\nline 2 = two\n```\n"})
    one = editor(FULL)
    one.open(TEXT)
    line = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}
    end = one.run("kimi.explain", range=line)
    done = one.run("kimi.apply", job=end["job"], block=2, range=line)
    assert done["applied"], done
    assert one.document.text == TEXT.replace("line 2 = 2\n", "line 2 = two\n")
    none = one.run("kimi.apply", job=end["job"], block=3, range=line)
    assert (none["state"], none["reason"]) == ("refused", "malformed")


HIDDEN = "```text\nline 3 = 3\u202e6\n```\n"
THIRD = {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}}


def test_hidden_characters_are_asked_about(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": HIDDEN})
    one = editor(FULL)
    one.open(TEXT)
    end = one.run("kimi.edit", range=THIRD, instruction="x")
    (annotation,) = one.edits[0]["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    assert "U+202E" in annotation["description"]
    assert end["applied"], end


def test_person_who_does_not_agree_ends_the_job(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": HIDDEN})
    one = editor(FULL)
    one.open(TEXT)
    one.applies = False
    end = one.run("kimi.edit", range=THIRD, instruction="x")
    assert (end["state"], end["applied"], len(one.edits)) == ("cancelled", False, 1), end


def test_client_that_cannot_ask_gets_it_held(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": HIDDEN})
    one = editor(NEOVIM)
    one.open(TEXT)
    end = one.run("kimi.edit", range=THIRD, instruction="x")
    assert (end["state"], end["applied"], one.edits) == ("done", False, [])
    assert "U+202E" in end["hunks"][0]["confirm"]
    unasked = one.run("kimi.apply", job=end["job"])
    assert (unasked["applied"], one.edits) == (False, [])
    done = one.run("kimi.apply", job=end["job"], confirmed=True)
    assert done["applied"], done


CODE = "def area(r):\n    return r * r\n"
BREAKS = "<<<<<<< SEARCH\n    return r * r\n=======\n    return (r * r\n>>>>>>> REPLACE\n"
MENDS = BREAKS.replace("(r * r", "(r * r)")


def test_answer_that_breaks_the_file_is_mended(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": BREAKS}, times=1)
    kimi.say(reply={"content": MENDS})
    one = editor(FULL)
    one.open(CODE)
    end = one.run("kimi.edit", **WHOLE)
    assert (end["applied"], end["usage"]["requests"]) == (True, 2), end
    assert one.document.text == CODE.replace("r * r", "(r * r)")
    told = kimi.chats()[-1]["body"]["messages"][-1]["content"]
    assert "could not be parsed" in told
    assert "    return (r * r\n" in told
    (annotation,) = one.edits[0]["changeAnnotations"].values()
    assert "needsConfirmation" not in annotation


def test_answer_that_breaks_the_file_again_is_asked_about(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": BREAKS})
    one = editor(FULL)
    one.open(CODE)
    end = one.run("kimi.edit", **WHOLE)
    assert (end["applied"], end["usage"]["requests"]) == (True, 2), end
    (annotation,) = one.edits[0]["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    assert "can no longer be parsed from line 2" in annotation["description"]
    one = editor(NEOVIM)
    one.open(CODE)
    end = one.run("kimi.edit", **WHOLE)
    assert (end["state"], end["applied"], one.edits) == ("done", False, []), end
    assert "can no longer be parsed" in end["hunks"][0]["confirm"]
    assert one.run("kimi.apply", job=end["job"], confirmed=True)["applied"]


def test_file_that_was_broken_before_is_edited_unasked(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": BREAKS})
    one = editor(NEOVIM)
    one.open("class (\n" + CODE)
    end = one.run("kimi.edit", **WHOLE)
    assert (end["applied"], end["usage"]["requests"]) == (True, 1), end


def test_second_try_with_the_real_lines(kimi: Kimi, editor: MakeEditor) -> None:
    wrong = "<<<<<<< SEARCH\nline 3 == 3\n=======\nline 3 = 6\n>>>>>>> REPLACE\n"
    kimi.say(reply={"content": wrong}, times=1)
    kimi.say(reply={"content": wrong.replace("==", "=").replace("=====\n", "=======\n", 0)})
    one = editor(FULL)
    one.open(TEXT)
    end = one.run("kimi.edit", **WHOLE)
    assert end["usage"]["requests"] == 2, end
    first, second = (chat["body"]["messages"] for chat in kimi.chats())
    assert second[: len(first)] == first
    assert second[-2] == {"role": "assistant", "content": wrong}
    assert "line 3 = 3" in second[-1]["content"]
