"""The workspace folders, and how a document is named relative to them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit


def parts_of(uri: str) -> SplitResult:
    """The parts of a URI; one that is none, such as a half bracketed host, has a path only."""
    try:
        return urlsplit(uri)
    except ValueError:
        return SplitResult("", "", uri, "", "")


@lru_cache(maxsize=512)
def path_of(uri: str) -> PurePath | None:
    """The path of a ``file:`` URI of this machine; None for any other scheme or host."""
    parts = parts_of(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return None
    # Some clients encode the colon of a drive, which the conversion takes for a part of a name.
    return PurePath(_local(re.sub(r"^/([A-Za-z])%3[Aa](?=/|$)", r"/\1:", parts.path)))


@dataclass(frozen=True)
class Folder:
    """One workspace folder."""

    uri: str
    name: str
    path: PurePath | None


@dataclass(frozen=True)
class Roots:
    """The workspace folders of a session."""

    folders: tuple[Folder, ...] = ()

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Roots:
        """The folders of an ``initialize`` request, of either age."""
        listed = params.get("workspaceFolders")
        if isinstance(listed, list):
            return cls(tuple(_folder(item) for item in listed if isinstance(item, Mapping)))
        uri = params.get("rootUri")
        return cls((_folder({"uri": uri}),)) if isinstance(uri, str) else cls()

    def changed(
        self, added: Iterable[Mapping[str, Any]], removed: Iterable[Mapping[str, Any]]
    ) -> Roots:
        """The folders after the client told of a change."""
        gone = {str(item.get("uri")) for item in removed}
        kept = [folder for folder in self.folders if folder.uri not in gone]
        known = {folder.uri for folder in kept}
        return Roots((*kept, *(_folder(item) for item in added if item.get("uri") not in known)))

    def folder(self, uri: str) -> Folder | None:
        """The nearest folder that holds a document, judged by its name alone."""
        path = path_of(uri)
        if path is None or ".." in path.parts:
            return None
        holders = [
            (len(folder.path.parts), folder)
            for folder in self.folders
            if folder.path is not None and path.is_relative_to(folder.path)
        ]
        return max(holders, key=lambda one: one[0])[1] if holders else None

    def shown(self, uri: str) -> str:
        """How a document is named to the model and the person: relative, with ``/``."""
        path, folder = path_of(uri), self.folder(uri)
        if path is not None and folder is not None and folder.path is not None:
            relative = path.relative_to(folder.path).as_posix()
            return f"{folder.name}/{relative}" if len(self.folders) > 1 else relative
        if path is not None:
            return path.name
        return unquote(parts_of(uri).path).rstrip("/").rsplit("/", 1)[-1] or "untitled"

    def uri_of(self, path: str) -> str | None:
        """The URI that a path, as ``shown`` names them, leads to; None where no folder holds it.

        The path is taken as it is: whether it leads anywhere else is the gate's to judge.
        """
        step, _, rest = path.partition("/")
        several = len(self.folders) > 1
        holders = [one for one in self.folders if not several or one.name == step]
        if len(holders) != 1 or holders[0].path is None or (several and not rest):
            return None
        return (holders[0].path / (rest if several else path)).as_uri()


def _folder(item: Mapping[str, Any]) -> Folder:
    uri = str(item.get("uri") or "")
    path = path_of(uri)
    name = str(item.get("name") or "") or (path.name if path else "")
    return Folder(uri, name, path)


def _local(path: str) -> str:
    if os.name != "nt":
        return unquote(path)
    # It brings an HTTP client along, which would cost every start.
    from urllib.request import url2pathname

    return url2pathname(path)
