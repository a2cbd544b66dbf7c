"""The files of one workspace folder by their relative paths, every read through the gate."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path, PurePath
from urllib.parse import quote

from kimi_lsp.workspace.gate import Gate

MOST_FILES = 5000
"""A listing ends here; what lies nearer to its folder is listed first."""

MOST_BYTES = 65_536
"""A longer file is not read for facts."""

_MADE = frozenset(
    {"node_modules", "bower_components", "vendor", "dist", "build", "out", "target", "coverage"}
    | {"public", "static", "__pycache__", "__tests__", "__mocks__", "e2e", "cypress"}
)
"""Folders that hold nothing a person writes components in."""


@dataclass(frozen=True)
class Listing:
    """Files and folders below a folder, relative to the workspace folder, with ``/``."""

    files: tuple[str, ...]
    folders: frozenset[str]


@dataclass(frozen=True)
class Files:
    """``root`` is the absolute path of a workspace folder; paths are relative to it.

    A path is empty for the folder itself.
    """

    gate: Gate
    root: PurePath

    def uri(self, path: str) -> str:
        """The address of a file."""
        return f"{self._start.rstrip('/')}/{quote(path)}" if path else self._start

    @cached_property
    def _start(self) -> str:
        return Path(self.root).as_uri()

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none or the gate withholds it."""
        if not os.path.lexists(os.path.join(self.root, path)):
            return None
        text = self.gate.read(self.uri(path), MOST_BYTES)
        return text.removeprefix("\ufeff") if isinstance(text, str) else None

    def first(self, *paths: str) -> tuple[str, str] | None:
        """The first of some files that can be read, with its text."""
        for path in paths:
            text = self.read(path)
            if text is not None:
                return path, text
        return None

    def listing(self, folder: str) -> Listing:
        """What lies below a folder by name alone; no link is followed and nothing is opened."""
        files, folders = list[str](), set[str]()
        waiting = deque([folder])
        while waiting and len(files) < MOST_FILES:
            above = waiting.popleft()
            for entry in self._entries(above):
                path = join(above, entry.name)
                if entry.is_file(follow_symlinks=False):
                    files.append(path)
                elif entry.is_dir(follow_symlinks=False) and not _skipped(entry.name):
                    folders.add(path)
                    waiting.append(path)
        return Listing(tuple(files[:MOST_FILES]), frozenset(folders))

    def folders(self, folder: str) -> Iterator[str]:
        """The folders right below a folder."""
        for entry in self._entries(folder):
            if entry.is_dir(follow_symlinks=False) and not _skipped(entry.name):
                yield join(folder, entry.name)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                return sorted(entries, key=attrgetter("name"))
        except OSError:
            return []


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in _MADE


def join(folder: str, name: str) -> str:
    """A path below a folder, which may be the empty path."""
    return f"{folder}/{name}" if folder else name


def above(path: str) -> Iterator[str]:
    """The folders that hold a path, the nearest first and the empty path last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def relative(path: str, folder: str) -> str:
    """How a path is named from a folder, beginning with ``./`` or ``../``."""
    steps, base = path.split("/"), folder.split("/") if folder else []
    common = 0
    while common < min(len(steps) - 1, len(base)) and steps[common] == base[common]:
        common += 1
    up = "../" * (len(base) - common) or "./"
    return up + "/".join(steps[common:])
