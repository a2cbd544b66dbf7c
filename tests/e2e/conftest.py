"""The server over stdio against the offline Kimi, as three kinds of client see it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.wire.documents import Document
from tests.wire.raw_client import RawClient

FULL: dict[str, Any] = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "failureHandling": "textOnlyTransactional",
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
    },
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}},
            "tagSupport": {"valueSet": [1]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}
NEOVIM: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"resourceOperations": ["rename", "create", "delete"]},
    },
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}
NONE: dict[str, Any] = {}
CLIENTS = {"full": FULL, "neovim": NEOVIM, "none": NONE}

URI = "file:///work-here/shapes.py"


class Kimi:
    """An offline Kimi in a process of its own."""

    def __init__(self, *flags: str) -> None:
        command = (sys.executable, "-m", "kimi_lsp.simulator", *flags)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.url = json.loads(self.process.stdout.readline())["url"]

    def say(self, **line: Any) -> None:
        self._get("/simulator/script", json.dumps(line).encode())

    def chats(self) -> list[dict[str, Any]]:
        """The chat requests so far, oldest first."""
        asked = self._get("/simulator/requests")["requests"]
        return [one for one in asked if one["path"].endswith("/chat/completions")]

    def _get(self, path: str, data: bytes | None = None) -> Any:
        with urllib.request.urlopen(self.url.removesuffix("/v1") + path, data, 10) as page:
            return json.load(page)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()


class Editor:
    """A client that keeps its documents, applies edits to them, and types."""

    def __init__(self, kimi: Kimi, folder: Path, capabilities: Any, **options: Any) -> None:
        self.applies = True
        self.tells = True
        environment = {
            "KIMI_BASE_URL": kimi.url,
            "KIMI_API_KEY": "offline-canary-key",
            "KIMI_LSP_CONFIG": str(folder / "config.toml"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "KIMI_LSP_STATE": str(folder / "state"),
        }
        answers = {
            "workspace/applyEdit": self._apply,
            "window/showDocument": lambda params: {"success": True},
        }
        self.client = RawClient(env=environment, answers=answers)
        self.client.initialize(
            capabilities,
            initializationOptions=options,
            workspaceFolders=[
                {"uri": uri, "name": uri.rpartition("/")[2]} for uri in self.workspace(folder)
            ],
        )
        encodings = (capabilities.get("general") or {}).get("positionEncodings")
        assert encodings is None or "utf-16" in encodings
        self.edits: list[dict[str, Any]] = []

    def workspace(self, folder: Path) -> list[str]:
        """The URIs of the workspace folders; ``folder`` is the test's own."""
        return ["file:///work-here"]

    def open(self, text: str, uri: str = URI) -> None:
        self.document = Document(
            {"uri": uri, "languageId": "python", "version": 1, "text": text}, "utf-16"
        )
        self.client.open(uri, text)

    def type(self, line: int, character: int, text: str) -> None:
        place = {"line": line, "character": character}
        self._change([{"range": {"start": place, "end": place}, "text": text}])

    def run(self, command: str, **argument: Any) -> dict[str, Any]:
        """A waited command, to its end."""
        given = {"uri": self.document.uri, "wait": True, **argument}
        return self.client.request(
            "workspace/executeCommand", {"command": command, "arguments": [given]}
        )

    def start(self, command: str, **argument: Any) -> Any:
        """The id of a request that executes a command."""
        given = {"uri": self.document.uri, **argument}
        return self.client.start(
            "workspace/executeCommand", {"command": command, "arguments": [given]}
        )

    def menu(self, range_: Any, *diagnostics: Any, **context: Any) -> list[dict[str, Any]]:
        return self.client.request(
            "textDocument/codeAction",
            {
                "textDocument": {"uri": self.document.uri},
                "range": range_,
                "context": {"diagnostics": list(diagnostics), **context},
            },
        )

    def hover(self, line: int, character: int = 0) -> Any:
        place = {"line": line, "character": character}
        identity = {"uri": self.document.uri}
        return self.client.request(
            "textDocument/hover", {"textDocument": identity, "position": place}
        )

    def progress(self) -> list[dict[str, Any]]:
        """What the work-done progress of every job has said so far."""
        return [
            one["params"]["value"] for one in self.client.seen if one.get("method") == "$/progress"
        ]

    def close(self) -> None:
        assert self.client.close() == 0
        assert not self.client.stray
        assert b"offline-canary-key" not in self.client.errors
        assert b"Traceback" not in self.client.errors
        self.client.kill()

    def _apply(self, params: Mapping[str, Any]) -> Any:
        edit = params["edit"]
        self.edits.append(edit)
        if not self.applies:
            return {"applied": False, "failureReason": "the person said no"}
        if "documentChanges" in edit:
            (part,) = edit["documentChanges"]
            assert part["textDocument"]["version"] == self.document.version
            edits = part["edits"]
        else:
            edits = edit["changes"][self.document.uri]
        if self.tells:
            changes = [{"range": one["range"], "text": one["newText"]} for one in reversed(edits)]
            self._change(changes)
        return {"applied": True}

    def _change(self, changes: list[dict[str, Any]]) -> None:
        self.document.version += 1
        for change in changes:
            self.document.apply(change, self.document.version)
        identity = {"uri": self.document.uri, "version": self.document.version}
        self.client.notify(
            "textDocument/didChange", {"textDocument": identity, "contentChanges": changes}
        )


@pytest.fixture
def kimi() -> Iterator[Kimi]:
    kimi = Kimi()
    yield kimi
    kimi.close()


@pytest.fixture
def editor(kimi: Kimi, tmp_path: Path) -> Iterator[Callable[..., Editor]]:
    opened: list[Editor] = []

    def make(capabilities: Any = FULL, **options: Any) -> Editor:
        opened.append(Editor(kimi, tmp_path, capabilities, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
