"""What ``initialize`` answers, as plain data: the one place that says what the server can do.

Imports almost nothing, so that it can be answered in the first milliseconds of the process.
A test holds it equal to what pygls would answer for the features that are registered.
"""

from __future__ import annotations

from typing import Any

from kimi_lsp import __version__
from kimi_lsp.core.text import PositionEncoding

COMMANDS = (
    "kimi.explain",
    "kimi.fix",
    "kimi.edit",
    "kimi.ask",
    "kimi.component",
    "kimi.visualFix",
    "kimi.apply",
    "kimi.show",
    "kimi.cancel",
    "kimi.jobs",
    "kimi.usage",
    "kimi.models",
)

CODE_ACTION_KINDS = (
    "quickfix.kimi.fix",
    "quickfix.kimi.explain",
    "kimi.explain",
    "refactor.rewrite.kimi",
    "kimi.ask",
    "kimi.show",
)

ENCODINGS: tuple[PositionEncoding, ...] = ("utf-8", "utf-16", "utf-32")

SCHEME = "kimi"
"""Virtual documents of the server have URIs of this scheme."""


def answer(params: dict[str, Any]) -> dict[str, Any]:
    """The InitializeResult for a client's raw ``initialize`` parameters."""
    capabilities = _node(params, "capabilities")
    workspace: dict[str, Any] = {
        "workspaceFolders": {"supported": True, "changeNotifications": True},
        "fileOperations": {},
    }
    if isinstance(_node(capabilities, "workspace").get("textDocumentContent"), dict):
        workspace["textDocumentContent"] = {"schemes": [SCHEME]}
    synchronization = _node(_node(capabilities, "textDocument"), "synchronization")
    return {
        "capabilities": {
            "positionEncoding": encoding(params),
            "textDocumentSync": {
                "openClose": True,
                "change": 2,
                "save": False,
                **{
                    key: False
                    for key in ("willSave", "willSaveWaitUntil")
                    if key in synchronization
                },
            },
            "hoverProvider": True,
            "codeActionProvider": {
                "codeActionKinds": list(CODE_ACTION_KINDS),
                "resolveProvider": True,
            },
            "executeCommandProvider": {"commands": list(COMMANDS)},
            "workspace": workspace,
        },
        "serverInfo": {"name": "kimi-lsp", "version": __version__},
    }


def encoding(params: dict[str, Any]) -> PositionEncoding:
    """utf-16 where the client offers it or is silent, else the first it offers."""
    general = _node(_node(params, "capabilities"), "general")
    wanted = general.get("positionEncodings") or ()
    offered: list[PositionEncoding] = [
        known for one in wanted for known in ENCODINGS if one == known
    ]
    if not offered or "utf-16" in offered:
        return "utf-16"
    return offered[0]


def _node(tree: dict[str, Any], key: str) -> dict[str, Any]:
    node = tree.get(key)
    return node if isinstance(node, dict) else {}
