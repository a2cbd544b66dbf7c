"""The one root of errors a person may read."""

from __future__ import annotations

from typing import Literal

from kimi_lsp.messages import say

FailureReason = Literal[
    "no_key",
    "unauthorized",
    "forbidden",
    "no_such_model",
    "quota",
    "rate_limited",
    "overloaded",
    "offline",
    "timeout",
    "protocol",
    "unfinished",
    "content_filter",
    "too_large",
    "budget",
    "excluded",
    "bad_picture",
    "unsupported",
    "internal",
]


class KimiError(Exception):
    """A job failed for a reason of the contract, told in words of ``messages``.

    ``key`` and ``values`` name an entry of the message table; ``str()`` is its English text: one
    or two sentences, what happened and what to do next, without a traceback and without a secret.
    """

    def __init__(self, reason: FailureReason, key: str, /, **values: object) -> None:
        super().__init__(reason, key)
        self.reason: FailureReason = reason
        self.key = key
        self.values = values

    def text(self, language: str = "en") -> str:
        """The message in a language, English where that language lacks it."""
        return say(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.text()
