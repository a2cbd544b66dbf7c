"""The pure part: from a document and a model's reply to an edit, or to why there is none.

The engine is loaded when first used; the server imports this package in its first milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kimi_lsp.core.apply import apply_reply as apply_reply
    from kimi_lsp.core.edits import Applied as Applied
    from kimi_lsp.core.edits import TextEdit as TextEdit
    from kimi_lsp.core.files import FileReply as FileReply
    from kimi_lsp.core.files import split_reply as split_reply
    from kimi_lsp.core.refused import Refused as Refused


_ROOMS = {
    "Applied": "edits",
    "FileReply": "files",
    "Refused": "refused",
    "TextEdit": "edits",
    "apply_reply": "apply",
    "split_reply": "files",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"kimi_lsp.core.{_ROOMS[name]}"), name)
