"""What a menu offers in front-end files: components from pictures, with no plugin and no typing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from kimi_lsp.core.picture_paths import picture_path_at
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import body
from kimi_lsp.features.offers import Offer
from kimi_lsp.session.session import Session
from kimi_lsp.wire.documents import Document
from kimi_lsp.workspace.roots import parts_of, path_of

PAGES = (".html", ".htm")
FRONT_END = (
    *PAGES,
    *(".vue", ".svelte", ".astro", ".jsx", ".tsx", ".component.ts", ".mdx"),
    *(".css", ".scss", ".sass", ".less", ".pcss", ".styl"),
)
LANGUAGES = frozenset(
    {"html", "vue", "svelte", "astro", "javascriptreact", "typescriptreact"}
    | {"css", "scss", "sass", "less", "stylus", "postcss"}
)
NOTES = (".md", ".markdown")

KIND = "refactor.rewrite.kimi.component"


def picture_offers(session: Session, document: Document, snapshot: Snapshot) -> Iterator[Offer]:
    """The entries for a place in markup, style and component files, asked for by hand."""
    name = parts_of(document.uri).path.lower()
    front_end = name.endswith(FRONT_END) or document.language_id in LANGUAGES
    if not (front_end or name.endswith(NOTES)) or session.roots.folder(document.uri) is None:
        return
    shown = _picture(session, document, snapshot)
    if shown is not None:
        # The path is in the text, so that it stands for no place there.
        argument = {"uri": document.uri, "images": [{"path": shown}]}
        yield Offer(session.say("action.component"), KIND, "kimi.component", argument)
    if front_end:
        argument = {**_where(document, snapshot, name), "images": [{"clipboard": True}]}
        title = session.say("action.component.clipboard")
        yield Offer(title, KIND, "kimi.component", argument)


def _where(document: Document, snapshot: Snapshot, name: str) -> dict[str, Any]:
    """What the component is to become: a selection's new text, markup in a page, or a file."""
    at = {"uri": document.uri, "version": document.version}
    if not snapshot.empty:
        return at | {"range": document.range(snapshot.extent)}
    if name.endswith(PAGES):
        return at | {"position": document.position(snapshot.extent.start)}
    return at


def _picture(session: Session, document: Document, snapshot: Snapshot) -> str | None:
    """The picture that a path in the text leads to, within the workspace folder; or None."""
    start, end = snapshot.extent
    if start.line != end.line or start.line >= len(document.lines):
        return None
    told = picture_path_at(body(document.lines[start.line]), start.column, end.column)
    own, folder = path_of(document.uri), session.roots.folder(document.uri)
    if told is None or own is None or folder is None or folder.path is None:
        return None
    for base in (own.parent, folder.path, folder.path / "public", folder.path / "static"):
        path = PurePath(os.path.normpath(base / told.lstrip("/")))
        if os.path.isfile(path) and _may_be_sent(session, path):
            return str(path)
    return None


def _may_be_sent(session: Session, path: PurePath) -> bool:
    """Whether the text of a document may name a picture: one in the workspace, and not ignored."""
    uri = Path(path).as_uri()
    real = os.path.realpath(path)
    inside = session.roots.folder(Path(real).as_uri()) or _really(session, real)
    return bool(inside) and session.gate.judge(uri) is None


def _really(session: Session, real: str) -> bool:
    """Whether a path without links lies in a workspace folder that is reached through one."""
    folders = [os.path.realpath(one.path) for one in session.roots.folders if one.path is not None]
    return any(real.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)
