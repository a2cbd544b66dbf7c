"""The answers of finished jobs, for a person who wants to look again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT_SECONDS = 1800
KEPT = 50


@dataclass(frozen=True)
class Finished:
    """What a job said, byte for byte, of which document, and what it changed as a diff."""

    job: str
    action: str
    uri: str | None
    text: str
    diff: str = ""


@dataclass
class Answers:
    """The latest answers, for a while."""

    now: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, Finished]] = field(default_factory=dict)

    def keep(self, finished: Finished) -> None:
        """Remember an answer; the oldest gives way."""
        self._kept.pop(finished.job, None)
        self._kept[finished.job] = (self.now(), finished)
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def get(self, job: str) -> Finished | None:
        """The answer of a job, or None where it is no longer kept."""
        made, found = self._kept.get(job, (0.0, None))
        return found if found and self.now() - made <= KEPT_SECONDS else None
