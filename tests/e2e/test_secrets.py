"""A workspace full of secret files: nothing of them is in anything that is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import FULL, Editor, Kimi
from tests.workspace.test_secrets import SECRET

CANARY = "canary-of-a-secret-file"
CODE = "def twice(x):\n    return 2 * x\n"
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 2, "character": 0}}
COMMANDS = ("kimi.explain", "kimi.edit", "kimi.ask")


def test_no_request_holds_any_of_a_secret_file(
    kimi: Kimi, editor: Callable[..., Editor], tmp_path: Path
) -> None:
    """Asked about each, open and not, and about code that lies between them all."""
    kimi.say(reply={"content": "It doubles."})
    folder = tmp_path / "work"
    one = editor(FULL)
    event = {"added": [{"uri": folder.as_uri(), "name": "work"}], "removed": []}
    one.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    assert len(SECRET) >= 40
    code = folder / "code.py"
    one.open(CODE, code.as_uri())
    for name in SECRET.values():
        file = folder / name.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"token = {CANARY}\n", "utf-8")
        for is_open in (False, True):
            if is_open:
                one.open(file.read_text("utf-8"), file.as_uri())
            for command in COMMANDS:
                argument = {"range": WHOLE, "instruction": "x", "text": "x"}
                end = one.run(command, **{"uri": file.as_uri(), **argument})
                assert (end["state"], end["reason"]) == ("failed", "excluded"), (name, end)
    assert not kimi.chats()
    one.open(CODE, code.as_uri())
    assert one.run("kimi.explain", range=WHOLE)["state"] == "done"
    assert CANARY not in json.dumps(kimi.chats())
