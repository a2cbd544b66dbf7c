"""Positions count in the units that were agreed on, into the server and out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kimi_lsp.core.text import PositionEncoding, units
from kimi_lsp.wire.documents import Document
from tests.e2e.conftest import Kimi
from tests.wire.raw_client import RawClient

URI = "file:///work-here/a.py"
TEXT = 'é = "\U0001f600\u2028"; b = 1\r\nc = 2\n'
BEFORE = 'é = "\U0001f600\u2028"; '


@pytest.fixture(scope="module")
def kimi() -> Iterator[Kimi]:
    kimi = Kimi()
    kimi.say(reply={"content": "```\nb = 3\n```"})
    yield kimi
    kimi.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_selection_and_its_edit(encoding: PositionEncoding, kimi: Kimi, tmp_path: Path) -> None:
    environment = {
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "any",
        "KIMI_LSP_CONFIG": os.fspath(tmp_path / "config.toml"),
    }
    client = RawClient(env=environment)
    client.initialize({"general": {"positionEncodings": [encoding]}})
    document = Document({"uri": URI, "version": 1, "text": TEXT}, encoding)
    client.open(URI, TEXT)
    start = units(BEFORE, encoding)
    range_ = {
        "start": {"line": 0, "character": start},
        "end": {"line": 0, "character": start + len("b = 1")},
    }
    argument = {"uri": URI, "range": range_, "instruction": "three", "wait": True}
    call = {"command": "kimi.edit", "arguments": [argument]}
    end = client.request("workspace/executeCommand", call)
    assert (end["state"], end["applied"]) == ("done", False), end
    prompt = kimi.chats()[-1]["body"]["messages"][-1]["content"]
    assert "```\nb = 1\n```" in prompt
    for change in end["edit"]["changes"][URI]:
        document.apply({"range": change["range"], "text": change["newText"]}, 2)
    assert document.text == TEXT.replace("b = 1", "b = 3")
    assert client.close() == 0
    client.kill()
