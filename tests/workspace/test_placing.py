"""Where a new file may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.tree import gate, grow, rule_of

OUTSIDE = "outside the workspace"
TREE: dict[str, str | bytes] = {
    "ws/src/app.py": "app",
    "ws/.gitignore": "made/\n",
    "ws/.git/HEAD": "ref",
    "ws/inner": "-> src",
    "ws/door": "-> ../outside",
    "ws/file_door": "-> ../outside/new.py",
    "ws/dangling": "-> ../outside/not_there",
    "ws/dangling_inside": "-> src/not_there",
    "ws/to_sibling": "-> ../ws-sibling",
    "ws-sibling/a.py": "a",
    "ws/loop": "-> loop",
    "ws/secret": "-> .ssh",
    "ws/.ssh/config": "x",
    "ws/hooks": "-> .git/hooks",
    "outside/a.py": "a",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    grow(tmp_path, TREE)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("new.py", None),
        ("src/new.py", None),
        ("src/deep/er/new.py", None),
        ("inner/new.py", None),
        ("src/%5Bid%5D/page.tsx", None),
        ("src/(group)/%40slot/pa%20ge.tsx", None),
        ("src/caf%C3%A9.py", None),
        ("src/.prettierrc", None),
        ("src/console.py", None),
        ("src/auxiliary/com.py", None),
        ("src/app.py", "there is something at this path already"),
        ("src", "there is something at this path already"),
        ("src/app.py/new.py", "cannot be judged: its real path cannot be found"),
        ("", OUTSIDE),
        (".", OUTSIDE),
        ("door/new.py", f"{OUTSIDE} (through a link)"),
        ("door/deep/new.py", f"{OUTSIDE} (through a link)"),
        ("file_door", f"{OUTSIDE} (through a link)"),
        ("dangling", f"{OUTSIDE} (through a link)"),
        ("dangling/new.py", f"{OUTSIDE} (through a link)"),
        ("dangling_inside", "there is something at this path already"),
        ("to_sibling/new.py", f"{OUTSIDE} (through a link)"),
        ("loop/new.py", "cannot be judged: its real path cannot be found"),
        ("../outside/new.py", OUTSIDE),
        ("src/../../outside/new.py", OUTSIDE),
        ("%2e%2e/outside/new.py", OUTSIDE),
        ("src/%2e%2e/new.py", OUTSIDE),
        ("../ws-sibling/new.py", OUTSIDE),
        ("new.py?x", "cannot be judged: its address is no plain path"),
        ("new.py%00.txt", "cannot be judged: its address is no plain path"),
        ("c%3A/new.py", "not a name that is safe on every system: c:"),
        ("new.py%3Astream", "not a name that is safe on every system: new.py:stream"),
        ("new.py%3A%3A$DATA", "not a name that is safe on every system: new.py::$DATA"),
        ("src%5C..%5C..%5Cnew.py", r"not a name that is safe on every system: src\..\..\new.py"),
        ("new.py.", "not a name that is safe on every system: new.py."),
        ("new.py%20", "not a name that is safe on every system: new.py "),
        ("src./new.py", "not a name that is safe on every system: src."),
        ("%20/new.py", "not a name that is safe on every system:  "),
        (".../new.py", "not a name that is safe on every system: ..."),
        ("con", "not a name that is safe on every system: con"),
        ("src/NUL.py", "not a name that is safe on every system: NUL.py"),
        ("com1/new.py", "not a name that is safe on every system: com1"),
        ("GIT~1/hooks/x", "not a name that is safe on every system: GIT~1"),
        ("~/new.py", "not a name that is safe on every system: ~"),
        ("a%0Ab.py", "not a name that is safe on every system: a\ufffdb.py"),
        ("a%E2%80%AEb.py", "not a name that is safe on every system: a\ufffdb.py"),
        ("a%EF%BC%8Fb.py", "not a name that is safe on every system: a\uff0fb.py"),
        ("made/new.py", ".gitignore line 1: made/"),
        (".env", "the built-in list of secret files: .env*"),
        (".env.example", None),
        (".npmrc", "the built-in list of secret files: .npmrc"),
        ("secret/new", "the built-in list of secret files: .ssh/ (through a link)"),
        (".git/hooks/post-commit", "git's own files: .git"),
        (".GIT/hooks/post-commit", "git's own files: .GIT"),
        ("src/.git", "git's own files: .git"),
        (".g%E2%80%8Dit/x", "not a name that is safe on every system: .g\ufffdit"),
        ("hooks/post-commit", "git's own files: .git"),
        ("dump.sql", "exclude: *.sql"),
    ],
)
def test_placing(tree: Path, path: str, rule: str | None) -> None:
    found = gate(tree / "ws", exclude=["*.sql"]).place(f"{(tree / 'ws').as_uri()}/{path}")
    assert rule_of(found) == rule


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:{ws}/new.py",
        "vscode-vfs://github{ws}/new.py",
        "file://host{ws}/new.py",
        "file:///{ws}/new.py",
        "file:///%5C%5C%3F%5CC:%5Cnew.py",
        "file:///%5C%5C.%5Cpipe%5Cx",
        "file:///etc/new.py",
        "file:new.py",
        "{ws}/new.py",
        "",
    ],
)
def test_what_is_no_place(tree: Path, uri: str) -> None:
    assert gate(tree / "ws").place(uri.replace("{ws}", str(tree / "ws"))) is not None


def test_only_the_path_below_the_folder_must_be_safe(tmp_path: Path) -> None:
    grow(tmp_path, {"con. /a:b/src/app.py": "app"})
    folder = tmp_path / "con. /a:b"
    assert gate(folder).place((folder / "src/new.py").as_uri()) is None


def test_a_folder_that_is_a_link(tmp_path: Path) -> None:
    grow(tmp_path, {"ws/app.py": "app", "door": "-> ws"})
    assert gate(tmp_path / "door").place((tmp_path / "door/new.py").as_uri()) is None
    found = gate(tmp_path / "door").place((tmp_path / "ws/new.py").as_uri())
    assert rule_of(found) == OUTSIDE


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert gate(tmp_path / "ws").place((tmp_path / "ws/new.py").as_uri()) is None
    assert gate(tmp_path / "ws").place((tmp_path / "other/new.py").as_uri()) is not None
