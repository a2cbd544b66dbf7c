"""The screen of real desktops."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.intake import screen
from tests.vision.desktops import wayland, x_server

WHITE = (255, 255, 255)


async def test_x(monkeypatch: pytest.MonkeyPatch) -> None:
    with x_server(monkeypatch):
        seen = Image.open(io.BytesIO(await screen.picture()))
        assert (seen.format, seen.size) == ("PNG", (800, 600))
        assert seen.convert("RGB").getpixel((400, 300)) == WHITE


async def test_wayland(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with wayland(monkeypatch, tmp_path):
        seen = Image.open(io.BytesIO(await screen.picture()))
        assert (seen.format, seen.size) == ("PNG", (800, 600))


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "no screen and no clipboard"),
        ({"DISPLAY": ":987"}, "could not be taken"),
        ({"WAYLAND_DISPLAY": "no-such"}, "could not be taken"),
    ],
)
async def test_no_screen_is_said(
    environment: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(KimiError, match=words) as failed:
        await screen.picture()
    assert failed.value.reason == "unsupported"
