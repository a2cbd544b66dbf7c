"""The clipboard of real desktops, and what the tools of the others write."""

from __future__ import annotations

import base64
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.errors import KimiError
from kimi_lsp.vision.intake import clipboard, opened
from kimi_lsp.vision.intake.clipboard import (
    EMPTY,
    OSASCRIPT,
    PNGPASTE,
    POWERSHELL,
    WL_PASTE,
    XCLIP,
    desktop,
    unpacked,
)
from tests.vision.desktops import copied_in_x, running, until, wayland, x_server
from tests.vision.samples import encoded

PICTURES = {
    "png": ("image/png", encoded("PNG")),
    "jpeg": ("image/jpeg", encoded("JPEG")),
    "bitmap": ("image/bmp", encoded("BMP")),
}


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with x_server(monkeypatch) as display:
        yield display


@pytest.mark.parametrize("case", PICTURES)
async def test_x(case: str, x: str) -> None:
    kind, data = PICTURES[case]
    with copied_in_x(kind, data):
        assert await clipboard.picture() == data
    made = await opened.parts(data, bitmap=True)
    assert not isinstance(made, BadPicture)
    assert made[0].data_url.startswith("data:image/png;base64,")  # type: ignore[union-attr]


async def test_x_with_words_only(x: str) -> None:
    with copied_in_x("UTF8_STRING", b"words"):
        assert await clipboard.picture() == EMPTY


async def test_x_with_nothing(x: str) -> None:
    assert await clipboard.picture() == EMPTY


async def test_x_whose_owner_hangs(x: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "SECONDS", 0.5)
    with copied_in_x("image/png", encoded("PNG")) as owner:
        owner.send_signal(signal.SIGSTOP)
        assert await clipboard.picture() == EMPTY


@pytest.mark.parametrize("case", PICTURES)
async def test_wayland(case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kind, data = PICTURES[case]
    with wayland(monkeypatch, tmp_path):
        assert await clipboard.picture() == EMPTY
        command = ("wl-copy", "--foreground", "--type", kind)
        with running(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:
            assert owner.stdin
            owner.stdin.write(data)
            owner.stdin.close()
            question = ("wl-paste", "--list-types")

            def owned() -> bool:
                said = subprocess.run(question, capture_output=True, text=True, check=False)
                return kind in said.stdout

            until(owned, "nothing was copied")
            assert await clipboard.picture() == data


@pytest.mark.parametrize(
    ("platform", "environment", "tools", "advice"),
    [
        ("linux", {"DISPLAY": ":0"}, (XCLIP,), "xclip"),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, (WL_PASTE,), "wl-clipboard"),
        ("linux", {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, (WL_PASTE, XCLIP), "wl-clipboard"),
        (
            "linux",
            {"WSL_DISTRO_NAME": "Debian", "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"},
            (POWERSHELL, WL_PASTE, XCLIP),
            "wl-clipboard",
        ),
        ("linux", {}, (), "xclip"),
        ("darwin", {}, (PNGPASTE, OSASCRIPT), "pngpaste"),
        ("win32", {}, (POWERSHELL,), "PowerShell"),
    ],
)
def test_desktops(
    platform: str, environment: dict[str, str], tools: tuple[object, ...], advice: str
) -> None:
    found = desktop(platform, environment)
    assert (found.tools, found.advice) == (tools, advice)


@pytest.mark.parametrize(
    ("environment", "words"),
    [({}, "no screen and no clipboard"), ({"DISPLAY": ":0"}, "Install xclip")],
)
async def test_no_tool_is_said(
    environment: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KimiError, match=words) as failed:
        await clipboard.picture()
    assert failed.value.reason == "unsupported"


async def test_a_tool_of_the_folder_at_hand_is_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "xclip").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "xclip").chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert shutil.which("xclip")
    with pytest.raises(KimiError):
        await clipboard.picture()
    assert not (tmp_path / "ran").exists()


PNG = encoded("PNG")


@pytest.mark.parametrize(
    ("out", "packed", "data"),
    [
        (PNG, "", PNG),
        (base64.b64encode(PNG) + b"\r\n", "base64", PNG),
        (b"", "base64", b""),
        (b"\xff\xff!", "base64", b""),
        ("«data PNGf".encode() + PNG.hex().upper().encode() + "»\n".encode(), "apple", PNG),
        (b"execution error: -1700", "apple", b""),
        ("«data PNGfABC»".encode(), "apple", b""),
    ],
)
def test_what_tools_write_is_unpacked(out: bytes, packed: str, data: bytes) -> None:
    assert unpacked(out, packed) == data
