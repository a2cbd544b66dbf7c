"""The project around a document or a folder, as a job that writes front-end code needs it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass

from kimi_lsp.errors import KimiError
from kimi_lsp.project.facts import Project, project
from kimi_lsp.project.files import Files, relative
from kimi_lsp.session.session import Session
from kimi_lsp.workspace.roots import path_of


@dataclass(frozen=True)
class Survey:
    """``path`` is what was asked about, relative to the workspace folder; ``folder``: it is one."""

    files: Files
    project: Project
    path: str
    folder: bool

    @property
    def sources(self) -> tuple[str, ...]:
        """The documents whose words are in what is told of the project."""
        return tuple(self.files.uri(path) for path in self.project.sources)

    def in_package(self, path: str) -> str:
        """A path relative to the package instead of the workspace folder."""
        return relative(path, self.project.root).removeprefix("./")


async def survey(session: Session, uri: str) -> Survey:
    """What there is around a document or a folder of the workspace.

    Raises ``KimiError`` ``unsupported`` for one that lies in no workspace folder.
    """
    folder, path = session.roots.folder(uri), path_of(uri)
    if folder is None or folder.path is None or path is None:
        raise KimiError("unsupported", "component.no_folder")
    inner = path.relative_to(folder.path).as_posix()
    inner = "" if inner == "." else inner
    files = Files(session.gate, folder.path)
    # Names and small files, yet a cold disk may take its time.
    found = await asyncio.to_thread(project, files, inner)
    return Survey(files, found, inner, await asyncio.to_thread(os.path.isdir, path))
