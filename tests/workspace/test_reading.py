"""Files that are not open: read inside the folders, by name and really, and nowhere else."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kimi_lsp.workspace import guard
from kimi_lsp.workspace.gate import Withheld
from tests.workspace.test_secrets import SECRET
from tests.workspace.tree import gate, grow, rule_of

OUTSIDE = "outside the workspace"
TREE: dict[str, str | bytes] = {
    "ws/src/app.py": "inside",
    "ws/bom.py": b"\xef\xbb\xbfx\r\n",
    "ws/latin.txt": b"caf\xe9",
    "ws/zero.bin": b"a\0b",
    "ws/.gitignore": "made/\n",
    "ws/made/a.py": "made",
    "ws/.env": "secret",
    "ws/.git/description": "git",
    "ws/to_file": "-> src/app.py",
    "ws/to_folder": "-> src",
    "ws/to_link": "-> to_folder/../to_file",
    "ws/to_secret": "-> .env",
    "ws/to_outside": "-> ../outside/far.py",
    "ws/to_outside_folder": "-> ../outside",
    "ws/there_and_back": "-> ../outside/back",
    "ws/to_sibling": "-> ../ws-sibling/a.py",
    "ws/absolute": "-> /etc/hostname",
    "ws/dangling": "-> nowhere",
    "ws/loop": "-> loop",
    "outside/far.py": "far",
    "outside/back": "-> ../ws/src/app.py",
    "ws-sibling/a.py": "sibling",
    "door": "-> ws",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    grow(tmp_path, TREE)
    return tmp_path


@pytest.fixture(params=["walked", "compared"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening: that of systems that can walk, and that of Windows."""
    monkeypatch.setattr(guard, "_WALKS", request.param == "walked")
    return request.param


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app.py", ""),
        ("to_file", ""),
        ("to_folder/app.py", ""),
        ("to_link", ""),
        ("there_and_back", ""),
        ("made/a.py", ".gitignore line 1: made/"),
        (".env", "the built-in list of secret files: .env*"),
        ("to_secret", "the built-in list of secret files: .env* (through a link)"),
        (".git/description", "git's own files: .git"),
        ("to_outside", f"{OUTSIDE} (through a link)"),
        ("to_outside_folder/far.py", f"{OUTSIDE} (through a link)"),
        ("to_sibling", f"{OUTSIDE} (through a link)"),
        ("absolute", f"{OUTSIDE} (through a link)"),
        ("loop", "cannot be judged: its real path cannot be found"),
        ("dangling", "there is no such file"),
        ("nowhere/at/all", "there is no such file"),
        ("src", "not a regular file"),
        ("", OUTSIDE),
        ("latin.txt", "not UTF-8 text"),
        ("zero.bin", "not UTF-8 text"),
        ("../outside/far.py", OUTSIDE),
        ("%2e%2e/outside/far.py", OUTSIDE),
        ("src%2F..%2Fsrc/app.py", OUTSIDE),
        ("to_outside_folder/../ws/src/app.py", OUTSIDE),
        ("src/app.py?x", "cannot be judged: its address is no plain path"),
        ("src/app.py#x", "cannot be judged: its address is no plain path"),
        ("src/app.py%00", "cannot be judged: its address is no plain path"),
        ("../ws-sibling/a.py", OUTSIDE),
    ],
)
def test_reading(tree: Path, path: str, expected: str) -> None:
    found = gate(tree / "ws").read(f"{(tree / 'ws').as_uri()}/{path}")
    assert found == "inside" if not expected else rule_of(found) == expected


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/hostname",
        "file://host/etc/hostname",
        "file:////etc/hostname",
        "untitled:{ws}/src/app.py",
        "vscode-vfs://github{ws}/src/app.py",
        "git:{ws}/src/app.py",
        "vscode-notebook-cell:{ws}/src/app.py",
        "{ws}/src/app.py",
        "file:{sibling}/a.py",
        "",
    ],
)
def test_what_is_no_file_of_the_workspace(tree: Path, uri: str) -> None:
    ws, sibling = str(tree / "ws"), str(tree / "ws-sibling")
    found = gate(tree / "ws").read(uri.replace("{ws}", ws).replace("{sibling}", sibling))
    assert isinstance(found, Withheld)


def test_bytes_are_kept(tree: Path) -> None:
    assert gate(tree / "ws").read((tree / "ws/bom.py").as_uri()) == "\ufeffx\r\n"


def test_data(tree: Path) -> None:
    """Bytes that need be no text, by the same rules."""
    one, ws = gate(tree / "ws"), (tree / "ws").as_uri()
    assert one.data(f"{ws}/latin.txt") == b"caf\xe9"
    for path in (".env", "made/a.py", "to_outside", "to_secret", "loop", ".git/description"):
        data, text = one.data(f"{ws}/{path}"), one.read(f"{ws}/{path}")
        assert isinstance(data, Withheld)
        assert data == text


def test_size(tree: Path) -> None:
    read, uri = gate(tree / "ws").read, (tree / "ws/src/app.py").as_uri()
    assert read(uri, most=6) == "inside"
    assert rule_of(read(uri, most=5)) == "larger than 5 bytes"


def test_a_folder_that_is_a_link_is_where_it_leads(tree: Path) -> None:
    assert gate(tree / "door").read((tree / "door/src/app.py").as_uri()) == "inside"
    found = gate(tree / "door").read((tree / "door/made/a.py").as_uri())
    assert rule_of(found) == ".gitignore line 1: made/"
    assert rule_of(gate(tree / "door").read((tree / "ws/src/app.py").as_uri())) == OUTSIDE


def test_a_link_into_another_folder_of_the_workspace(tree: Path) -> None:
    uri = (tree / "ws/to_outside").as_uri()
    assert gate(tree / "ws", tree / "outside").read(uri) == "far"
    found = gate(tree / "ws", tree / "outside", exclude=["/far.py"]).read(uri)
    assert rule_of(found) == "exclude: /far.py (through a link)"


def test_without_folders_nothing_is_read(tree: Path) -> None:
    assert rule_of(gate().read((tree / "ws/src/app.py").as_uri())) == OUTSIDE


@pytest.mark.usefixtures("way")
def test_hard_link(tree: Path) -> None:
    os.link(tree / "outside/far.py", tree / "ws/hard.py")
    found = gate(tree / "ws").read((tree / "ws/hard.py").as_uri())
    assert "hard link" in (rule_of(found) or "")


@pytest.mark.usefixtures("way")
def test_pipes_sockets_and_devices_are_not_opened(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tree / "ws/pipe")
    monkeypatch.chdir(tree / "ws")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        read = gate(tree / "ws", Path("/dev")).read
        opened = list[str]()
        real = os.open
        monkeypatch.setattr(
            os, "open", lambda path, *args, **told: opened.append(path) or real(path, *args, **told)
        )
        uris = [(tree / "ws/pipe").as_uri(), (tree / "ws/socket").as_uri(), "file:///dev/zero"]
        assert [rule_of(read(uri)) for uri in uris] == ["not a regular file"] * 3
    assert not {os.path.basename(path) for path in opened} & {"pipe", "socket", "zero"}


@pytest.mark.usefixtures("way")
def test_a_pipe_that_appears_just_before_it_is_opened(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real = tree / "ws/src/app.py", os.open

    def swapping(name: str, *args: int, **told: int | None) -> int:
        if name.endswith("app.py"):
            path.unlink()
            os.mkfifo(path)
        return real(name, *args, **told)

    monkeypatch.setattr(os, "open", swapping)
    found = gate(tree / "ws").read(path.as_uri())
    assert rule_of(found) == "not a regular file"


@pytest.mark.parametrize("kind", SECRET)
def test_no_secret_is_read(tmp_path: Path, kind: str) -> None:
    """A canary of each kind, by its name and through a link with a harmless one."""
    inside = SECRET[kind].removeprefix("/")
    grow(tmp_path, {inside: "canary", "notes.txt": f"-> {inside}", "door": "-> ."})
    read = gate(tmp_path).read
    for path in (inside, "notes.txt", f"door/{inside}"):
        found = read((tmp_path / path).as_uri())
        assert "the built-in list of secret files" in (rule_of(found) or ""), path


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("victim", ["ws", "ws/src", "ws/src/app.py"])
@pytest.mark.parametrize("opening", range(1, 24))
def test_a_link_that_appears_between_two_openings(
    tree: Path, victim: str, opening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each opening in turn, a step of the path becomes a link to what lies outside."""
    grow(tree, {"evil/src/app.py": "far", "evil/app.py": "far", "evil-file": "far"})
    ends = {"ws": "evil", "ws/src": "evil", "ws/src/app.py": "evil-file"}
    read, uri = gate(tree / "ws").read, (tree / "ws/src/app.py").as_uri()
    count, real = 0, os.open

    def swapping(*args: str | int, **told: int | None) -> int:
        nonlocal count
        count += 1
        if count == opening:
            (tree / victim).rename(tree / "gone")
            (tree / victim).symlink_to(tree / ends[victim])
        return real(*args, **told)  # pyright: ignore

    monkeypatch.setattr(os, "open", swapping)
    found = read(uri)
    assert found == "inside" or isinstance(found, Withheld)


@pytest.mark.usefixtures("way")
def test_a_link_that_is_there_only_while_the_file_is_opened(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept, real = tree / "ws/src/app.py", tree / "ws/src/kept", os.open

    def swapping(name: str, *args: int, **told: int | None) -> int:
        if not name.endswith("app.py"):
            return real(name, *args, **told)
        path.rename(kept)
        path.symlink_to(tree / "outside/far.py")
        try:
            return real(name, *args, **told)
        finally:
            path.unlink()
            kept.rename(path)

    # Windows has no flag that keeps a link from being followed.
    monkeypatch.setattr(
        guard, "_FILE", guard._FILE & ~guard._NO_FOLLOW if not guard._WALKS else guard._FILE
    )
    monkeypatch.setattr(os, "open", swapping)
    found = gate(tree / "ws").read(path.as_uri())
    assert rule_of(found) == "cannot be judged: it was replaced while it was read"


def test_something_is_withheld_when_a_step_is_swapped(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[[str], str | None] = guard.real_path

    def late(path: str) -> str | None:
        found = real(path)
        if path.endswith("app.py"):
            (tree / "ws/src").rename(tree / "gone")
            (tree / "ws/src").symlink_to(tree / "outside")
            grow(tree, {"outside/app.py": "far"})
        return found

    monkeypatch.setattr("kimi_lsp.workspace.gate.real_path", late)
    found = gate(tree / "ws").read((tree / "ws/src/app.py").as_uri())
    assert rule_of(found) == "cannot be judged: it was replaced while it was read"


@pytest.mark.usefixtures("way")
def test_a_thread_that_swaps_links_while_files_are_read(tree: Path) -> None:
    grow(tree, {"outside/app.py": "far", "ws/swung": "-> src", "ws/file": "-> src/app.py"})
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            for target, file in (("../outside", "../outside/far.py"), ("src", "src/app.py")):
                for name, end in (("swung", target), ("file", file)):
                    os.symlink(end, tree / "spare")
                    os.replace(tree / "spare", tree / "ws" / name)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        read = gate(tree / "ws").read
        uris = [(tree / "ws/swung/app.py").as_uri(), (tree / "ws/file").as_uri()]
        found = [read(uri) for _ in range(200) for uri in uris]
    finally:
        done.set()
        thread.join()
    assert {one for one in found if isinstance(one, str)} <= {"inside"}
