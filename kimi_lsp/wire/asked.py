"""What the server asks the client, and the answers as they come."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from kimi_lsp.wire.errors import ClientError


class Asked:
    """Our open requests, by number. An answer to none of them is ignored."""

    def __init__(self) -> None:
        self._open: dict[int, asyncio.Future[Any]] = {}
        self._number = itertools.count(1)
        self._gone = False

    def ask(self) -> tuple[int, asyncio.Future[Any]]:
        """A new number, and what will hold its result or a ``ClientError``."""
        if self._gone:
            raise _gone()
        number = next(self._number)
        self._open[number] = asyncio.get_running_loop().create_future()
        return number, self._open[number]

    def forget(self, number: int) -> None:
        """Nobody waits any longer."""
        self._open.pop(number, None)

    def take(self, message: dict[str, Any]) -> None:
        """A response of the client."""
        identity = message.get("id")
        future = self._open.get(identity) if isinstance(identity, int) else None
        if future is None or future.done():
            return
        error = message.get("error")
        if error is None:
            # Some clients send both members, the one that says nothing being null.
            future.set_result(message.get("result"))
            return
        error = error if isinstance(error, dict) else {}
        code = error.get("code")
        text = str(error.get("message") or "")
        future.set_exception(ClientError(code if isinstance(code, int) else 0, text))

    def fail(self) -> None:
        """The client is gone: whoever waits, or asks from now on, hears of it."""
        self._gone = True
        for future in self._open.values():
            if not future.done():
                future.set_exception(_gone())


def _gone() -> ClientError:
    return ClientError(0, "The client is gone")
