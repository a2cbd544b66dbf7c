"""Explain, fix and edit through a client of another make, under the capabilities of three."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types as lsp
from lsprotocol.converters import get_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from kimi_lsp.wire.documents import Document
from tests.e2e.conftest import FULL, URI, Kimi
from tests.e2e.test_main_job import CURSOR, FIX, LINE, PROBLEM, REWRITE, SELECTED, TEXT

SECONDS = 30
CONVERTER = get_converter()
SETS = {
    "full": CONVERTER.structure(FULL, lsp.ClientCapabilities),
    "neovim": client_capabilities("neovim@v0.11.0"),
    "none": lsp.ClientCapabilities(),
}


class Editor:
    """A pytest-lsp client that applies edits to its one document and tells of it."""

    def __init__(self, client: LanguageClient, name: str) -> None:
        self.client = client
        self.name = name
        self.can_edit = SETS[name].workspace is not None
        self.document = Document(
            {"uri": URI, "languageId": "python", "version": 1, "text": TEXT}, "utf-16"
        )
        client.feature(lsp.WORKSPACE_APPLY_EDIT)(lambda params: self.apply(params))

    def open(self) -> None:
        item = lsp.TextDocumentItem(URI, "python", 1, TEXT)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def apply(self, params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        edit = CONVERTER.unstructure(params.edit)
        if "documentChanges" in edit:
            (part,) = edit["documentChanges"]
            assert part["textDocument"] == {"uri": URI, "version": self.document.version}
            edits = part["edits"]
        else:
            edits = edit["changes"][URI]
        changes = [{"range": one["range"], "text": one["newText"]} for one in reversed(edits)]
        version = self.document.version = self.document.version + 1
        for change in changes:
            self.document.apply(change, version)
        told = {"textDocument": {"uri": URI, "version": version}, "contentChanges": changes}
        self.client.text_document_did_change(
            CONVERTER.structure(told, lsp.DidChangeTextDocumentParams)
        )
        return lsp.ApplyWorkspaceEditResult(applied=True)

    async def run(self, command: str, **argument: Any) -> Any:
        """A waited command, to its end."""
        params = lsp.ExecuteCommandParams(command, [{"uri": URI, "wait": True, **argument}])
        call = self.client.workspace_execute_command_async(params)
        return await asyncio.wait_for(call, SECONDS)


@pytest_asyncio.fixture(params=SETS)
async def editor(
    request: pytest.FixtureRequest, kimi: Kimi, tmp_path: Path
) -> AsyncIterator[Editor]:
    config = ClientServerConfig(
        server_command=[sys.executable, "-m", "kimi_lsp", "--stdio"],
        server_env={
            **os.environ,
            "KIMI_BASE_URL": kimi.url,
            "KIMI_API_KEY": "offline-canary-key",
            "KIMI_LSP_CONFIG": os.fspath(tmp_path / "config.toml"),
            "XDG_CACHE_HOME": os.fspath(tmp_path / "cache"),
        },
    )
    client = await config.start()
    editor = Editor(client, request.param)
    folder = lsp.WorkspaceFolder("file:///work-here", "work-here")
    params = lsp.InitializeParams(
        SETS[request.param], process_id=os.getpid(), workspace_folders=[folder]
    )
    async with asyncio.timeout(SECONDS):
        await client.initialize_session(params)
        editor.open()
        yield editor
        await client.shutdown_session()
        await client.stop()


async def test_explain(editor: Editor, kimi: Kimi) -> None:
    kimi.say(reply={"content": "It doubles.\n\nNothing else."})
    end = await editor.run("kimi.explain", range=CURSOR)
    assert (end["state"], end["text"]) == ("done", "It doubles.\n\nNothing else.")
    place = lsp.Position(9, 4)
    hover = await editor.client.text_document_hover_async(
        lsp.HoverParams(lsp.TextDocumentIdentifier(URI), place)
    )
    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    assert "It doubles." in hover.contents.value
    assert hover.range == lsp.Range(lsp.Position(8, 0), lsp.Position(9, 16))
    shows = editor.name != "none"
    assert len(editor.client.shown_documents) == shows
    told = [each.message for each in editor.client.messages]
    assert any("It doubles." in text for text in told) != shows
    progress = [
        type(each).__name__
        for reports in editor.client.progress_reports.values()
        for each in reports
    ]
    assert progress.count("WorkDoneProgressBegin") == progress.count("WorkDoneProgressEnd") == shows


@pytest.mark.parametrize(
    ("command", "argument", "reply", "expected"),
    [
        (
            "kimi.fix",
            {"range": LINE, "diagnostics": [PROBLEM]},
            FIX,
            TEXT.replace("radius**2", "r**2"),
        ),
        (
            "kimi.edit",
            {"range": SELECTED, "instruction": "add instead"},
            REWRITE,
            TEXT.replace("2 * x", "x + x"),
        ),
    ],
)
async def test_edits(
    command: str, argument: Any, reply: str, expected: str, editor: Editor, kimi: Kimi
) -> None:
    kimi.say(reply={"content": reply})
    end = await editor.run(command, **argument)
    assert (end["state"], end["applied"]) == ("done", editor.can_edit), end
    if not editor.can_edit:
        assert editor.document.text == TEXT
        edit = CONVERTER.structure(end["edit"], lsp.WorkspaceEdit)
        editor.apply(lsp.ApplyWorkspaceEditParams(edit))
    assert editor.document.text == expected
