"""The picture in the clipboard, by the tools that each desktop has for it."""

from __future__ import annotations

import binascii
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.errors import KimiError
from kimi_lsp.vision.intake import child

SECONDS = 8.0
"""Longest time for a tool: PowerShell takes some to start, and a program that owns the clipboard
may hang."""

MOST_BYTES = 64 << 20
"""A bitmap of a whole screen is that large; pictures sent are bound later."""

MOST_LISTED = 64 << 10
KINDS = (
    *("image/png", "image/webp", "image/jpeg", "image/gif"),
    *("image/bmp", "image/x-bmp", "image/x-MS-bmp"),
)
"""What is asked for, best first."""

EMPTY = BadPicture("picture.clipboard_empty")

_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms, System.Drawing; "
    "$picture = [Windows.Forms.Clipboard]::GetImage(); "
    "if ($picture) { $file = New-Object IO.MemoryStream; "
    "$picture.Save($file, [Drawing.Imaging.ImageFormat]::Png); "
    "[Console]::Out.Write([Convert]::ToBase64String($file.ToArray())) }"
)
_WINDOWS_SHELL = "System32/WindowsPowerShell/v1.0/powershell.exe"
_APPLE_HEX = re.compile(rb"\xc2\xabdata PNGf([0-9A-F]+)\xc2\xbb")


@dataclass(frozen=True)
class Tool:
    """A way to the clipboard. ``list`` and ``take`` are arguments; ``take`` ends with the type.

    ``packed`` says how what it writes is to be unpacked.
    """

    name: str
    take: tuple[str, ...]
    list: tuple[str, ...] = ()
    packed: str = ""


XCLIP = Tool(
    "xclip",
    list=("-selection", "clipboard", "-out", "-target", "TARGETS"),
    take=("-selection", "clipboard", "-out", "-target"),
)
WL_PASTE = Tool("wl-paste", list=("--list-types",), take=("--no-newline", "--type"))
PNGPASTE = Tool("pngpaste", take=("-",))
OSASCRIPT = Tool("osascript", take=("-e", "the clipboard as «class PNGf»"), packed="apple")
POWERSHELL = Tool(
    "powershell.exe",
    take=("-NoProfile", "-NonInteractive", "-Sta", "-Command", _POWERSHELL),
    packed="base64",
)


@dataclass(frozen=True)
class Desktop:
    """What this machine shows things on: ``advice`` names what to install where nothing is."""

    tools: tuple[Tool, ...]
    advice: str


def desktop(platform: str, environment: Mapping[str, str]) -> Desktop:
    """The desktop of a platform, as ``sys.platform`` names it, by its environment."""
    if platform == "win32":
        return Desktop((POWERSHELL,), "PowerShell")
    if platform == "darwin":
        return Desktop((PNGPASTE, OSASCRIPT), "pngpaste")
    tools: list[Tool] = []
    if environment.get("WSL_DISTRO_NAME"):
        # Windows' own clipboard holds what was copied there as it is; WSL's mirror, a bitmap.
        tools.append(POWERSHELL)
    if environment.get("WAYLAND_DISPLAY"):
        tools.append(WL_PASTE)
    if environment.get("DISPLAY"):
        tools.append(XCLIP)
    return Desktop(tuple(tools), "wl-clipboard" if WL_PASTE in tools else "xclip")


def found(here: Desktop) -> list[tuple[Tool, str]]:
    """The tools that are there, with where they lie."""
    return [(tool, path) for tool in here.tools if (path := _path(tool))]


def here() -> Desktop:
    """The desktop of this process."""
    return desktop(sys.platform, os.environ)


async def picture() -> bytes | BadPicture:
    """The file of the picture in the clipboard.

    Raises ``KimiError`` (``unsupported``) where there is no clipboard, or no tool for it.
    """
    place = here()
    if not place.tools:
        raise KimiError("unsupported", "picture.no_desktop")
    tools = found(place)
    if not tools:
        raise KimiError("unsupported", "picture.no_tool", tool=place.advice)
    for tool, path in tools:
        data = await _taken(tool, path)
        if data:
            return data
    return EMPTY


async def _taken(tool: Tool, path: str) -> bytes:
    """The picture by one tool; empty where it has none."""
    kind: tuple[str, ...] = ()
    if tool.list:
        listed = await _said(path, tool.list, MOST_LISTED)
        offered = listed.decode("utf-8", "replace").split()
        kind = tuple(one for one in KINDS if one in offered)[:1]
        if not kind:
            return b""
    return unpacked(await _said(path, (*tool.take, *kind), MOST_BYTES), tool.packed)


def unpacked(out: bytes, packed: str) -> bytes:
    """The picture in what a tool wrote; empty where there is none."""
    try:
        if packed == "base64":
            return binascii.a2b_base64(out.strip())
        if packed == "apple":
            match = _APPLE_HEX.search(out)
            return binascii.unhexlify(match[1]) if match else b""
    except binascii.Error:
        return b""
    return out


async def _said(path: str, arguments: tuple[str, ...], most: int) -> bytes:
    try:
        said = await child.run((path, *arguments), seconds=SECONDS, most=most)
    except OSError:
        return b""
    return said.out if said and said.code == 0 else b""


def _path(tool: Tool) -> str | None:
    if tool is not POWERSHELL:
        return child.program(tool.name)
    # By its place: on Windows a search begins in the folder at hand, which may be a repository's.
    roots = [Path(os.environ.get("SYSTEMROOT") or "C:/Windows"), Path("/mnt/c/Windows")]
    return next(
        (str(root / _WINDOWS_SHELL) for root in roots if (root / _WINDOWS_SHELL).exists()), None
    )
