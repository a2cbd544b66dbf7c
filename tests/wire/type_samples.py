"""Print what lsprotocol's types make of real clients' messages, one line a case.

Run once with the types built lazily and once eagerly, it must print the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kimi_lsp.wire import lazy_types

lazy = lazy_types.install()

import attrs  # noqa: E402
from lsprotocol import types  # noqa: E402

from kimi_lsp.wire.server import KimiServer  # noqa: E402

PLACE = {"line": 1, "character": 2}
RANGE = {"start": PLACE, "end": PLACE}
DIAGNOSTIC = {
    "range": RANGE,
    "message": "wrong",
    "severity": 1,
    "code": "E1",
    "tags": [1],
    "data": {"a": [1, None]},
    "relatedInformation": [{"location": {"uri": "file:///b", "range": RANGE}, "message": "here"}],
}
EDIT = {
    "documentChanges": [
        {
            "textDocument": {"uri": "file:///a", "version": None},
            "edits": [
                {"range": RANGE, "newText": "x"},
                {"range": RANGE, "newText": "y", "annotationId": "k"},
            ],
        },
        {"kind": "create", "uri": "file:///n", "options": {"overwrite": False}},
    ],
    "changeAnnotations": {"k": {"label": "Kimi", "needsConfirmation": True}},
}
COMMAND = {"title": "Fix", "command": "kimi.fix", "arguments": [{"a": 1}]}
SAMPLES: list[tuple[type, Any]] = [
    (types.Hover, {"contents": {"kind": "markdown", "value": "x"}, "range": RANGE}),
    (types.Hover, {"contents": ["a", {"language": "c", "value": "x"}]}),
    (types.HoverParams, {"textDocument": {"uri": "file:///a"}, "position": PLACE}),
    (
        types.CodeActionParams,
        {
            "textDocument": {"uri": "file:///a"},
            "range": RANGE,
            "context": {"diagnostics": [DIAGNOSTIC], "only": ["quickfix", "x"], "triggerKind": 2},
        },
    ),
    (types.CodeAction, {"title": "x", "kind": "quickfix", "edit": EDIT, "data": {"a": None}}),
    (types.CodeAction, {"title": "x", "command": COMMAND, "tags": [1], "isPreferred": False}),
    (types.Command, COMMAND),
    (types.WorkspaceEdit, EDIT),
    (types.WorkspaceEdit, {"changes": {"file:///a": [{"range": RANGE, "newText": ""}]}}),
    (types.DidChangeConfigurationParams, {"settings": {"kimi": {"model": "m"}}}),
    (types.WorkDoneProgressCancelParams, {"token": 5}),
    (types.WorkDoneProgressCancelParams, {"token": "t"}),
    (types.Position, {"line": -1, "character": 0}),
    (types.Position, {"line": "x", "character": 0}),
    (types.Position, {"line": 1}),
    (types.CodeAction, {}),
]


def structured(server: KimiServer, kind: type, value: Any) -> str:
    """A value there and back again, or what kept it from being read."""
    try:
        typed = server.typed(value, kind)
    except Exception as error:
        return f"{type(error).__name__} {error}"
    return f"{typed!r} {typed == server.typed(value, kind)} {json.dumps(server.plain(typed))}"


def described(kind: Any) -> str:
    """A class as attrs knows it."""
    if not attrs.has(kind):
        return repr(kind)
    fields = [
        (one.name, one.type, one.default, one.validator, one.kw_only) for one in attrs.fields(kind)
    ]
    return f"{kind.__name__}{kind.__annotations__.keys()} {fields}"


def main() -> None:
    print("lazy" if lazy else "eager")
    server = KimiServer("samples", "1")
    for file in sys.argv[1:]:
        client = json.loads(Path(file).read_text("utf-8"))
        print(Path(file).stem, structured(server, types.InitializeParams, client))
    for kind, value in SAMPLES:
        print(kind.__name__, structured(server, kind, value))
    for name, kind in sorted(types.ALL_TYPES_MAP.items()):
        print(name, described(kind))


if __name__ == "__main__":
    main()
