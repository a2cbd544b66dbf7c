"""How often a call is made again, and after how long a pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kimi_lsp.provider.failures import Failure

BLIND_RETRIES = 3
"""Further calls after a rate limit that names no time to come back at."""

RETRIES = 2
"""Further calls after connection trouble, an error of the server's, or overload."""

LONGEST_WAIT = 60.0
"""Seconds that a call waits for an endpoint, over all its pauses."""

LONGEST_STEP = 20.0


@dataclass
class Attempts:
    """The attempts of one call. ``spread`` gives a number from 0.5 to 1, so that calls that failed
    together do not come back together."""

    spread: Callable[[], float]
    _failed: int = 0
    _refused: int = 0
    _waited: float = 0.0

    def pause(self, failure: Failure) -> float:
        """Seconds until the next attempt. Raises the failure where there is to be none."""
        match failure.again:
            case "no":
                raise failure.error
            case "soon":
                self._failed += 1
                if self._failed > RETRIES:
                    raise failure.error
                step = 2.0 ** (self._failed - 1) * self.spread()
            case "limit":
                self._refused += 1
                if failure.wait is None and self._refused > BLIND_RETRIES:
                    raise failure.error
                step = self._after_refusal(failure.wait)
        left = LONGEST_WAIT - self._waited
        step = min(step, left) if failure.wait is None else max(step, failure.wait)
        if left <= 0 or step > left:
            raise failure.error
        self._waited += step
        return step

    def _after_refusal(self, wait: float | None) -> float:
        """Longer each time: a wait that was not enough is not enough again, whatever is said."""
        step = min(2.0 ** (self._refused - 1), LONGEST_STEP)
        if wait is None:
            return step * self.spread()
        return 0.0 if self._refused == 1 else step / 2
