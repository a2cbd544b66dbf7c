"""What the client can do, as flat facts read once from its raw ``initialize`` request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LLM_GENERATED = 1
"""The code action tag for "made by a language model"."""


@dataclass(frozen=True)
class Capabilities:
    """Facts about a client; every one is false where the client is silent.

    ``file_operations`` are those it takes in an edit: ``create``, ``rename``, ``delete``.
    """

    apply_edit: bool = False
    document_changes: bool = False
    annotations: bool = False
    file_operations: frozenset[str] = frozenset()
    progress: bool = False
    show_document: bool = False
    virtual_documents: bool = False
    configuration: bool = False
    code_action_literals: bool = False
    code_action_tags: bool = False
    markdown_hover: bool = False
    locale: str = "en"
    name: str = ""


def read(params: Mapping[str, Any]) -> Capabilities:
    """The facts of an ``initialize`` request; a member of a wrong type counts as absent."""
    tree = params.get("capabilities")
    workspace, document, window = (
        _node(tree, key) for key in ("workspace", "textDocument", "window")
    )
    edit = _node(workspace, "workspaceEdit")
    action = _node(document, "codeAction")
    formats = _node(document, "hover").get("contentFormat")
    operations = edit.get("resourceOperations")
    tags = _node(action, "tagSupport").get("valueSet")
    return Capabilities(
        apply_edit=workspace.get("applyEdit") is True,
        # Neovim announces only the latter of the two, and reads document changes all the same.
        document_changes=edit.get("documentChanges") is True or "resourceOperations" in edit,
        annotations=isinstance(edit.get("changeAnnotationSupport"), Mapping),
        file_operations=frozenset(one for one in operations if isinstance(one, str))
        if isinstance(operations, list)
        else frozenset(),
        progress=window.get("workDoneProgress") is True,
        show_document=_node(window, "showDocument").get("support") is True,
        virtual_documents=isinstance(workspace.get("textDocumentContent"), Mapping),
        configuration=workspace.get("configuration") is True,
        code_action_literals=isinstance(action.get("codeActionLiteralSupport"), Mapping),
        code_action_tags=isinstance(tags, list) and LLM_GENERATED in tags,
        markdown_hover=isinstance(formats, list) and "markdown" in formats,
        locale=str(params.get("locale") or "en"),
        name=str(_node(params, "clientInfo").get("name") or ""),
    )


def _node(tree: Any, key: str) -> Mapping[str, Any]:
    node = tree.get(key) if isinstance(tree, Mapping) else None
    return node if isinstance(node, Mapping) else {}
