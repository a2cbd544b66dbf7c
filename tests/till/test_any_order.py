"""Any order of calls by two servers, days and restarts included, against a plain model."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.till import Bounds, Reservation, Till

CENTS = st.integers(0, 300)
SERVERS = st.sampled_from([0, 1])
BOUNDS = Bounds(5.0, 100)


@dataclass
class Held:
    """A reservation as the model knows it: cents, and the day it counts for."""

    reservation: Reservation
    cents: int
    day: datetime


@dataclass
class Day:
    held: list[Held] = field(default_factory=list)
    spent: int = 0
    requests: int = 0

    @property
    def left(self) -> int:
        return 500 - self.spent - sum(one.cents for one in self.held)


class TwoServers(RuleBasedStateMachine):
    held = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.now = datetime(2026, 11, 24, 9)
        self.days: dict[datetime, Day] = {}
        self.tills = [self.open(), self.open()]

    def teardown(self) -> None:
        self.runner.close()
        self.folder.cleanup()

    def open(self) -> Till:
        return Till(Path(self.folder.name), lambda: self.now)

    @property
    def today(self) -> Day:
        return self.days.setdefault(self.now, Day())

    @rule(target=held, server=SERVERS, cents=CENTS, tokens=st.integers(1, 120))
    def reserve(self, server: int, cents: int, tokens: int) -> Held | None:
        call = self.tills[server].reserve(tokens, 0, cents / 100, BOUNDS)
        if tokens > 100 or (cents and cents > self.today.left):
            with pytest.raises(KimiError):
                self.runner.run(call)
            return None
        found = Held(self.runner.run(call), cents, self.now)
        self.today.held.append(found)
        return found

    @rule(one=consumes(held), server=SERVERS, cents=CENTS)
    def settle(self, one: Held | None, server: int, cents: int) -> None:
        if one is None:
            return
        # Also for more than was held, as an estimate may be wrong.
        call = self.tills[server].settle(one.reservation, Usage(requests=1, usd=cents / 100))
        self.runner.run(call)
        if one in self.days[one.day].held:
            self.days[one.day].held.remove(one)
            self.days[one.day].spent += cents
            self.days[one.day].requests += 1

    @rule(one=held, server=SERVERS)
    def lose(self, one: Held | None, server: int) -> None:
        if one is not None:
            self.runner.run(self.tills[server].settle(one.reservation, None))
            if not one.cents and one in self.days[one.day].held:
                self.days[one.day].held.remove(one)

    @rule(one=held, server=SERVERS)
    def release(self, one: Held | None, server: int) -> None:
        if one is not None:
            self.runner.run(self.tills[server].release(one.reservation))
            if one in self.days[one.day].held:
                self.days[one.day].held.remove(one)

    @rule(server=SERVERS)
    def restart(self, server: int) -> None:
        self.tills[server] = self.open()

    @rule(days=st.sampled_from([-1, 1, 1]))
    def travel(self, days: int) -> None:
        # Over few enough days that none is dropped.
        if abs((self.now + timedelta(days) - datetime(2026, 11, 24, 9)).days) <= 3:
            self.now += timedelta(days)

    @invariant()
    def agree(self) -> None:
        for till in self.tills:
            assert self.runner.run(till.left(BOUNDS)) == max(self.today.left, 0) / 100
            used = self.runner.run(till.today())
            assert (used.requests, used.usd) == (self.today.requests, self.today.spent / 100)


TestTwoServers = TwoServers.TestCase
TestTwoServers.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
