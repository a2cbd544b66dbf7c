"""Answers for several files: what is created, changed, renamed and deleted, and who is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import CLIENTS, FULL, NEOVIM, NONE, Kimi
from tests.e2e.folder import FolderEditor, MakeEditor, editors

FILES = {
    "app.py": "import shapes\n\nprint(shapes.area(2))\n",
    "shapes.py": "def area(r):\n    return r * r\n\n\ndef cube(r):\n    return r**3\n",
    "old.py": "unused = 1\n",
    ".vscode/tasks.json": '{"tasks": []}\n',
    ".github/workflows/ci.yml": "on: push\n",
}
CANNOT = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}},
    }
}


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


APP = block("print(shapes.area(2))\n", "print(shapes.square(2))\n")
SHAPES = "shapes.py\n" + block("def area(r):\n", "def square(r):\n")
MAKES = block("", "n = 1\n")
NEW = "sub/new.py\n" + MAKES
TASKS = ".vscode/tasks.json\n" + block('{"tasks": []}\n', '{"tasks": [1]}\n')
CI = ".github/workflows/ci.yml\n" + block("on: push\n", "on: [push]\n")
MISSING = "nothing.py\n" + block("a\n", "b\n")
DELETE = "DELETE FILE old.py\n"
RENAME = "RENAME FILE old.py -> sub/newer.py\n"
SEEN = block("import shapes\n", "import square\n")
HIDDEN = block("print(shapes.area(2))\n", "print(shapes.area(2))  # \u202e\n")
TWICE = block("    return r**3\n", "    return r * r**2\n")
CHANGED = {
    "app.py": FILES["app.py"].replace("area", "square"),
    "shapes.py": FILES["shapes.py"].replace("area", "square"),
}


@pytest.fixture
def editor(kimi: Kimi, tmp_path: Path) -> Iterator[MakeEditor]:
    with editors(kimi, tmp_path, FILES, "app.py") as make:
        yield make


def ask(one: FolderEditor, kimi: Kimi, reply: str, **more: Any) -> dict[str, Any]:
    kimi.say(reply={"content": reply}, times=1)
    return one.run("kimi.edit", instruction="x", **more)


def paths(one: FolderEditor, end: dict[str, Any]) -> list[str]:
    start = one.root.as_uri() + "/"
    return [uri.removeprefix(start) for uri in end.get("files", [])]


@pytest.mark.parametrize(
    ("reply", "after", "files", "asked"),
    [
        (APP, {"app.py": CHANGED["app.py"]}, ["app.py"], []),
        (APP + SHAPES, CHANGED, ["app.py", "shapes.py"], ["shapes.py is not the file"]),
        ("app.py\n" + APP + SHAPES, CHANGED, ["app.py", "shapes.py"], ["shapes.py is not"]),
        (APP + NEW, {"app.py": CHANGED["app.py"], "sub/new.py": "n = 1\n"},
         ["app.py", "sub/new.py"], ["sub/new.py is a new file."]),
        ("sub/new.py\n```python\nn = 1\n```\n", {"sub/new.py": "n = 1\n"}, ["sub/new.py"],
         ["sub/new.py is a new file."]),
        ("pkg/__init__.py\n" + block("", ""), {"pkg/__init__.py": ""}, ["pkg/__init__.py"],
         ["pkg/__init__.py is a new file."]),
        (DELETE, {"old.py": None}, ["old.py"], ["old.py is deleted."]),
        (RENAME, {"old.py": None, "sub/newer.py": FILES["old.py"]}, ["sub/newer.py"],
         ["old.py is renamed to sub/newer.py."]),
        ("old.py\n" + block("unused = 1\n", "unused = 2\n") + RENAME,
         {"old.py": None, "sub/newer.py": "unused = 2\n"}, ["old.py", "sub/newer.py"],
         ["old.py is not the file", "old.py is renamed"]),
        (APP + NEW + SHAPES + DELETE,
         {**CHANGED, "sub/new.py": "n = 1\n", "old.py": None},
         ["app.py", "sub/new.py", "shapes.py", "old.py"],
         ["sub/new.py is a new", "shapes.py is not", "old.py is deleted."]),
        (TASKS + CI, {".vscode/tasks.json": '{"tasks": [1]}\n',
                      ".github/workflows/ci.yml": "on: [push]\n"},
         [".vscode/tasks.json", ".github/workflows/ci.yml"],
         [".vscode/tasks.json decides what runs", "ci.yml decides what runs"]),
    ],
)  # fmt: skip
def test_made(
    reply: str,
    after: dict[str, str | None],
    files: list[str],
    asked: list[str],
    kimi: Kimi,
    editor: MakeEditor,
) -> None:
    """A client that can ask asks of each file outside the one asked about, and makes it all."""
    one = editor()
    end = ask(one, kimi, reply)
    assert (end["state"], end["applied"]) == ("done", True), end
    wanted = {path: text for path, text in {**FILES, **after}.items() if text is not None}
    assert one.texts() == wanted
    assert paths(one, end) == files
    assert len(one.asked) == len(asked), one.asked
    for said, part in zip(one.asked, asked, strict=True):
        assert part in said
    (edit,) = one.edits
    kinds = [part.get("kind", "text") for part in edit["documentChanges"]]
    order = ["create", "text", "rename", "delete"]
    assert kinds == sorted(kinds, key=order.index), "every edit of text is in one run"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (APP + "../shapes.py\n" + block("a\n", "b\n"), "path_outside_workspace"),
        (APP + "/etc/hosts\n" + block("a\n", "b\n"), "path_outside_workspace"),
        (APP + "C:\\x.py\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "\\\\host\\share\\x.py\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "sub/con.py\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "sub/../../x.py\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "link/x.py\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "link/there.py\n" + block("there = 1\n", "b\n"), "path_outside_workspace"),
        (APP + "linked.py\n" + block("there = 1\n", "b\n"), "path_outside_workspace"),
        (APP + ".git/hooks/pre-commit\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "app.py/x.py\n" + block("", "b\n"), "path_outside_workspace"),
        (APP + "RENAME FILE old.py -> link/x.py\n", "path_outside_workspace"),
        (APP + "RENAME FILE old.py -> shapes.py\n", "path_outside_workspace"),
        (APP + "DELETE FILE link/there.py\n", "path_outside_workspace"),
        (APP + "DELETE FILE sub\n", "path_outside_workspace"),
        (APP + "DELETE FILE nothing.py\n", "path_outside_workspace"),
        (APP + "same.py\n" + block("import shapes\n", "b\n"), "malformed"),
        (APP + MISSING, "not_found"),
        (APP + "shapes.py\n" + block("", "b\n"), "empty_search"),
        (APP + SHAPES + "DELETE FILE shapes.py\n", "malformed"),
        (APP + NEW.replace(">>>>>>> REPLACE\n", ""), "truncated"),
        (APP + "latin.py\n" + block("a\n", "b\n"), "path_outside_workspace"),
    ],
)  # fmt: skip
def test_refused_whole(reply: str, reason: str, hostile: tuple[Kimi, FolderEditor]) -> None:
    kimi, one = hostile
    kimi.say(match={"contains": repr(reply)}, reply={"content": reply})
    before = contents(one.root.parent)
    end = one.run("kimi.edit", instruction=repr(reply))
    assert (end["state"], end["reason"]) == ("refused", reason), end
    assert one.edits == []
    assert contents(one.root.parent) == before
    assert one.document.text == FILES["app.py"]


def contents(folder: Path) -> dict[Path, bytes]:
    own = (folder / "work", folder / "elsewhere")
    return {file: file.read_bytes() for one in own for file in one.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kimi, FolderEditor]]:
    """A folder with links that lead out of it, and with files that are not for editing."""
    folder = tmp_path_factory.mktemp("hostile")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "there.py").write_text("there = 1\n")
    kimi = Kimi()
    one = FolderEditor(kimi, folder, FULL)
    for path, text in FILES.items():
        one.write(path, text)
    (one.root / "link").symlink_to(elsewhere)
    (one.root / "linked.py").symlink_to(elsewhere / "there.py")
    (one.root / "same.py").symlink_to(one.root / "app.py")
    (one.root / "sub").mkdir()
    (one.root / "latin.py").write_bytes(b"a = '\xe9'\n")
    one.show("app.py")
    # A second try is no better than the first.
    again = {"content": APP + MISSING}
    kimi.say(match={"contains": "Send the whole answer again"}, reply=again)
    yield kimi, one
    one.close()
    kimi.close()


def test_open_documents_are_edited_as_they_are_in_the_editor(
    kimi: Kimi, editor: MakeEditor
) -> None:
    one = editor()
    one.show("shapes.py", "# not saved\n" + FILES["shapes.py"])
    one.show("app.py")
    end = ask(one, kimi, APP + SHAPES)
    assert end["applied"], end
    assert one.texts()["shapes.py"] == "# not saved\n" + CHANGED["shapes.py"]
    assert (one.root / "shapes.py").read_text() == FILES["shapes.py"]


def test_through_a_link_a_control_file_is_one(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    (one.root / "notes.txt").symlink_to(one.root / ".github/workflows/ci.yml")
    end = ask(one, kimi, "notes.txt\n" + block("on: push\n", "on: [push]\n"), apply="hold")
    assert "decides what runs" in end["hunks"][0]["confirm"], end


@pytest.mark.parametrize(
    ("reply", "left", "after", "files", "said"),
    [
        (APP + SHAPES, "Kimi: change shapes.py", {"app.py": CHANGED["app.py"]}, ["app.py"],
         "Left as it was: shapes.py."),
        (APP + SHAPES, "Kimi: change app.py", {"shapes.py": CHANGED["shapes.py"]}, ["shapes.py"],
         "Left as it was: app.py."),
        (SEEN + HIDDEN, "quare", {"app.py": FILES["app.py"].replace("2))", "2))  # \u202e")},
         ["app.py"], "Taken in part: app.py."),
        (SHAPES + TWICE, "square", {"shapes.py": FILES["shapes.py"].replace("r**3", "r * r**2")},
         ["shapes.py"], "Taken in part: shapes.py."),
        (APP + NEW, "Kimi: create sub/new.py", {"app.py": CHANGED["app.py"]}, ["app.py"],
         "Left as it was: sub/new.py."),
        (NEW, "n = 1\n", {"sub/new.py": ""}, ["sub/new.py"], "Taken in part: sub/new.py."),
        (APP + DELETE, "Kimi: delete old.py", {"app.py": CHANGED["app.py"]}, ["app.py"],
         "Left as it was: old.py."),
        (APP + RENAME, "Kimi: rename old.py to sub/newer.py", {"app.py": CHANGED["app.py"]},
         ["app.py"], "Left as it was: old.py."),
        (DELETE, "Kimi: delete old.py", {}, [], "Left as it was: old.py."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("opened", [(), ("shapes.py",)])
def test_person_who_leaves_something_out(
    reply: str,
    left: str,
    after: dict[str, str],
    files: list[str],
    said: str,
    opened: tuple[str, ...],
    kimi: Kimi,
    editor: MakeEditor,
) -> None:
    """What they agreed to is done, and they are told what of it was not."""
    one = editor()
    for path in (*opened, "app.py"):
        one.show(path)
    one.leaves_out = {left}
    end = ask(one, kimi, reply)
    assert (end["state"], end["applied"], paths(one, end)) == ("done", True, files), end
    assert end["message"] == said
    assert one.texts() == {**FILES, **after}


def test_person_who_says_no(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.applies = False
    end = ask(one, kimi, APP + SHAPES)
    assert (end["state"], end["applied"], len(one.edits)) == ("cancelled", False, 1), end


def test_editor_that_stops_halfway_is_told_of(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(NEOVIM)
    one.show("shapes.py")
    one.show("app.py")
    end = ask(one, kimi, APP + SHAPES)
    one.breaks = 1
    done = one.run("kimi.apply", job=end["job"], confirmed=True)
    assert (done["state"], done["reason"], done["applied"]) == ("refused", "stale", False), done
    assert paths(one, done) == ["app.py"]
    assert "app.py" in done["message"]
    assert "shapes.py" in done["message"]


@pytest.mark.parametrize("client", ["neovim", "none"])
def test_held_where_nobody_can_be_asked(client: str, kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(CLIENTS[client])
    end = ask(one, kimi, APP + SHAPES + NEW + DELETE)
    assert (end["state"], end["applied"], one.edits) == ("done", False, []), end
    shown = [(hunk["uri"].rpartition("/")[2], hunk.get("operation")) for hunk in end["hunks"]]
    assert shown == [
        ("app.py", None), ("shapes.py", None), ("new.py", "create"), ("old.py", "delete")
    ]  # fmt: skip
    assert [bool(hunk.get("confirm")) for hunk in end["hunks"]] == [False, True, True, True]
    diff = one.run("kimi.show", job=end["job"], what="diff")["text"]
    assert "+print(shapes.square(2))\n" in diff
    assert "--- /dev/null\n+++ b/sub/new.py\n@@ -0,0 +1 @@\n+n = 1\n" in diff
    assert "--- a/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-unused = 1\n" in diff
    assert one.texts() == FILES


def test_held_hunks_across_files(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(NEOVIM)
    end = ask(one, kimi, APP + SHAPES + NEW + DELETE)
    unasked = one.run("kimi.apply", job=end["job"], hunks=["2"])
    assert (unasked["applied"], one.edits) == (False, []), unasked
    done = one.run("kimi.apply", job=end["job"], hunks=["1", "3"], confirmed=True)
    assert (done["applied"], paths(one, done)) == (True, ["app.py", "sub/new.py"]), done
    assert one.texts() == {**FILES, "app.py": CHANGED["app.py"], "sub/new.py": "n = 1\n"}
    one.write("old.py", "unused = 1  # no, it is used\n")
    stale = one.run("kimi.apply", job=end["job"], confirmed=True)
    assert (stale["state"], stale["reason"]) == ("refused", "stale"), stale
    assert one.texts()["shapes.py"] == FILES["shapes.py"], "all or nothing"
    one.write("old.py", FILES["old.py"])
    done = one.run("kimi.apply", job=end["job"], confirmed=True)
    assert (done["applied"], paths(one, done)) == (True, ["shapes.py", "old.py"]), done
    assert "old.py" not in one.texts()


def test_control_files_are_accepted_one_by_one(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(NEOVIM)
    ask(one, kimi, APP + TASKS + CI)
    cursor = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    entries = {each["title"]: each["command"]["arguments"][0] for each in one.menu(cursor)}
    assert one.run("kimi.apply", **entries["Apply Kimi's change"])["applied"]
    assert one.texts() == {**FILES, "app.py": CHANGED["app.py"]}
    end = one.run("kimi.apply", **entries["Apply Kimi's change of .vscode/tasks.json"])
    assert paths(one, end) == [".vscode/tasks.json"]
    assert one.texts()[".github/workflows/ci.yml"] == FILES[".github/workflows/ci.yml"]


@pytest.mark.parametrize(
    ("reply", "said"), [(NEW, "sub/new.py"), (DELETE, "old.py"), (RENAME, "old.py")]
)
def test_editor_that_does_nothing_to_files(
    reply: str, said: str, kimi: Kimi, editor: MakeEditor
) -> None:
    one = editor(CANNOT)
    end = ask(one, kimi, APP + reply)
    assert (end["state"], end["applied"], one.edits) == ("done", False, []), end
    assert said in end["message"]
    assert len(end["hunks"]) == 2
    cannot = one.run("kimi.apply", job=end["job"], confirmed=True)
    assert (cannot["state"], cannot["applied"], one.edits) == ("refused", False, []), cannot
    assert said in cannot["message"]
    if reply == NEW:
        one.write("sub/new.py", "")
        done = one.run("kimi.apply", job=end["job"], confirmed=True)
        assert done["applied"], done
        assert one.texts()["sub/new.py"] == "n = 1\n"


def test_second_try_shows_lines_of_the_other_document(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.show("shapes.py")
    one.show("app.py")
    kimi.say(reply={"content": APP + SHAPES.replace("area(r)", "area(radius)")}, times=1)
    end = ask(one, kimi, APP + SHAPES)
    assert (end["applied"], end["usage"]["requests"]) == (True, 2), end
    told = kimi.chats()[-1]["body"]["messages"][-1]["content"]
    assert "Block 1 was not found in shapes.py." in told
    assert "def area(r):" in told


def test_second_try_shows_nothing_of_a_file_that_is_not_open(
    kimi: Kimi, editor: MakeEditor
) -> None:
    one = editor()
    end = ask(one, kimi, APP + SHAPES.replace("area(r)", "area(radius)"))
    assert (end["state"], end["reason"]) == ("refused", "not_found"), end
    assert len(kimi.chats()) == 1


def test_second_try_never_shows_what_stays_on_the_machine(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.write(".kimiignore", "shapes.py\n")
    one.show("shapes.py")
    one.show("app.py")
    end = ask(one, kimi, APP + SHAPES.replace("area(r)", "area(radius)"))
    assert (end["state"], end["reason"]) == ("refused", "not_found"), end
    assert len(kimi.chats()) == 1


@pytest.mark.parametrize("text", ["", "\n"])
@pytest.mark.parametrize("client", ["full", "neovim"])
def test_document_that_holds_nothing_is_filled(
    text: str, client: str, kimi: Kimi, editor: MakeEditor
) -> None:
    one = editor(CLIENTS[client])
    one.show("empty.py", text)
    end = ask(one, kimi, MAKES)
    assert (end["applied"], one.document.text) == (True, "n = 1\n"), end
    end = ask(one, kimi, MAKES)
    assert (end["state"], end["reason"]) == ("refused", "empty_search"), end


def test_folders_are_told_apart_by_their_names(kimi: Kimi, tmp_path: Path) -> None:
    class Two(FolderEditor):
        def workspace(self, folder: Path) -> list[str]:
            return [(folder / "work" / name).as_uri() for name in ("one", "two")]

    one = Two(kimi, tmp_path, FULL)
    for folder in ("one", "two"):
        one.write(f"{folder}/a.py", f"{folder} = 1\n")
    one.show("one/a.py")
    there = "two/a.py\n" + block("two = 1\n", "two = 2\n")
    end = ask(one, kimi, block("one = 1\n", "one = 2\n") + there)
    assert end["applied"], end
    assert one.texts() == {"one/a.py": "one = 2\n", "two/a.py": "two = 2\n"}
    end = ask(one, kimi, "a.py\n" + block("two = 1\n", "two = 2\n"))
    assert (end["state"], end["reason"]) == ("refused", "path_outside_workspace"), end
    one.close()


def test_nothing_is_said_of_a_client_without_any_capability(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(NONE)
    end = ask(one, kimi, APP + NEW)
    assert (end["state"], end["applied"]) == ("done", False), end
    assert "message" not in end
