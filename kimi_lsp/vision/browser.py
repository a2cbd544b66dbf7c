"""The browser that is already there: Chrome, Edge or Chromium. Never one that is downloaded."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

VARIABLE = "KIMI_BROWSER"
"""The environment variable that names the browser's program."""

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_LINUX = ("/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge")


@dataclass(frozen=True)
class Browser:
    """A program, by its absolute path."""

    path: str


@dataclass(frozen=True)
class NoBrowser:
    """None was found. ``named`` is the path that was given and is no program."""

    named: str | None = None


def find(
    environment: Mapping[str, str], named: str | None = None, *, platform: str = sys.platform
) -> Browser | NoBrowser:
    """The browser that is named, by a setting or ``KIMI_BROWSER``; else one in its usual place.

    One that is named and is not there is not replaced by another: the person meant that one.
    """
    wanted = named or environment.get(VARIABLE)
    if wanted:
        path = shutil.which(wanted, path=environment.get("PATH", ""))
        return Browser(os.path.abspath(path)) if path else NoBrowser(wanted)
    for candidate in _usual(environment, platform):
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return Browser(candidate)
    return NoBrowser()


def _usual(environment: Mapping[str, str], platform: str) -> Iterator[str]:
    """The usual places, in the order they are tried. A relative entry of PATH is no place."""
    folders = [one for one in environment.get("PATH", "").split(os.pathsep) if os.path.isabs(one)]
    for command in COMMANDS:
        found = shutil.which(command, path=os.pathsep.join(folders)) if folders else None
        if found:
            yield found
    if platform == "darwin":
        for folder in (Path("/Applications"), Path(environment.get("HOME", "/")) / "Applications"):
            yield from (str(folder / name) for name in _MAC)
    elif platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if variable in environment:
                yield from (str(PureWindowsPath(environment[variable]) / one) for one in _WINDOWS)
    else:
        yield from _LINUX
