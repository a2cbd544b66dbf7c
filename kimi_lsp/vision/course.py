"""The course of a loop: what was tried, which of it is best, and whether to go on. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.rendering import Rendering
from kimi_lsp.vision.scored import Score

Stop = Literal["threshold", "plateau", "rounds", "budget", "failed", "unverified", "cancel"]
"""Why a loop ended: near enough; no longer nearer; the most rounds; the person's bounds; the model
or the line to it; drawing is not possible here; the person."""

BROKEN = 0.5
"""What a picture is worth of whose code an exception was thrown: it may do less than it shows."""


@dataclass(frozen=True)
class Limits:
    """When to stop: a score from 0 to 1, rounds, and how many of them in which it rose by less
    than ``gain``."""

    threshold: float = 0.92
    rounds: int = 4
    patience: int = 2
    gain: float = 0.005


@dataclass(frozen=True)
class Attempt:
    """One answer of the model. ``code`` is None where it held none; ``problem`` is why there is
    no rendering, in words for the model."""

    code: str | None
    rendering: Rendering | None = None
    score: Score | None = None
    problem: str = ""

    @property
    def worth(self) -> float:
        """What attempts are compared by, from 0 to 1."""
        if self.score is None or self.rendering is None or self.rendering.png is None:
            return 0.0
        return self.score.total * (BROKEN if self.rendering.broken else 1.0)


@dataclass(frozen=True)
class Course:
    """Attempts in their order. ``ended`` is an end from outside, and comes before all others.

    ``error`` is what a loop that could not go on ran into.
    """

    limits: Limits = Limits()
    attempts: tuple[Attempt, ...] = ()
    ended: Stop | None = None
    error: KimiError | None = None

    @property
    def best(self) -> Attempt | None:
        """The one of most worth, the earlier of two alike; None where none could be seen."""
        seen = [one for one in self.attempts if one.worth > 0]
        return max(seen, key=lambda one: one.worth, default=None)

    @property
    def latest(self) -> Attempt | None:
        """The last one that holds code: what there is where nothing could be seen."""
        return next((one for one in reversed(self.attempts) if one.code is not None), None)

    @property
    def stop(self) -> Stop | None:
        """Why to stop now; None to go on."""
        if self.ended is not None:
            return self.ended
        best = self.best
        if best is not None and best.worth >= self.limits.threshold:
            return "threshold"
        if best is not None and self._stale >= self.limits.patience:
            return "plateau"
        return "rounds" if len(self.attempts) >= self.limits.rounds else None

    @property
    def _stale(self) -> int:
        """How many attempts there were since one was better by the least gain."""
        stale, height = 0, 0.0
        for one in self.attempts:
            if one.worth > height + self.limits.gain:
                stale, height = 0, one.worth
            elif height > 0:
                stale += 1
        return stale

    def then(self, attempt: Attempt) -> Course:
        return replace(self, attempts=(*self.attempts, attempt))

    def end(self, why: Stop, error: KimiError | None = None) -> Course:
        return replace(self, ended=why, error=error)
