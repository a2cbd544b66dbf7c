"""Whose turn it is at one origin: bounds a person set, and bounds the API was heard to name.

Pure: it knows the time by the clock it is given and waits for nothing. ``turns`` does the waiting.
"""

from __future__ import annotations

import bisect
import heapq
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

WINDOW = 60.0
"""Seconds over which requests and tokens are counted."""

MEMORY = 3600.0
"""Seconds for which a learnt bound is kept: a tier may have been raised since."""

OVERDUE = 1.0
"""Seconds that a call is given which has taken longer than usual."""

Clock = Callable[[], float]
Kind = Literal["concurrency", "requests", "tokens"]


@dataclass(frozen=True)
class Bounds:
    """What the settings allow at once and in a minute; 0 leaves a bound to what is learnt."""

    concurrency: int = 4
    requests: int = 0
    tokens: int = 0


@dataclass(frozen=True)
class Limit:
    """A bound that the API named when it refused a request."""

    kind: Kind
    number: int


@dataclass(eq=False)
class Ticket:
    """One call's place. It keeps its number, and so its place, when it has to ask again.

    ``tokens`` are those the API counts at the door: the prompt and the bound of the answer.
    ``wake`` is called when it may be worth asking again. A ``refused`` ticket waits as long as the
    API said and then passes the learnt pace, which may know less than the API.
    """

    number: int
    tokens: int
    wake: Callable[[], None] = lambda: None
    refused: bool = False
    since: float = 0.0


@dataclass
class _Pace:
    """The requests admitted in the last minute, as (time, tokens), oldest first."""

    admitted: deque[tuple[float, int]] = field(default_factory=deque)

    def drop(self, now: float) -> None:
        while self.admitted and self.admitted[0][0] + WINDOW <= now:
            self.admitted.popleft()

    def next(self, at: float, tokens: int, bounds: Bounds) -> float:
        """The first time from ``at`` on at which one more request keeps the bounds."""
        self.drop(at)
        while self.admitted and (
            (bounds.requests and len(self.admitted) >= bounds.requests)
            or (bounds.tokens and sum(one for _, one in self.admitted) + tokens > bounds.tokens)
        ):
            at = max(at, self.admitted[0][0] + WINDOW)
            self.drop(at)
        return at


class Governor:
    """The queue of one origin, strictly first come, first served."""

    def __init__(self, bounds: Bounds, clock: Clock) -> None:
        self.bounds = bounds
        self._clock = clock
        self._count = 0
        self._queue: list[Ticket] = []
        self._running: set[Ticket] = set()
        self._pace = _Pace()
        self._learnt: dict[Kind, tuple[int, float]] = {}
        self._blocked = -math.inf
        self._typical: float | None = None

    def ticket(self, tokens: int) -> Ticket:
        """A place behind everybody who has one."""
        self._count += 1
        return Ticket(self._count, tokens)

    def join(self, ticket: Ticket) -> None:
        """Wait in line, by number."""
        bisect.insort(self._queue, ticket, key=lambda one: one.number)

    def claim(self, ticket: Ticket) -> bool:
        """Take the turn, where it is this ticket's and the bounds allow it now."""
        if self._queue[0] is not ticket or self.delay(ticket) != 0:
            return False
        del self._queue[0]
        ticket.since = self._clock()
        self._running.add(ticket)
        self._pace.admitted.append((ticket.since, ticket.tokens))
        self._wake()
        return True

    def delay(self, ticket: Ticket) -> float | None:
        """Seconds until a waiting ticket's turn, as far as can be told; None where it cannot.

        A call that is running is expected to take as long as those before it took.
        """
        now = self._clock()
        typical = math.inf if self._typical is None else self._typical
        bounds, set_bounds = self._effective(now), self.bounds
        self._pace.drop(now)
        pace = _Pace(deque(self._pace.admitted))
        # One that is overdue ends soon, but a turn is free only when it was given back.
        ends = [max(now + OVERDUE, one.since + typical) for one in self._running]
        heapq.heapify(ends)
        at = max(now, self._blocked)
        for one in self._queue:
            while len(ends) >= bounds.concurrency:
                at = max(at, heapq.heappop(ends))
            if at == math.inf:
                return None
            at = pace.next(at, one.tokens, set_bounds if one.refused else bounds)
            if one is ticket:
                break
            pace.admitted.append((at, one.tokens))
            heapq.heappush(ends, at + typical)
        return at - now

    def leave(self, ticket: Ticket) -> None:
        """Give a turn back, or leave the line; harmless where neither was had."""
        if ticket in self._running:
            self._running.remove(ticket)
            took = self._clock() - ticket.since
            self._typical = took if self._typical is None else (self._typical + took) / 2
        elif ticket in self._queue:
            self._queue.remove(ticket)
        self._wake()

    def refused(self, ticket: Ticket, limit: Limit | None, wait: float) -> None:
        """The API took a ticket's request for too many: learn its number, and hold everybody."""
        now = self._clock()
        if limit is not None:
            self._learnt[limit.kind] = (limit.number, now + MEMORY)
        self._blocked = max(self._blocked, now + wait)
        ticket.refused = True
        self._running.discard(ticket)
        # It was not let in, so it counts for nothing.
        if (ticket.since, ticket.tokens) in self._pace.admitted:
            self._pace.admitted.remove((ticket.since, ticket.tokens))

    def _effective(self, now: float) -> Bounds:
        learnt = {kind: number for kind, (number, until) in self._learnt.items() if until > now}
        return Bounds(
            min(self.bounds.concurrency, learnt.get("concurrency", self.bounds.concurrency)),
            self.bounds.requests or learnt.get("requests", 0),
            self.bounds.tokens or learnt.get("tokens", 0),
        )

    def _wake(self) -> None:
        if self._queue:
            self._queue[0].wake()


class Governors:
    """The governors of a process, one an origin, so that new settings keep what was learnt."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str, int], Governor] = {}

    def of(self, origin: tuple[str, str, int], bounds: Bounds) -> Governor:
        """The governor of an origin, with the bounds that are in force now."""
        governor = self._known.setdefault(origin, Governor(bounds, self._clock))
        governor.bounds = bounds
        return governor
