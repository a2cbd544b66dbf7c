"""Scripts: which reply answers which request, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FAULTS = {
    "drop": "close in the middle of the answer, cleanly, with no finish_reason and no [DONE]",
    "cut": "break the connection in the middle of a chunk",
    "split": "send every byte on its own",
    "error_event": "send an error object in the middle of the stream",
    "stall": "fall silent in the middle of the answer",
    "ping": "send nothing but keep-alive comments after the first delta",
    "no_done": "end without [DONE]",
    "done_only": "end with [DONE] and no finish_reason",
    "bad_json": "send a data line that is no JSON",
    "html": "answer 200 with a web page",
    "redirect": "answer 307 to another host",
    "refuse": "close the connection without an answer",
    "slow_first": "wait `delay` seconds before the first byte",
}


class ScriptError(Exception):
    """A script that cannot be used, and where."""


@dataclass
class Line:
    """One line of a script; ``left`` is how often it may still answer, None for ever."""

    match: Mapping[str, Any] = field(default_factory=dict)
    reply: Mapping[str, Any] = field(default_factory=dict)
    fault: str | None = None
    status: int | None = None
    error: Mapping[str, Any] = field(default_factory=dict)
    left: int | None = None

    def answers(self, model: str, text: str, *, image: bool) -> bool:
        wanted = self.match
        return (
            self.left != 0
            and wanted.get("model", model) == model
            and str(wanted.get("contains", "")) in text
            and wanted.get("image", image) == image
        )


def line_of(raw: Any) -> Line:
    """A line from its JSON. Raises ``ScriptError``."""
    if not isinstance(raw, Mapping):
        raise ScriptError("a line must be an object")
    unknown = set(raw) - {"match", "reply", "fault", "status", "error", "times"}
    if unknown:
        raise ScriptError(f"unknown member {sorted(unknown)[0]!r}")
    fault = raw.get("fault")
    if fault is not None and fault not in FAULTS:
        raise ScriptError(f"unknown fault {fault!r}")
    for name in ("match", "reply", "error"):
        if not isinstance(raw.get(name, {}), Mapping):
            raise ScriptError(f"{name!r} must be an object")
    return Line(
        match=raw.get("match", {}),
        reply=raw.get("reply", {}),
        fault=fault,
        status=raw.get("status"),
        error=raw.get("error", {}),
        left=raw.get("times"),
    )


def read(lines: Iterable[str]) -> list[Line]:
    """A script from its text. Raises ``ScriptError`` that names the line."""
    script: list[Line] = []
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            script.append(line_of(json.loads(text)))
        except (ValueError, ScriptError) as error:
            raise ScriptError(f"line {number}: {error}") from None
    return script
