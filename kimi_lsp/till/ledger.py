"""The ledger: what each of the last days has cost, and what is reserved of it. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeGuard

from kimi_lsp.core.model import Usage
from kimi_lsp.till import money

VERSION = 1
"""Of the file's form; a file of a greater one is not touched."""

KEPT_DAYS = 7
"""Days kept. They are counted, not measured by today, so that a clock that was wrong for a moment
makes nobody forget the day it comes back to."""

Unusable = Literal["newer", "broken"]


@dataclass
class Day:
    """What one day's finished calls took, and the micro-dollars held for calls under way, by id.

    ``unpriced`` counts the calls whose price is not known.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    requests: int = 0
    micros: int = 0
    unpriced: int = 0
    reserved: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def counted(self) -> int:
        """Micro-dollars that are gone or may be."""
        return self.micros + sum(self.reserved.values())

    @property
    def usage(self) -> Usage:
        """What the finished calls took."""
        return Usage(
            self.prompt_tokens,
            self.cached_tokens,
            self.completion_tokens,
            self.reasoning_tokens,
            self.requests,
            None if self.unpriced else money.dollars(self.micros),
        )

    def add(self, usage: Usage) -> None:
        """Count a finished call."""
        self.prompt_tokens += usage.prompt_tokens
        self.cached_tokens += usage.cached_tokens
        self.completion_tokens += usage.completion_tokens
        self.reasoning_tokens += usage.reasoning_tokens
        self.requests += usage.requests
        if usage.usd is None:
            self.unpriced += 1
        else:
            self.micros += money.cost(usage.usd)


_COUNTS = tuple(item.name for item in fields(Day) if item.name != "reserved")


@dataclass
class Ledger:
    """The days by their ISO date."""

    days: dict[str, Day] = field(default_factory=dict[str, Day])

    def on(self, name: str) -> Day:
        """The day of a date, begun where it is new; the oldest days give way to it."""
        found = self.days.setdefault(name, Day())
        for old in sorted(day for day in self.days if day != name)[: -(KEPT_DAYS - 1)]:
            del self.days[old]
        return found


def write(ledger: Ledger) -> bytes:
    """The file of a ledger."""
    days = {name: asdict(day) for name, day in sorted(ledger.days.items())}
    return json.dumps({"version": VERSION, "days": days}, indent=1).encode() + b"\n"


def read(data: bytes) -> Ledger | Unusable:
    """The ledger of a file, or why it cannot be used."""
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return "broken"
    if not isinstance(found, dict) or not _count(version := found.get("version")):
        return "broken"
    if version > VERSION:
        return "newer"
    days = found.get("days")
    if not isinstance(days, dict):
        return "broken"
    ledger = Ledger()
    for name, members in days.items():
        day = _day(members)
        if day is None:
            return "broken"
        ledger.days[name] = day
    return ledger


def _day(members: Any) -> Day | None:
    if not isinstance(members, dict):
        return None
    counts: dict[str, Any] = {name: members.get(name) for name in _COUNTS}
    reserved = members.get("reserved")
    if not isinstance(reserved, dict):
        return None
    if not all(_count(value) for value in (*counts.values(), *reserved.values())):
        return None
    return Day(**counts, reserved=reserved)


def _count(value: Any) -> TypeGuard[int]:
    return type(value) is int and value >= 0
