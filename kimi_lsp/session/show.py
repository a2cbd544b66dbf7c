"""Bring an explanation before the person, by the best way their client has."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Literal

from kimi_lsp.session.client import Client
from kimi_lsp.session.explanations import Explanation
from kimi_lsp.session.markdown import first_paragraph, safe

Way = Literal["events", "virtual", "file", "message", "hover"]

KEPT = 50
WEEK = 7 * 24 * 3600
REFRESH_SECONDS = 0.5
"""A virtual document is refreshed this often at the most while it grows."""

VIRTUAL = "kimi:/explanations/"


def way(client: Client, display: str, *, events: bool) -> Way:
    """How this client shows an explanation: what its settings ask for, where it can."""
    if events:
        return "events"
    can = client.can
    wanted: dict[str, list[Way]] = {
        "hover": ["hover"],
        "message": ["message"],
        "file": ["file", "message"],
    }
    for candidate in wanted.get(display, ["virtual", "file", "message"]):
        if candidate == "virtual" and not (can.virtual_documents and can.show_document):
            continue
        if candidate == "file" and not can.show_document:
            continue
        return candidate
    return "message"


class Showing:
    """One explanation on its way to the screen."""

    def __init__(self, client: Client, explanation: Explanation, how: Way, folder: Path) -> None:
        self._client = client
        self._explanation = explanation
        self._how = how
        self._folder = folder
        self._refreshed = 0.0
        self._opening: asyncio.Task[bool] | None = None

    def grew(self) -> None:
        """More text came."""
        if self._how != "virtual":
            return
        uri = f"{VIRTUAL}{self._explanation.id}.md"
        now = asyncio.get_running_loop().time()
        if self._opening is None:
            self._opening = asyncio.create_task(self._client.show_document(uri))
        elif now - self._refreshed >= REFRESH_SECONDS:
            self._refreshed = now
            self._client.refresh(uri)

    async def complete(self) -> None:
        """The text is whole."""
        text = self._explanation.text
        if self._how == "virtual":
            self.grew()
            self._client.refresh(f"{VIRTUAL}{self._explanation.id}.md")
        elif self._how == "file":
            path = write_file(self._folder, self._explanation.id, safe(text))
            if path is None or not await self._client.show_document(path.as_uri()):
                self._client.show("info", first_paragraph(text))
        elif self._how == "message":
            self._client.show("info", first_paragraph(text))


def write_file(folder: Path, name: str, text: str, suffix: str = "md") -> Path | None:
    """Write an explanation only its owner can read, and clear old ones; None where that fails."""
    return write_bytes(folder, f"{name}.{suffix}", text.encode("utf-8", "replace"))


def write_bytes(folder: Path, name: str, data: bytes) -> Path | None:
    """The same for any file."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(folder)
        path = folder / name
        path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(data)
    except OSError:
        return None
    return path


def _clear(folder: Path) -> None:
    files = sorted(folder.glob("*.*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for number, path in enumerate(files):
        if number >= KEPT - 1 or path.stat().st_mtime < time.time() - WEEK:
            path.unlink(missing_ok=True)
