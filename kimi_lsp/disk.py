"""A proposed edit as files on the disk: shown as a diff, or written, where there is no editor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kimi_lsp.core.edits import unified
from kimi_lsp.wire.documents import Document
from kimi_lsp.workspace.roots import path_of


class OvertakenError(Exception):
    """A file is no longer what it was when the edit was made for it."""


@dataclass(frozen=True)
class File:
    """What becomes of one file: ``old`` is None for one that is made, ``new`` for one that goes.

    ``consent`` holds why its person has to agree to it, ``target`` what it is renamed to.
    """

    path: Path
    shown: str
    old: str | None
    new: str | None
    target: Path | None = None
    consent: tuple[str, ...] = ()

    def diff(self) -> str:
        """The change as git would show it."""
        old, new = ("/dev/null" if text is None else "" for text in (self.old, self.new))
        moved = f"rename from {self.shown}\nrename to {self.target}\n" if self.target else ""
        texts = self.old or "", self.new or ""
        return moved + unified(*texts, self.shown, old_path=old, new_path=new)


def files(
    hunks: Iterable[Mapping[str, Any]], shown: Callable[[str], str], known: Mapping[str, str]
) -> list[File]:
    """The files that the hunks of a proposal change, in their order.

    ``known`` are the texts that the proposal was made for, by URI; others are read from the disk.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for hunk in hunks:
        groups.setdefault(hunk["uri"], []).append(hunk)
    return [_file(uri, group, shown(uri), known) for uri, group in groups.items()]


def _file(uri: str, hunks: list[Mapping[str, Any]], shown: str, known: Mapping[str, str]) -> File:
    path = Path(path_of(uri) or "")
    operations = {hunk.get("operation"): hunk for hunk in hunks}
    consent = tuple(dict.fromkeys(hunk["confirm"] for hunk in hunks if hunk.get("confirm")))
    old = None
    if "create" not in operations:
        old = known[uri] if uri in known else path.read_bytes().decode("utf-8")
    document = Document({"uri": uri, "version": 0, "text": old or ""}, "utf-16")
    for hunk in reversed(hunks):
        if hunk.get("operation") in (None, "create"):
            document.apply({"range": hunk["range"], "text": hunk["newText"]}, 1)
    renamed = operations.get("rename")
    target = Path(path_of(renamed["newUri"]) or "") if renamed else None
    new = None if "delete" in operations else document.text
    return File(path, shown, old, new, target, consent)


def write(made: Iterable[File]) -> None:
    """Write every file, or none: what was written is taken back where a later one fails.

    Raises ``OvertakenError`` before anything is written, ``OSError`` where writing fails.
    """
    every = list(made)
    for file in every:
        _check(file)
    done: list[File] = []
    try:
        for file in every:
            _write(file)
            done.append(file)
    except OSError:
        for file in reversed(done):
            with suppress(OSError):
                _write(_back(file))
        raise


def _check(file: File) -> None:
    if file.target and os.path.lexists(file.target):
        raise OvertakenError(file.target)
    if file.old is None:
        if os.path.lexists(file.path):
            raise OvertakenError(file.path)
    elif file.path.read_bytes() != file.old.encode():
        raise OvertakenError(file.path)


def _write(file: File) -> None:
    if file.new is None:
        file.path.unlink()
        return
    file.path.parent.mkdir(parents=True, exist_ok=True)
    # A link is written through; what is new is only made where nothing is.
    with file.path.open("xb" if file.old is None else "wb") as stream:
        stream.write(file.new.encode())
    if file.target:
        file.target.parent.mkdir(parents=True, exist_ok=True)
        file.path.rename(file.target)


def _back(file: File) -> File:
    if file.target:
        return replace(file, path=file.target, old=file.new, new=file.old, target=file.path)
    return replace(file, old=file.new, new=file.old)
