"""A client that sends junk without end must not fill a disk with lines about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

MOST_LINES = 20
SECONDS = 60.0


class Seldom(logging.Filter):
    """Lets so many lines of one kind through in a time, and says when it begins to hold back."""

    def __init__(
        self,
        most: int = MOST_LINES,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._seen: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is let through; its kind is its unformatted message."""
        kind, now = str(record.msg), self._clock()
        since, count = self._seen.get(kind, (now, 0))
        if now - since >= self._seconds:
            since, count = now, 0
        self._seen[kind] = (since, count + 1)
        if count == self._most - 1:
            record.msg = f"{kind} (more such lines are left out for {self._seconds:.0f} s)"
        return count < self._most


def logger(name: str) -> logging.Logger:
    """A logger whose lines of one kind are bounded; messages must be constant formats."""
    log = logging.getLogger(name)
    log.addFilter(Seldom())
    return log
