"""The one gate: what may be sent, what may be read, and where a new file may be written.

Everything is judged twice, as it is named and as it really lies; either can withhold it. What
cannot be judged is withheld. No source of rules takes back what another one says.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeVar

from kimi_lsp.workspace.guard import Unread, bytes_at, inside, real_path, text_at
from kimi_lsp.workspace.ignore import FOLDS, Ignored, IgnoreFiles
from kimi_lsp.workspace.names import CELL, git_step, spoken, unsafe_step
from kimi_lsp.workspace.patterns import Patterns, TooSlowError
from kimi_lsp.workspace.roots import Roots, parts_of, path_of
from kimi_lsp.workspace.rules import rule, through_link
from kimi_lsp.workspace.secrets import secret

MOST_BYTES = 1_048_576

T = TypeVar("T", str, bytes)


@dataclass(frozen=True)
class Withheld:
    """A document that stays on the machine.

    ``what`` is how it is named to a person, ``rule`` where the person finds the reason.
    """

    what: str
    rule: str


@dataclass(frozen=True)
class _Place:
    """A file as it is named and as it really lies, without links; ``""`` where not known."""

    named: str
    real: str


class Gate:
    """The rules of one set of workspace folders.

    ``exclude`` holds patterns in ``.gitignore`` syntax, relative to each folder. A sequence in it
    is a source of its own, whose ``!`` takes back its own patterns alone; strings are one source.
    """

    def __init__(
        self, roots: Roots, exclude: Sequence[str | Sequence[str]] = (), *, fold: bool = FOLDS
    ) -> None:
        self._roots = roots
        own = [one for one in exclude if isinstance(one, str)]
        others = [one for one in exclude if not isinstance(one, str)]
        self._excludes = [Patterns.of(source, fold=fold) for source in (own, *others) if source]
        self._ignore_files = IgnoreFiles(fold=fold)
        self._folders = [
            os.path.normpath(one.path) for one in roots.folders if one.path is not None
        ]

    def judge(self, uri: str) -> Withheld | None:
        """Why the text of an open document may not be sent; None where it may.

        It may lie outside the folders, and be of any scheme. A file's own content is never read.
        """
        parts = parts_of(uri)
        place = self._place(uri)
        if isinstance(place, str):
            return self._withheld(uri, place)
        named = next(filter(None, map(secret, spoken(parts))), None)
        if named:
            return self._withheld(uri, rule("secret", pattern=named))
        if place is None:
            return self._withheld(uri, self._elsewhere(uri))
        return self._withheld(uri, self._judged(place))

    def read(self, uri: str, most: int = MOST_BYTES) -> str | Withheld:
        """The text of a file that is not open, or why it is not read; ``most`` in bytes."""
        return self._opened(uri, most, text_at)

    def data(self, uri: str, most: int = MOST_BYTES) -> bytes | Withheld:
        """The same for the bytes of a file that need be no text."""
        return self._opened(uri, most, bytes_at)

    def _opened(
        self, uri: str, most: int, opened: Callable[[str, int], T | Unread]
    ) -> T | Withheld:
        place = self._inner(uri)
        found = place if isinstance(place, str) else self._judged(place) or self._git(place)
        if found or isinstance(place, str):
            return Withheld(self._roots.shown(uri), found or "")
        content = opened(place.real, most)
        if isinstance(content, Unread):
            return Withheld(self._roots.shown(uri), rule(content.key, most=most))
        return content

    def place(self, uri: str) -> Withheld | None:
        """Why a new file may not be written here; None where nothing is, and it may."""
        place = self._inner(uri, named_safely=True)
        if isinstance(place, str):
            return self._withheld(uri, place)
        if os.path.lexists(place.named):
            return self._withheld(uri, rule("exists"))
        above = os.path.dirname(place.real)
        while not os.path.lexists(above):
            above = os.path.dirname(above)
        if not os.path.isdir(above):
            return self._withheld(uri, rule("no_folder"))
        return self._withheld(uri, self._judged(place) or self._git(place))

    def names(self, uri: str) -> tuple[str, ...]:
        """The paths of a document, by name and really, for those who judge it by its name.

        They begin at its workspace folder; outside of all, at the root of the disk.
        """
        path = path_of(uri)
        if path is None:
            return (self._roots.shown(uri),)
        real = real_path(str(path)) or str(path)
        named = (os.path.normpath(str(path)), self._folders), (real, list(self._real_folders()))
        return tuple(dict.fromkeys(_from_folder(one, folders) for one, folders in named))

    def same(self, uri: str, other: str) -> bool:
        """Whether two documents are one file, by their names or through links."""
        paths = path_of(uri), path_of(other)
        real = [real_path(str(path)) if path else None for path in paths]
        return real[0] is not None and real[0] == real[1]

    def _withheld(self, uri: str, found: str | None) -> Withheld | None:
        return Withheld(self._roots.shown(uri), found) if found else None

    def _place(self, uri: str) -> _Place | str | None:
        """Where a document's file lies; a rule where that cannot be known, None for no file."""
        parts = parts_of(uri)
        if parts.scheme == CELL and not parts.netloc and parts.path.startswith("/"):
            uri = parts._replace(scheme="file", query="", fragment="").geturl()
        elif parts.scheme != "file":
            return rule("address") if not parts.scheme else None
        path = path_of(uri)
        if path is None:
            return rule("share")
        named = str(path)
        if named.startswith(("//", "\\\\", "/\\", "/??/")):
            return rule("share")
        if "\0" in named or not os.path.isabs(named):
            return rule("address")
        named = os.path.normpath(named)
        real = real_path(str(path))
        return _Place(named, real) if real else rule("unresolved")

    def _inner(self, uri: str, *, named_safely: bool = False) -> _Place | str:
        """Where a file lies that must be within the folders, by its name and really."""
        parts = parts_of(uri)
        if parts.scheme != "file":
            return rule("no_file", scheme=parts.scheme or "?")
        path, folder = path_of(uri), self._roots.folder(uri)
        if path is not None and (parts.query or parts.fragment or ".." in path.parts):
            return rule("outside") if ".." in path.parts else rule("address")
        place = self._place(uri)
        if isinstance(place, str) or place is None:
            return place or rule("share")
        if path is None or folder is None or folder.path is None or path == folder.path:
            return rule("outside")
        step = unsafe_step(path.relative_to(folder.path).as_posix())
        if named_safely and step is not None:
            return rule("name", name=step)
        if not any(inside(place.real, real) for real in self._real_folders()):
            return through_link(rule("outside"))
        return place

    def _real_folders(self) -> Iterator[str]:
        yield from filter(None, map(real_path, self._folders))

    def _judged(self, place: _Place) -> str | None:
        """The rule for which a file is withheld, by its name or by where it really lies."""
        found = self._by_rules(place.named, self._folders)
        if found or place.real == place.named:
            return found
        found = self._by_rules(place.real, list(self._real_folders()))
        return through_link(found) if found else None

    def _by_rules(self, path: str, folders: Sequence[str]) -> str | None:
        pattern = secret(path)
        if pattern:
            return rule("secret", pattern=pattern)
        holders = sorted((one for one in folders if inside(path, one)), key=len)
        ignored = self._ignore_files.ignored(path, holders[-1] if holders else None)
        if ignored:
            return self._ignoring(ignored, holders[-1] if holders else None)
        return self._excluding([os.path.relpath(path, one) for one in holders] or [path])

    def _ignoring(self, ignored: Ignored, folder: str | None) -> str:
        file = os.path.relpath(ignored.path, folder) if folder else ignored.path
        if ignored.pattern is None:
            return rule(ignored.key, file=file)
        return rule("ignored", file=file, line=ignored.pattern.number, pattern=ignored.pattern.text)

    def _excluding(self, relatives: Sequence[str]) -> str | None:
        """The pattern of `exclude` for a path relative to each of its folders, or to the disk."""
        for relative in relatives:
            steps = [step for step in relative.replace(os.sep, "/").split("/") if step]
            for source in self._excludes:
                try:
                    found = source.ignoring(steps)
                except TooSlowError:
                    return rule("slow", file="exclude")
                if found:
                    return rule("exclude", pattern=found.text)
        return None

    def _elsewhere(self, uri: str) -> str | None:
        """The rule for a document that is no file, judged by the path in its address."""
        parts = parts_of(uri)
        paths = [path for path in spoken(parts) if path.startswith("/")] if not parts.netloc else []
        for path in paths[:1]:
            named = os.path.normpath(path)
            if not named.startswith("//"):
                return self._by_rules(named, self._folders)
        around = [
            PurePosixPath(parts_of(folder.uri).path)
            for folder in self._roots.folders
            if parts_of(folder.uri)[:2] == parts[:2]
        ]
        path = PurePosixPath(spoken(parts)[0] if spoken(parts) else "")
        holders = [str(path.relative_to(one)) for one in around if path.is_relative_to(one)]
        return self._excluding(holders or [str(path)])

    def _git(self, place: _Place) -> str | None:
        name = git_step(place.named) or git_step(place.real)
        return rule("git", name=name) if name else None


def _from_folder(path: str, folders: Sequence[str]) -> str:
    holders = [one for one in folders if inside(path, one)]
    relative = os.path.relpath(path, max(holders, key=len)) if holders else path
    return relative.replace(os.sep, "/")
