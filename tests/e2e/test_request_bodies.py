"""What is sent, byte for byte: a change of a prompt or of a dialect shows in a snapshot.

``KIMI_LSP_UPDATE_REQUESTS=1 pytest tests/e2e/test_request_bodies.py`` writes them anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import FULL, Editor, Kimi
from tests.e2e.test_main_job import CURSOR, LINE, PROBLEM, SELECTED, TEXT

SNAPSHOTS = Path(__file__).parents[1] / "cases" / "requests"
UPDATE = "KIMI_LSP_UPDATE_REQUESTS"
DIALECTS = ("moonshot", "vllm", "sglang")
ACTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "explain": ("kimi.explain", {"range": CURSOR}),
    "explain-thinking": ("kimi.explain", {"range": CURSOR, "thinking": "on"}),
    "fix": ("kimi.fix", {"range": LINE, "diagnostics": [PROBLEM]}),
    "edit-selection": ("kimi.edit", {"range": SELECTED, "instruction": "add instead"}),
    "edit-document": ("kimi.edit", {"instruction": "add types"}),
}


@pytest.fixture(scope="module", params=DIALECTS)
def endpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Kimi, Editor]]:
    """An endpoint that is recognized by what it lists, and an editor that asks it."""
    kimi = Kimi("--dialect", request.param)
    kimi.say(reply={"content": "NO_EDIT"})
    editor = Editor(kimi, tmp_path_factory.mktemp(request.param), FULL)
    editor.open(TEXT)
    yield request.param, kimi, editor
    editor.close()
    kimi.close()


@pytest.mark.parametrize("action", ACTIONS)
def test_the_request_is_the_one_on_record(action: str, endpoint: tuple[str, Kimi, Editor]) -> None:
    dialect, kimi, editor = endpoint
    command, argument = ACTIONS[action]
    before = len(kimi.chats())
    editor.run(command, **argument)
    (asked,) = kimi.chats()[before:]
    assert asked["headers"]["authorization"] == "Bearer offline-canary-key"
    file = SNAPSHOTS / f"{action}.{dialect}.json"
    if os.environ.get(UPDATE):
        text = json.dumps(asked["body"], indent=2, ensure_ascii=False, sort_keys=True)
        file.write_text(text + "\n", "utf-8")
    assert file.exists(), f"no record of this request; {UPDATE}=1 writes it"
    assert asked["body"] == json.loads(file.read_text("utf-8"))


def test_no_record_is_left_over() -> None:
    expected = {f"{action}.{dialect}.json" for action in ACTIONS for dialect in DIALECTS}
    assert {file.name for file in SNAPSHOTS.iterdir()} == expected
