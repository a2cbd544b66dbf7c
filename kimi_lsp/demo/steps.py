"""The steps of the demo: each does one thing a person does, and reports what it saw."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kimi_lsp.core.edits import unified
from kimi_lsp.demo.editor import Editor
from kimi_lsp.demo.screen import Screen
from kimi_lsp.wire.documents import Document


@dataclass(frozen=True)
class Seen:
    """What a step saw: whether it is what the step is for, and the text that shows it."""

    ok: bool
    evidence: str


@dataclass(frozen=True)
class Stage:
    """What the steps act on."""

    editor: Editor
    document: Document
    screen: Screen
    folder: Path

    def lines(self, first: str, last: str) -> dict[str, Any]:
        """The range of whole lines from the one that begins so to the one that begins so."""
        starts = [number for number, line in enumerate(self.document.lines) if first in line]
        ends = [number for number, line in enumerate(self.document.lines) if last in line]
        end = next(number for number in ends if number >= starts[0])
        return {
            "start": {"line": starts[0], "character": 0},
            "end": {"line": end + 1, "character": 0},
        }

    async def ask(
        self,
        command: str,
        argument: Mapping[str, Any],
        on_event: Callable[[Mapping[str, Any], str], Awaitable[None]] | None = None,
    ) -> Mapping[str, Any]:
        """Run a command as a job, show its stream, and give its end."""
        answer = await self.editor.command(command, {"uri": self.document.uri, **argument})

        async def seen(event: Mapping[str, Any]) -> None:
            self.screen.event(event)
            if on_event:
                await on_event(event, answer["job"])

        end = await self.editor.until_end(answer["job"], seen)
        self.screen.stop()
        return end


async def explain(stage: Stage) -> Seen:
    """A function is explained; the text streams in."""
    deltas: list[str] = []

    async def on_event(event: Mapping[str, Any], _: str) -> None:
        deltas.append(str(event.get("delta") or ""))

    end = await stage.ask(
        "kimi.explain", {"range": stage.lines("def litres", "math.ceil")}, on_event
    )
    text = "".join(deltas)
    whole = (
        end["state"] == "done" and text == end.get("text") and len(list(filter(None, deltas))) > 1
    )
    return Seen(whole, text or str(end.get("message")))


async def fix(stage: Stage) -> Seen:
    """A diagnostic is fixed, from the menu that the server offers on it."""
    range_ = stage.lines("sum(openings)", "sum(openings)")
    diagnostic = {
        "range": range_,
        "severity": 1,
        "source": "Pyright",
        "code": "reportUndefinedVariable",
        "message": '"openings" is not defined',
    }
    menu = await stage.editor.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": stage.document.uri},
            "range": range_,
            "context": {"diagnostics": [diagnostic], "triggerKind": 1},
        },
    )
    stage.screen.say("menu: " + ", ".join(action["title"] for action in menu))
    chosen = next(action for action in menu if action["kind"] == "quickfix.kimi.fix")
    return await _edited(stage, "kimi.fix", chosen["command"]["arguments"][0])


async def edit(stage: Stage) -> Seen:
    """A selection is changed by instruction."""
    instruction = "Write a docstring and simplify"
    stage.screen.say(f"instruction: {instruction}")
    range_ = stage.lines("def price", "return total")
    return await _edited(stage, "kimi.edit", {"range": range_, "instruction": instruction})


async def cancel(stage: Stage) -> Seen:
    """A long answer is stopped while it is being written."""
    asked = asyncio.Event()

    async def on_event(event: Mapping[str, Any], job: str) -> None:
        if event.get("event") == "text" and not asked.is_set():
            asked.set()
            await stage.editor.command("kimi.cancel", {"job": job})

    range_ = stage.lines("class Wall", "return whole")
    instruction = "Explain every line"
    end = await stage.ask("kimi.edit", {"range": range_, "instruction": instruction}, on_event)
    return Seen(end["state"] == "cancelled" and asked.is_set(), str(end.get("message")))


async def refuse(stage: Stage) -> Seen:
    """A line is changed while Kimi rewrites it: the edit must not land on it."""
    typed = asyncio.Event()
    range_ = stage.lines("total = litres", "return total")
    line = range_["start"]["line"]

    async def on_event(event: Mapping[str, Any], _: str) -> None:
        if event.get("event") == "text" and not typed.is_set():
            typed.set()
            place = {"line": line, "character": 4}
            change = {"range": {"start": place, "end": place}, "text": "sub"}
            stage.editor.change(stage.document, [change])
            stage.screen.say("meanwhile the person types on that line")

    instruction = "Rename the variable total to gross"
    end = await stage.ask("kimi.edit", {"range": range_, "instruction": instruction}, on_event)
    kept = "subtotal = litres" in stage.document.text
    ok = end["state"] == "refused" and end.get("reason") == "stale" and typed.is_set() and kept
    return Seen(ok, str(end.get("message")))


async def _edited(stage: Stage, command: str, argument: Mapping[str, Any]) -> Seen:
    before = stage.document.text
    end = await stage.ask(command, argument)
    diff = unified(before, stage.document.text, "shapes.py")
    ok = end["state"] == "done" and end.get("applied") is True and bool(diff)
    return Seen(ok, diff or str(end.get("message")))


STEPS: tuple[Callable[[Stage], Awaitable[Seen]], ...] = (explain, fix, edit, cancel, refuse)
