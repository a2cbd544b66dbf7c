"""A picture of the screen: by the portal or grim on Wayland, by mss elsewhere."""

from __future__ import annotations

import importlib.util
import os
import sys

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.intake import child
from kimi_lsp.vision.intake.portal import PortalError, screenshot

SECONDS = 15.0
MOST_BYTES = 128 << 20


async def picture() -> bytes:
    """The file of a picture of the first screen.

    Raises ``KimiError`` (``unsupported``) where this machine has no screen that can be taken.
    """
    if sys.platform.startswith("linux"):
        if os.environ.get("WAYLAND_DISPLAY"):
            return await _wayland()
        if not os.environ.get("DISPLAY"):
            raise KimiError("unsupported", "picture.no_desktop")
    if importlib.util.find_spec("mss") is None:
        raise KimiError("unsupported", "picture.needs_extra")
    command = (sys.executable, "-P", "-m", "kimi_lsp.vision.intake.grab")
    said = await child.run(command, seconds=SECONDS, most=MOST_BYTES)
    return _file(said)


async def _wayland() -> bytes:
    """Compositors let no program look by itself: some have grim for it, all ask the person."""
    grim = child.program("grim")
    if grim:
        said = await child.run((grim, "-"), seconds=SECONDS, most=MOST_BYTES)
        if said and said.code == 0 and said.out:
            return said.out
    try:
        return await screenshot()
    except PortalError:
        raise KimiError("unsupported", "picture.no_screen") from None


def _file(said: child.Said | None) -> bytes:
    if said is None or said.code != 0 or not said.out:
        raise KimiError("unsupported", "picture.no_screen")
    return said.out
