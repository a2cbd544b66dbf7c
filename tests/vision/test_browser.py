"""Which browser is found: the one that is named, else the first in its usual places, else none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kimi_lsp.vision.browser import Browser, NoBrowser, find


def program(folder: Path, name: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_a_browser_of_the_path(tmp_path: Path) -> None:
    chrome = program(tmp_path / "a", "google-chrome")
    assert find({"PATH": str(tmp_path / "a")}, platform="linux") == Browser(chrome)
    chromium = program(tmp_path / "b", "chromium")
    path = f"{tmp_path / 'a'}:{tmp_path / 'b'}"
    assert find({"PATH": path}, platform="linux") == Browser(chromium)


def test_one_that_is_named_is_meant(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    mine = program(tmp_path, "my-browser")
    path = {"PATH": str(tmp_path)}
    assert find({**path, "KIMI_BROWSER": mine}) == Browser(mine)
    assert find({**path, "KIMI_BROWSER": "my-browser"}) == Browser(mine)
    assert find({**path, "KIMI_BROWSER": "gone"}) == NoBrowser("gone")
    assert find({**path, "KIMI_BROWSER": "gone"}, mine) == Browser(mine)


def test_none(tmp_path: Path) -> None:
    (tmp_path / "chromium").write_text("no program")
    assert find({"PATH": str(tmp_path)}, platform="darwin") == NoBrowser()


def test_a_program_of_the_folder_we_are_in_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "chromium")
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", ":.:"):
        assert find({"PATH": path}, platform="darwin") == NoBrowser()


def test_macs_and_windows(tmp_path: Path) -> None:
    edge = "Microsoft Edge.app/Contents/MacOS"
    mine = program(tmp_path / "Applications" / edge, "Microsoft Edge")
    assert find({"HOME": str(tmp_path)}, platform="darwin") == Browser(mine)
