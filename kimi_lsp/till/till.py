"""The till: every call's worst cost is reserved before it is made, and its true cost counted after.

All of a person's servers share one ledger, so that together they never spend more than the bound.
Where the ledger cannot be used, nothing is spent.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.till import money
from kimi_lsp.till.ledger import Day, Ledger
from kimi_lsp.till.store import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

WAIT_SECONDS = 5.0
"""Longest wait for the ledger while others use it; each of them takes milliseconds."""


@dataclass(frozen=True)
class Bounds:
    """The most dollars a calendar day, and the most tokens of one request with its answer."""

    usd_per_day: float
    tokens_per_request: int


@dataclass(frozen=True)
class Reservation:
    """Micro-dollars held for one call, on the day it was begun."""

    id: str
    day: str
    micros: int


class Till:
    """What one person's servers spend. ``folder`` is made when something is first reserved.

    Every method raises ``KimiError`` (``budget``) where the ledger cannot be used. ``now`` is the
    local time, which says what day it is.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = datetime.now) -> None:
        self._store = Store(folder)
        self._now = now
        # A courtesy to the threads, of which there are few: one waits for the file at a time.
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def reserve(
        self, prompt_tokens: int, answer_tokens: int, usd: float | None, bounds: Bounds
    ) -> Reservation:
        """Hold what a call may cost; ``usd`` is None where no price is known, which holds nothing.

        Raises ``KimiError`` (``budget``) where either bound would be passed. Every reservation is
        to be settled or released; one that is not stays counted for its day.
        """
        tokens = prompt_tokens + answer_tokens
        if tokens > bounds.tokens_per_request:
            most = bounds.tokens_per_request
            raise KimiError("budget", "till.tokens", tokens=tokens, bound=most)
        cost, bound = money.cost(usd or 0.0), money.bound(bounds.usd_per_day)
        name = os.urandom(8).hex()

        def hold(ledger: Ledger) -> Reservation:
            # Asked here, so that a wait over midnight is counted for the new day.
            reservation = Reservation(name, self._day(), cost)
            day = ledger.on(reservation.day)
            if cost and bound is not None and day.counted + cost > bound:
                raise _over(cost, bound, day)
            day.reserved[name] = cost
            return reservation

        work = self._start(self._change(hold))
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            # The thread cannot be stopped, so what it holds in the end is given back.
            self._start(self._give_back(work))
            raise
        return work.result()

    async def settle(self, reservation: Reservation, usage: Usage | None) -> None:
        """Count what a call took in place of its reservation, on the reservation's day.

        None means that it was sent and nothing is known of its cost: its reservation stays
        counted. Of a reservation settled or released before, nothing is counted again. Goes on
        to its end where the caller is cancelled.
        """
        if usage is None:
            # A free call's reservation counts nothing, and need not be kept.
            if not reservation.micros:
                await self.release(reservation)
            return
        await self._whole(self._change(lambda ledger: _close(ledger, reservation, usage)))

    async def release(self, reservation: Reservation) -> None:
        """Give back what was held for a call that was never sent, as ``settle`` does."""
        await self._whole(self._change(lambda ledger: _close(ledger, reservation, None)))

    async def today(self) -> Usage:
        """What today's finished calls took; ``usd`` is None where the price of one is not known."""
        return (await self._whole(self._read())).usage

    async def left(self, bounds: Bounds) -> float:
        """Dollars left today, reservations counted; infinite where there is no bound."""
        bound = money.bound(bounds.usd_per_day)
        day = await self._whole(self._read())
        return math.inf if bound is None else money.dollars(max(bound - day.counted, 0))

    async def finish(self) -> None:
        """Wait for what cancelled callers left to be done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _day(self) -> str:
        return self._now().date().isoformat()

    async def _read(self) -> Day:
        deadline = time.monotonic() + WAIT_SECONDS
        async with self._turn:
            ledger = await asyncio.to_thread(self._store.read, deadline)
        return ledger.days.get(self._day(), Day())

    async def _change(self, change: Callable[[Ledger], T]) -> T:
        deadline = time.monotonic() + WAIT_SECONDS
        async with self._turn:
            return await asyncio.to_thread(self._store.change, change, deadline)

    async def _give_back(self, work: asyncio.Task[Reservation]) -> None:
        await asyncio.wait({work})
        if not work.cancelled() and work.exception() is None:
            await self._change(lambda ledger: _close(ledger, work.result(), None))

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of work that goes on where the caller is cancelled."""
        task = self._start(work)
        await asyncio.wait({task})
        return task.result()

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        # The caller may be gone, and then nobody else says that it failed.
        if not task.cancelled() and (error := task.exception()):
            log.info("%s", error.key if isinstance(error, KimiError) else type(error).__name__)


def _close(ledger: Ledger, reservation: Reservation, usage: Usage | None) -> None:
    # Not there any more: closed before, or the ledger was removed since.
    day = ledger.days.get(reservation.day)
    if day is None or day.reserved.pop(reservation.id, None) is None:
        return
    if usage is not None:
        day.add(usage)


def _over(cost: int, bound: int, day: Day) -> KimiError:
    return KimiError(
        "budget",
        "till.usd",
        cost=money.shown(cost),
        left=money.shown(max(bound - day.counted, 0)),
        bound=money.shown(bound),
    )
