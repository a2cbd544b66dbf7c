"""What may be sent: open documents, as they are named and as they lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from kimi_lsp.workspace import ignore, patterns, roots
from kimi_lsp.workspace.gate import Gate
from kimi_lsp.workspace.ignore import MOST_BYTES
from kimi_lsp.workspace.roots import Roots
from tests.workspace.tree import gate, grow, rule_of

TREE: dict[str, str | bytes] = {
    "ws/.git/HEAD": "ref",
    "ws/.gitignore": "# what is made\nbuild/\n*.log\n",
    "ws/.kimiignore": "private/\n!build/\n",
    "ws/src/app.py": "app",
    "ws/src/.gitignore": "made.py\n!*.log\n",
    "ws/build/app.js": "app",
    "ws/private/plan.md": "plan",
    "ws/.env": "KEY=1",
    "ws/notes.txt": "-> .env",
    "ws/far.txt": "-> notes.txt",
    "ws/door": "-> ../outside",
    "ws/loop": "-> pool",
    "ws/pool": "-> loop",
    "ws/hidden.py": "-> private/plan.md",
    "outside/app.py": "app",
    "outside/.env": "KEY=1",
    "outside/.kimiignore": "*.md\n",
    "outside/deep/plan.md": "plan",
    "other/.git/HEAD": "ref",
    "other/.gitignore": "gen\n",
    "other/gen/x.py": "x",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    grow(tmp_path, TREE)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("ws/src/app.py", None),
        ("ws/src/not_there_yet.py", None),
        ("ws/new/folder/not_there_yet.py", None),
        ("ws/.env", "the built-in list of secret files: .env*"),
        ("ws/build/app.js", ".gitignore line 2: build/"),
        ("ws/build/not_there_yet.js", ".gitignore line 2: build/"),
        ("ws/debug.log", ".gitignore line 3: *.log"),
        ("ws/src/debug.log", None),
        ("ws/src/made.py", "src/.gitignore line 1: made.py"),
        ("ws/private/plan.md", ".kimiignore line 1: private/"),
        ("ws/sql/schema.sql", "exclude: *.sql"),
        ("ws/notes.txt", "the built-in list of secret files: .env* (through a link)"),
        ("ws/far.txt", "the built-in list of secret files: .env* (through a link)"),
        ("ws/hidden.py", ".kimiignore line 1: private/ (through a link)"),
        ("ws/loop", "cannot be judged: its real path cannot be found"),
        ("ws/loop/app.py", "cannot be judged: its real path cannot be found"),
        ("ws/nowhere/../loop/app.py", "cannot be judged: its real path cannot be found"),
        ("ws/src/app.py/x", "cannot be judged: its real path cannot be found"),
        # Outside, which is for open documents allowed; the rules hold all the same.
        ("outside/app.py", None),
        ("ws/door/app.py", None),
        ("outside/.env", "the built-in list of secret files: .env*"),
        ("ws/door/dump.sql", "exclude: *.sql"),
        ("outside/dump.sql", "exclude: *.sql"),
        ("other/gen/x.py", "{tmp}/other/.gitignore line 1: gen"),
        ("outside/deep/plan.md", "{tmp}/outside/.kimiignore line 1: *.md"),
        ("ws/src/%2e%2e/.env", "the built-in list of secret files: .env*"),
        ("ws/src/../build/app.js", ".gitignore line 2: build/"),
        ("ws/door/../ws/.env", "the built-in list of secret files: .env*"),
        ("ws/%2Eenv", "the built-in list of secret files: .env*"),
        ("ws/a.txt?/.env", "the built-in list of secret files: .env*"),
        ("ws/a.txt#x/id_rsa", "the built-in list of secret files: id_rsa*"),
        ("ws/a%00b", "cannot be judged: its address is no plain path"),
        ("ws/" + "a" * 300, "cannot be judged: its real path cannot be found"),
    ],
)
def test_files(tree: Path, path: str, rule: str | None) -> None:
    found = gate(tree / "ws", exclude=["*.sql"]).judge(f"{tree.as_uri()}/{path}")
    assert rule_of(found) == (rule and rule.replace("{tmp}", str(tree)))


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("untitled:Untitled-1", None),
        ("untitled:{ws}/.env", "the built-in list of secret files: .env*"),
        ("untitled:.env.local", "the built-in list of secret files: .env*"),
        ("untitled:dump.sql", "exclude: *.sql"),
        ("git:{ws}/src/app.py?%7B%22ref%22%3A%22~%22%7D", None),
        ("git:{ws}/.env?%7B%22ref%22%3A%22~%22%7D", "the built-in list of secret files: .env*"),
        ("git:{ws}/build/app.js?x", ".gitignore line 2: build/"),
        (
            "review:x?%7B%22path%22%3A%22src%2F.env%22%7D",
            "the built-in list of secret files: .env*",
        ),
        ("conflict:x#/h/.aws/credentials", "the built-in list of secret files: .aws/"),
        ("vscode-vfs://github/o/r/src/app.py", None),
        ("vscode-vfs://github/o/r/server.key", "the built-in list of secret files: *.key"),
        ("vscode-vfs://github/o/r/a/dump.sql", "exclude: *.sql"),
        ("zipfile:///a/app.zip::.env", "the built-in list of secret files: *.env"),
        ("vscode-notebook-cell:{ws}/src/a.ipynb#W0sZmlsZQ%3D%3D", None),
        ("vscode-notebook-cell:{ws}/build/a.ipynb#W0sZmlsZQ%3D%3D", ".gitignore line 2: build/"),
        (
            "vscode-notebook-cell:{ws}/hidden.py#W1",
            ".kimiignore line 1: private/ (through a link)",
        ),
        ("vscode-notebook-cell:Untitled-1.ipynb#W1", None),
        ("file://localhost{ws}/.env", "the built-in list of secret files: .env*"),
        ("FILE://{ws}/.env", "the built-in list of secret files: .env*"),
        ("file://host/share/a.py", "on another machine or a network share"),
        ("file:////host/share/a.py", "on another machine or a network share"),
        ("file:///%5C%5Chost%5Cshare%5Ca.py", "on another machine or a network share"),
        ("file:///%3F%3F/C:/a.py", "on another machine or a network share"),
        ("file:///c%3A/a.py", None),
        ("file:///c%3A/.env", "the built-in list of secret files: .env*"),
        ("file:///c:%5Cw%5C.env", "the built-in list of secret files: .env*"),
        ("file:a.py", "cannot be judged: its address is no plain path"),
        ("file://[", "cannot be judged: its address is no plain path"),
        ("", "cannot be judged: its address is no plain path"),
        ("/etc/passwd", "cannot be judged: its address is no plain path"),
        ("file:///\ud800", "cannot be judged: its real path cannot be found"),
    ],
)
def test_addresses(tree: Path, uri: str, rule: str | None) -> None:
    found = gate(tree / "ws", exclude=["*.sql"]).judge(uri.replace("{ws}", str(tree / "ws")))
    assert rule_of(found) == rule


@pytest.mark.parametrize(
    ("exclude", "path", "rule"),
    [
        (["/db"], "ws/db/x.py", "exclude: /db"),
        (["/db"], "ws/src/db/x.py", None),
        (["*.py", "!app.py"], "ws/src/app.py", None),
        # Another source takes nothing back.
        ([["*.py"], ["!app.py"]], "ws/src/app.py", "exclude: *.py"),
        (["*.py", ["!app.py"]], "ws/src/app.py", "exclude: *.py"),
        (["!build/", "!.env", "!private/"], "ws/build/app.js", ".gitignore line 2: build/"),
        (["!build/", "!.env", "!private/"], "ws/.env", "the built-in list of secret files: .env*"),
        (["!build/", "!.env", "!private/"], "ws/private/a", ".kimiignore line 1: private/"),
    ],
)
def test_exclude(
    tree: Path, exclude: Sequence[str | Sequence[str]], path: str, rule: str | None
) -> None:
    found = rule_of(gate(tree / "ws", exclude=exclude).judge((tree / path).as_uri()))
    assert found == rule


def test_a_pattern_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 1e-6)
    slow, uri = "*a" * 30 + "*b?", (tmp_path / ("a" * 200 + "b")).as_uri()
    found = gate(tmp_path, exclude=[slow]).judge(uri)
    assert rule_of(found) == "cannot be judged: a pattern of exclude takes too long"
    grow(tmp_path, {".gitignore": slow})
    found = gate(tmp_path).judge(uri)
    assert rule_of(found) == "cannot be judged: a pattern of .gitignore takes too long"


def test_exclude_counts_from_each_folder(tree: Path) -> None:
    judge = gate(tree / "ws", tree / "ws/src", tree / "other", exclude=["/x.py"]).judge
    judged = [judge((tree / path).as_uri()) for path in ("ws/src/x.py", "other/x.py", "ws/a/x.py")]
    assert [rule_of(one) for one in judged] == ["exclude: /x.py", "exclude: /x.py", None]
    assert judged[0] is not None
    assert judged[0].what == "src/x.py"


IRREGULAR = "cannot be judged: .kimiignore is a link, or no regular file"


@pytest.mark.parametrize(
    ("file", "rule"),
    [
        ("-> .gitignore", IRREGULAR),
        ("-> not_there", IRREGULAR),
        (b"\xff*.py\n", "cannot be judged: .kimiignore is not UTF-8 text"),
        (b"a\0b\n", "cannot be judged: .kimiignore is not UTF-8 text"),
        (b"#" * (MOST_BYTES + 1), "cannot be judged: .kimiignore is too large"),
        (b"#" * MOST_BYTES, None),
    ],
)
def test_ignore_file_that_cannot_be_judged(
    tmp_path: Path, file: str | bytes, rule: str | None
) -> None:
    grow(tmp_path, {".kimiignore": file, ".gitignore": "x", "a.py": "a"})
    assert rule_of(gate(tmp_path).judge((tmp_path / "a.py").as_uri())) == rule


def test_ignore_file_that_is_a_pipe_or_a_folder(tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    os.mkfifo(tmp_path / ".kimiignore")
    assert rule_of(gate(tmp_path).judge(uri)) == IRREGULAR
    (tmp_path / ".kimiignore").unlink()
    (tmp_path / ".kimiignore").mkdir()
    assert rule_of(gate(tmp_path).judge(uri)) == IRREGULAR


def test_ignore_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> os.stat_result:
        raise PermissionError(13, "Permission denied", path)

    judge, uri = gate(tmp_path).judge, (tmp_path / "a.py").as_uri()
    monkeypatch.setattr(ignore.os, "lstat", refuse)
    monkeypatch.setattr("kimi_lsp.workspace.gate.real_path", lambda path: path)
    assert (rule_of(judge(uri)) or "").startswith("cannot be judged: ")


def test_a_change_of_an_ignore_file_counts_at_once(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the files had been there long enough for their stamps to be relied on.
    monkeypatch.setattr(ignore, "_TICK_NANOSECONDS", 0)
    judge, uri = gate(tree / "ws").judge, (tree / "ws/src/app.py").as_uri()
    assert judge(uri) is None
    assert judge(uri) is None
    (tree / "ws/src/.kimiignore").write_text("app.py\n")
    assert rule_of(judge(uri)) == "src/.kimiignore line 1: app.py"
    (tree / "ws/src/.kimiignore").write_text("\n\napp.py\n")
    assert rule_of(judge(uri)) == "src/.kimiignore line 3: app.py"
    (tree / "ws/src/.kimiignore").unlink()
    assert judge(uri) is None
    (tree / "ws/src/app.py").unlink()
    (tree / "ws/src/app.py").symlink_to("../.env")
    assert judge(uri) is not None


def test_nothing_is_parsed_again_while_nothing_changes(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ignore, "_TICK_NANOSECONDS", 0)
    parsed = list[str]()
    real = ignore.bytes_at
    monkeypatch.setattr(
        ignore,
        "bytes_at",
        lambda path, most, *, single: parsed.append(path) or real(path, most, single=single),
    )
    judge = gate(tree / "ws").judge
    for name in ("app.py", "app.py", "other.py", "app.py"):
        judge((tree / "ws/src" / name).as_uri())
    assert sorted(parsed) == sorted(set(parsed))
    assert len(parsed) == 3


@pytest.mark.parametrize(
    ("folder", "path", "rule"),
    [
        ("repo/sub", "repo/sub/a.log", "../.gitignore line 1: *.log"),
        ("repo", "repo/nested/a.log", ".gitignore line 1: *.log"),
        ("", "repo/a.log", "repo/.gitignore line 1: *.log"),
        # A repository of one's home is no repository of what has one of its own.
        ("home/work", "home/work/app/a.py", None),
        ("home/work", "home/work/a.py", "../.gitignore line 1: *"),
        ("plain", "plain/deep/a.log", ".gitignore line 1: *.log"),
        ("plain/deep", "plain/deep/a.log", None),
    ],
)
def test_how_far_up_gitignore_counts(
    tmp_path: Path, folder: str, path: str, rule: str | None
) -> None:
    grow(
        tmp_path,
        {
            "repo/.git/HEAD": "ref",
            "repo/.gitignore": "*.log\n",
            "repo/nested/.git": "gitdir: elsewhere",
            "home/.git/HEAD": "ref",
            "home/.gitignore": "*\n",
            "home/work/app/.git/HEAD": "ref",
            "plain/.gitignore": "*.log\n",
            "plain/deep/a.log": "a",
        },
    )
    assert rule_of(gate(tmp_path / folder).judge((tmp_path / path).as_uri())) == rule


def test_what_others_wrote_is_shown_on_one_short_line(tmp_path: Path) -> None:
    grow(tmp_path, {".gitignore": "*\x1b[31m\r" + "*" * 300})
    rule = rule_of(gate(tmp_path).judge((tmp_path / "a\x1b[31mb").as_uri())) or ""
    assert rule.isprintable()
    assert len(rule) < 160


def test_drive_letters_are_read_however_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import PureWindowsPath

    monkeypatch.setattr(roots, "PurePath", PureWindowsPath)
    monkeypatch.setattr(roots, "_local", lambda path: path.removeprefix("/").replace("%20", " "))
    assert roots.path_of("file:///c%3A/a%20b/x.py") == PureWindowsPath("C:/a b/x.py")
    assert roots.path_of("file:///C:/a%20b/x.py") == PureWindowsPath("c:/a b/x.py")


def test_a_path_that_climbs_is_in_no_folder(tree: Path) -> None:
    folders = Roots.of({"rootUri": (tree / "ws").as_uri()})
    assert folders.folder(f"{tree.as_uri()}/ws/../outside/app.py") is None
    assert folders.shown(f"{tree.as_uri()}/ws/../outside/app.py") == "app.py"


def test_without_folders_an_open_document_is_judged_too(tree: Path) -> None:
    judge = Gate(Roots(), ["*.sql"]).judge
    assert judge((tree / "ws/src/app.py").as_uri()) is None
    assert rule_of(judge((tree / "a.sql").as_uri())) == "exclude: *.sql"
    assert rule_of(judge((tree / "ws/build/a.js").as_uri())) is not None
