"""What a candidate's page is made of, and where each of its files comes from."""

from __future__ import annotations

import mimetypes
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kimi_lsp.vision.rendering import Candidate, Way
from kimi_lsp.vision.worker.unable import UnableError

Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Content:
    """The answer to one address."""

    body: bytes
    kind: str
    status: int = 200


class Source(Protocol):
    """A page: where it begins, what says that it is there, and the content of its addresses.

    ``errors``: it could not be made, and why. ``ready``: a JavaScript expression, or nothing.
    """

    way: Way
    path: str
    ready: str
    errors: tuple[str, ...]

    def get(self, path: str) -> Content | None: ...


@dataclass
class Files:
    """A page whose files are in memory; others are asked for by their path below the root."""

    files: dict[str, bytes]
    path: str
    read: Read
    way: Way = "html"
    ready: str = ""
    errors: tuple[str, ...] = ()

    def get(self, path: str) -> Content | None:
        name = posixpath.normpath(path.partition("?")[0]).lstrip("/")
        if name.startswith("..") or "\\" in name:
            return None
        body = self.files.get(name)
        if body is None:
            body = self.read(name)
        return None if body is None else Content(body, kind_of(name))


def kind_of(name: str) -> str:
    """The media type of a file by its name."""
    if name.endswith((".js", ".mjs")):
        return "text/javascript; charset=utf-8"
    guess = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{guess}; charset=utf-8" if guess.startswith("text/") else guess


class Pages:
    """Makes pages of candidates; keeps a project's tooling running from one to the next."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def of(self, candidate: Candidate) -> Source:
        """The page; raises ``UnableError`` where the candidate needs what is not there."""
        if candidate.framework == "html":
            files = {name: text.encode() for name, text in candidate.files.items()}
            files[candidate.path] = candidate.code.encode()
            read = self._read if candidate.root is not None else (lambda _path: None)
            return Files(files, f"/{candidate.path}", read)
        raise UnableError("unsupported", "vision.untrusted")

    def close(self) -> None:
        """End what was started."""
