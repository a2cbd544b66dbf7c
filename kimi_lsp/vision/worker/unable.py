"""Why the process cannot do what it was asked, as a reason and a key of the message table."""

from __future__ import annotations


class UnableError(Exception):
    """Told to the asking process, which raises it as its own."""

    def __init__(self, reason: str, key: str, /, **values: str) -> None:
        super().__init__(reason, key)
        self.reason = reason
        self.key = key
        self.values = values
