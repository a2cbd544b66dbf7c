"""Writing a proposal to the disk: every file, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kimi_lsp.disk import File, OvertakenError, write


def texts(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes().decode() for file in files}


def made(folder: Path) -> list[File]:
    """One file changed, one made, one renamed, one deleted."""
    for name in ("a", "b", "c"):
        (folder / name).write_bytes(f"{name}\r\n".encode())
    return [
        File(folder / "a", "a", "a\r\n", "A\r\n"),
        File(folder / "sub/new", "sub/new", None, "new"),
        File(folder / "b", "b", "b\r\n", "B", folder / "sub/b"),
        File(folder / "c", "c", "c\r\n", None),
    ]


BEFORE = {"a": "a\r\n", "b": "b\r\n", "c": "c\r\n"}


def test_all(tmp_path: Path) -> None:
    write(made(tmp_path))
    assert texts(tmp_path) == {"a": "A\r\n", "sub/new": "new", "sub/b": "B"}


@pytest.mark.parametrize(
    ("path", "text"), [("a", "typed"), ("sub/new", "there"), ("sub/b", "there"), ("c", "typed")]
)
def test_none_where_one_was_overtaken(path: str, text: str, tmp_path: Path) -> None:
    files = made(tmp_path)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    with pytest.raises(OvertakenError):
        write(files)
    assert texts(tmp_path) == {**BEFORE, path: text}


def test_none_where_one_cannot_be_written(tmp_path: Path) -> None:
    files = made(tmp_path)
    blocked = File(tmp_path / "a" / "below", "a/below", None, "x")
    with pytest.raises(OSError, match=r"below|exists|directory"):
        write([*files, blocked])
    assert texts(tmp_path) == BEFORE
