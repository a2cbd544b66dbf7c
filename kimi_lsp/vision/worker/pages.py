"""What a candidate's page is made of, and where each of its files comes from."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

from kimi_lsp.vision.rendering import Candidate, Way
from kimi_lsp.vision.worker import bundle, vite
from kimi_lsp.vision.worker.content import Content, kind_of
from kimi_lsp.vision.worker.unable import UnableError

Read = Callable[[str], bytes | None]


class Source(Protocol):
    """A page: where it begins, what says that it is there, and the content of its addresses.

    ``errors``: it could not be made, and why. ``ready``: a JavaScript expression, or nothing; its
    value is ``failed`` where the page's code did not load.
    """

    way: Way
    path: str
    ready: str
    errors: tuple[str, ...]

    def get(self, path: str, accept: str) -> Content | None:
        """``path`` is as the page asked, its query included."""
        ...


@dataclass
class Files:
    """A page whose files are in memory; others are asked for by their path below the root."""

    files: dict[str, bytes]
    path: str
    read: Read
    way: Way = "html"
    ready: str = ""
    errors: tuple[str, ...] = ()

    def get(self, path: str, accept: str) -> Content | None:
        name = posixpath.normpath(unquote(path.partition("?")[0])).lstrip("/")
        if name.startswith("..") or "\\" in name or "\0" in name:
            return None
        body = self.files.get(name)
        if body is None:
            body = self.read(name)
        return None if body is None else Content(body, kind_of(name))


class Pages:
    """Makes pages of candidates; keeps a project's tooling running from one to the next."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._vite: vite.Vite | None = None

    def of(self, candidate: Candidate) -> Source:
        """The page; raises ``UnableError`` where the candidate needs what is not there."""
        if candidate.framework == "html":
            files = {name: text.encode() for name, text in candidate.files.items()}
            files[candidate.path] = candidate.code.encode()
            read = self._read if candidate.root is not None else (lambda _path: None)
            return Files(files, f"/{candidate.path}", read)
        if candidate.trusted and vite.there(candidate):
            return self._served(candidate)
        return self._bundled(candidate)

    def close(self) -> None:
        """End what was started."""
        if self._vite is not None:
            self._vite.close()
            self._vite = None

    def _served(self, candidate: Candidate) -> Source:
        if self._vite is not None and self._vite.key != vite.key(candidate):
            self.close()
        if self._vite is None:
            self._vite = vite.Vite(candidate)
        try:
            return self._vite.serve(candidate)
        except UnableError:
            self.close()
            raise

    def _bundled(self, candidate: Candidate) -> Source:
        if candidate.framework not in bundle.FRAMEWORKS or candidate.root is None:
            key = "vision.no_tooling" if candidate.trusted else "vision.untrusted"
            raise UnableError("unsupported", key)
        if candidate.styled:
            key = "vision.no_tooling" if candidate.trusted else "vision.untrusted_styles"
            raise UnableError("unsupported", key)
        program = bundle.esbuild(os.environ, candidate.root, trusted=candidate.trusted)
        if program is None:
            key = "vision.no_tooling" if candidate.trusted else "vision.no_esbuild"
            raise UnableError("unsupported", key)
        files, errors = bundle.bundle(candidate, program, self._read)
        return Files(
            files, "/index.html", lambda _path: None, "esbuild", ready=vite.READY, errors=errors
        )
