"""The account's bounds: concurrency, requests and tokens a minute, tokens a day, money."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kimi_lsp.simulator.refusals import ACCOUNT, WORDS, Refusal

MINUTES_A_DAY = 1440


@dataclass
class Limits:
    """None is no bound. ``minute`` is how many seconds a minute lasts, so that a test can wait."""

    concurrency: int | None = None
    rpm: int | None = None
    tpm: int | None = None
    tpd: int | None = None
    balance: float | None = None
    minute: float = 60.0
    clock: Callable[[], float] = time.monotonic
    _admitted: deque[tuple[float, int]] = field(default_factory=deque[tuple[float, int]])

    def admit(self, tokens: int, running: int) -> Refusal | None:
        """Let a request in that may use so many tokens, beside those running, or say why not.

        Tokens count at the door, whatever is written in the end.
        """
        now = self.clock()
        day = self.minute * MINUTES_A_DAY
        while self._admitted and self._admitted[0][0] <= now - day:
            self._admitted.popleft()
        recent = [one for one in self._admitted if one[0] > now - self.minute]
        refusal = (
            self._crowded(running)
            or self._too_often(recent, now)
            or self._too_much(recent, tokens, now)
            or self._spent(tokens, now, day)
        )
        if refusal is None and (self.rpm, self.tpm, self.tpd) != (None, None, None):
            self._admitted.append((now, tokens))
        return refusal

    def pay(self, usd: float) -> None:
        """Take the cost of an answer from the balance."""
        if self.balance is not None:
            self.balance -= usd

    def _crowded(self, running: int) -> Refusal | None:
        if self.concurrency is None or running < self.concurrency:
            return None
        return _limited(
            f"Your account {ACCOUNT} request reached max organization concurrency: "
            f"{self.concurrency}, please try again after 1 seconds",
            1,
        )

    def _too_often(self, recent: list[tuple[float, int]], now: float) -> Refusal | None:
        if self.rpm is None or len(recent) < self.rpm:
            return None
        oldest = recent[-self.rpm][0] if self.rpm else now
        wait = max(1, math.ceil(oldest + self.minute - now))
        return _limited(
            f"Your account {ACCOUNT} request reached organization max RPM: {self.rpm}, "
            f"please try again after {wait} seconds",
            wait,
        )

    def _too_much(self, recent: list[tuple[float, int]], tokens: int, now: float) -> Refusal | None:
        current = sum(one[1] for one in recent) + tokens
        if self.tpm is None or current <= self.tpm:
            return None
        wait = max(1, math.ceil(recent[0][0] + self.minute - now)) if recent else 1
        return _limited(
            "Your account offline<ak-offline> request reached TPM rate limit, "
            f"current:{current}, limit:{self.tpm}",
            wait,
        )

    def _spent(self, tokens: int, now: float, day: float) -> Refusal | None:
        current = sum(one[1] for one in self._admitted) + tokens
        if self.tpd is not None and current > self.tpd:
            oldest = self._admitted[0][0] if self._admitted else now
            wait = max(1, math.ceil(oldest + day - now))
            return _limited(
                f"Your account {ACCOUNT} request reached organization TPD rate limit, "
                f"current: {current}, limit: {self.tpd}",
                wait,
            )
        if self.balance is not None and self.balance <= 0:
            kind = "exceeded_current_quota_error"
            return Refusal(429, kind, WORDS[kind])
        return None


def _limited(message: str, wait: int) -> Refusal:
    return Refusal(429, "rate_limit_reached_error", message, wait=wait)
