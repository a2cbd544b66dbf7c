"""How much of a conversation's input the endpoint has to read anew, its cache aside."""

from __future__ import annotations

import contextlib
import itertools
import os
from pathlib import Path
from typing import Any

from tests.bench.report import Report
from tests.bench.servers import CAPABILITIES, HERE, leave, start
from tests.e2e.conftest import Kimi

URI = "file:///work-here/shapes.py"
CODE = {"start": {"line": 20, "character": 0}, "end": {"line": 60, "character": 0}}
QUESTIONS = (
    "What does this class promise to those who use it?",
    "And what if a side is negative?",
    "Where would you check that?",
    "Show me how, for one of the two.",
    "Does a caller have to change?",
)
ANSWER = "It holds a shape and what can be asked of it; nothing is checked when it is made. " * 6


def measure(report: Report, folder: Path) -> None:
    """Five turns; what a turn's input has beyond the last turn and its answer is read anew."""
    with contextlib.closing(Kimi()) as kimi:
        kimi.say(reply={"content": ANSWER})
        turns = _turns(folder, kimi)
    sizes = [sum(len(message["content"]) for message in turn) for turn in turns]
    anew = sizes[0]
    for before, turn in itertools.pairwise(turns):
        known = [*before, {"role": "assistant", "content": ANSWER}]
        assert turn[: len(known)] == known, "a turn does not begin as the one before it"
        anew += sum(len(message["content"]) for message in turn[len(known) :])
    what = "a five-turn conversation's input that no cache can give, of all of it"
    report.add(what, anew / sum(sizes), 0.2)


def _turns(folder: Path, kimi: Kimi) -> list[list[dict[str, Any]]]:
    environment = {
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "any",
        "KIMI_LSP_CONFIG": os.fspath(folder / "config.toml"),
        "XDG_CACHE_HOME": os.fspath(folder / "cache"),
    }
    client = start("kimi-lsp", environment)
    client.initialize(CAPABILITIES)
    client.open(URI, (HERE / "shapes.txt").read_text("utf-8"))
    place: dict[str, Any] = {"uri": URI, "range": CODE}
    for question in QUESTIONS:
        argument = {"text": question, "wait": True, **place}
        call = {"command": "kimi.ask", "arguments": [argument]}
        end = client.request("workspace/executeCommand", call)
        place = {"conversation": end["conversation"]}
    leave(client)
    return [one["body"]["messages"] for one in kimi.chats()]
