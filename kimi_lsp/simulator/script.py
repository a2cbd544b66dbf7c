"""Scripts: which reply answers which request, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kimi_lsp.simulator.dialects import mapping
from kimi_lsp.simulator.faults import FAULTS


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
        """Whether it matches a request by its model and its last user message."""
        wanted = self.match
        return (
            self.left != 0
            and wanted.get("model", model) == model
            and str(wanted.get("contains", "")) in text
            and wanted.get("image", image) == image
        )


def asked(body: Mapping[str, Any]) -> tuple[str, bool]:
    """The text of the last user message, and whether it shows a picture."""
    users = [one for one in body["messages"] if one.get("role") == "user"]
    content = users[-1].get("content") if users else ""
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    text = "\n".join(str(part.get("text")) for part in parts if part.get("type") == "text")
    return text, any(part.get("type") == "image_url" for part in parts)


def _string(value: object) -> bool:
    return isinstance(value, str)


def _count(value: object) -> bool:
    return type(value) is int and value >= 0


def _seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _calls(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(mapping(one).get("name"), str) and isinstance(mapping(one).get("arguments"), str)
        for one in value
    )


LINE: dict[str, Callable[[object], bool]] = {
    "match": lambda value: isinstance(value, Mapping),
    "reply": lambda value: isinstance(value, Mapping),
    "fault": lambda value: value is None or value in FAULTS,
    "status": lambda value: value is None or (type(value) is int and 400 <= value <= 599),
    "error": lambda value: isinstance(value, Mapping),
    "times": lambda value: value is None or _count(value),
}
MATCH: dict[str, Callable[[object], bool]] = {
    "model": _string,
    "contains": _string,
    "image": lambda value: isinstance(value, bool),
}
REPLY: dict[str, Callable[[object], bool]] = {
    "content": _string,
    "reasoning": _string,
    "finish": _string,
    "chunk": lambda value: _count(value) and value != 0,
    "delay": _seconds,
    "tool_calls": _calls,
}


def line_of(raw: Any) -> Line:
    """A line from its JSON. Raises ``ScriptError``."""
    if not isinstance(raw, Mapping):
        raise ScriptError("a line must be an object")
    _members(raw, LINE)
    _members(raw.get("match", {}), MATCH)
    _members(raw.get("reply", {}), REPLY)
    return Line(
        match=raw.get("match", {}),
        reply=raw.get("reply", {}),
        fault=raw.get("fault"),
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
        except (ValueError, RecursionError, ScriptError) as error:
            raise ScriptError(f"line {number}: {error}") from None
    return script


def _members(raw: Mapping[str, Any], known: Mapping[str, Callable[[object], bool]]) -> None:
    for name, value in raw.items():
        if name not in known:
            raise ScriptError(f"unknown member {name!r}")
        if not known[name](value):
            raise ScriptError(f"{name!r} cannot be {json.dumps(value)[:60]}")
