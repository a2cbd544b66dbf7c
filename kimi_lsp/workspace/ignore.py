"""The ignore files above a file, and the line in them for which it is ignored.

What they say is kept for as long as their names, sizes and times stay the same.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from kimi_lsp.workspace.guard import Unread, bytes_at, inside
from kimi_lsp.workspace.patterns import Pattern, Patterns, TooSlowError

FOLDS = sys.platform in ("darwin", "win32")
"""Whether this system's disks take names that differ in case for the same, as git then does."""

MOST_BYTES = 131_072
_MOST_KEPT = 4096
_TICK_NANOSECONDS = 2_000_000_000
"""The coarsest clock of a disk in use."""

Stamp = tuple[int, ...]
_CHANGED = 3


@dataclass(frozen=True)
class Ignored:
    """The line of an ignore file that decided; ``pattern`` None where ``key`` says why it cannot.

    ``path`` is the ignore file's, ``key`` one of `kimi_lsp.workspace.rules`.
    """

    path: str
    key: str
    pattern: Pattern | None = None


@dataclass(frozen=True)
class _Level:
    """A folder with an ignore file, ``depth`` steps below the disk's root."""

    depth: int
    path: str
    stamp: Stamp


class IgnoreFiles:
    """Whether files are ignored, by ``.gitignore`` and ``.kimiignore``."""

    def __init__(self, *, fold: bool = FOLDS) -> None:
        self._fold = fold
        self._parsed: dict[str, tuple[Stamp, Patterns | str]] = {}
        self._decided: dict[tuple[str, str], tuple[tuple[_Level, ...], Ignored | None]] = {}

    def ignored(self, path: str, folder: str | None) -> Ignored | None:
        """Why an absolute path is ignored; ``folder`` is the workspace folder that holds it.

        ``.gitignore`` counts from the root of the file's repository down, and from the workspace
        folder down where that is above or there is no repository; a ``.kimiignore`` holds for
        everything below it.
        """
        above = os.path.dirname(path)
        top = _repository(above)
        if folder is not None and (top is None or inside(top, folder)):
            top = folder
        return self._by(".gitignore", path, top or above) or self._by(".kimiignore", path, "")

    def _by(self, name: str, path: str, top: str) -> Ignored | None:
        try:
            levels = tuple(_levels(name, path, top))
        except _Unstattable as error:
            return Ignored(error.path, "ignore.unreadable")
        if not levels:
            return None
        kept = self._decided.get((name, path))
        if kept and kept[0] == levels:
            return kept[1]
        decided = self._decide(path, levels)
        if all(_settled(level.stamp) for level in levels):
            if len(self._decided) >= _MOST_KEPT:
                self._decided.clear()
            self._decided[name, path] = (levels, decided)
        return decided

    def _decide(self, path: str, levels: tuple[_Level, ...]) -> Ignored | None:
        files = list[tuple[_Level, Patterns]]()
        for level in levels:
            patterns = self._patterns(level)
            if isinstance(patterns, str):
                return Ignored(level.path, patterns)
            files.append((level, patterns))
        steps = _steps(path)
        for depth in range(1, len(steps) + 1):
            # The nearest file with a say about an entry decides; an ignored folder ends it.
            for level, patterns in reversed(files):
                if level.depth >= depth:
                    continue
                entry = "/".join(steps[level.depth : depth])
                try:
                    found = patterns.deciding(entry, folder=depth < len(steps))
                except TooSlowError:
                    return Ignored(level.path, "slow")
                if found and not found.kept:
                    return Ignored(level.path, "ignored", found)
                if found:
                    break
        return None

    def _patterns(self, level: _Level) -> Patterns | str:
        """The patterns of an ignore file, or the key of why they cannot be known."""
        kept = self._parsed.get(level.path)
        if kept and kept[0] == level.stamp:
            return kept[1]
        parsed = _parsed(level.path, fold=self._fold)
        if _settled(level.stamp):
            self._parsed[level.path] = (level.stamp, parsed)
        return parsed


def _settled(stamp: Stamp) -> bool:
    """Whether a change of a file from now on is sure to change its stamp too."""
    return abs(time.time_ns() - stamp[_CHANGED]) > _TICK_NANOSECONDS


class _Unstattable(Exception):  # noqa: N818 - not an error of this program
    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _repository(folder: str) -> str | None:
    """The root of the repository that a folder lies in."""
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def _levels(name: str, path: str, top: str) -> Iterator[_Level]:
    """The ignore files of that name from a folder down to a path, those that are there."""
    drive, tail = os.path.splitdrive(path)
    folder, steps = drive + os.sep, [step for step in tail.split(os.sep) if step]
    for depth in range(len(steps)):
        if depth:
            folder = f"{folder.rstrip(os.sep)}{os.sep}{steps[depth - 1]}"
        if len(folder) < len(top):
            continue
        file = f"{folder.rstrip(os.sep)}{os.sep}{name}"
        try:
            status = os.lstat(file)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:
            raise _Unstattable(file) from error
        yield _Level(
            depth,
            file,
            (status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino),
        )


def _steps(path: str) -> list[str]:
    return [step for step in os.path.splitdrive(path)[1].split(os.sep) if step]


def _parsed(path: str, *, fold: bool) -> Patterns | str:
    folder, name = os.path.split(path)
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return "ignore.irregular"
    except OSError:
        return "ignore.unreadable"
    # The folders above may be links; where they lead, the file is read without following any.
    data = bytes_at(os.path.join(os.path.realpath(folder), name), MOST_BYTES, single=False)
    if isinstance(data, Unread):
        known = {"irregular": "ignore.irregular", "large": "ignore.large"}
        return known.get(data.key, "ignore.unreadable")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "ignore.not_text"
    return "ignore.not_text" if "\0" in text else Patterns.parse(text, fold=fold)
