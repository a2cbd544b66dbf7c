"""Small trees on the disk, and gates for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kimi_lsp.workspace.gate import Gate, Withheld
from kimi_lsp.workspace.roots import Roots


def gate(*folders: Path, exclude: Sequence[str | Sequence[str]] = (), fold: bool = False) -> Gate:
    named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
    return Gate(Roots.of({"workspaceFolders": named}), exclude, fold=fold)


def grow(root: Path, files: dict[str, str | bytes]) -> None:
    """Files by their path, with their text or bytes; a text ``-> target`` is a link."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif text.startswith("-> "):
            path.symlink_to(text.removeprefix("-> "))
        else:
            path.write_text(text)


def rule_of(found: Withheld | str | None) -> str | None:
    """The rule of an answer; None for one that lets through."""
    return found.rule if isinstance(found, Withheld) else None
