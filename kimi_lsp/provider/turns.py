"""Waiting for one's turn at a governor, and saying for how long."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from kimi_lsp.provider.governor import Governor, Ticket

SAY_EVERY = 5.0
"""Seconds after which a wait is told anew, for a person who watches it."""


async def take(governor: Governor, ticket: Ticket) -> AsyncGenerator[float | None, None]:
    """Wait for a ticket's turn; yields how long that will be, where it is known.

    It ends with the turn taken, which the caller gives back by ``governor.leave``. Left early, it
    has left the line.
    """
    woken = asyncio.Event()
    ticket.wake = woken.set
    governor.join(ticket)
    taken = False
    try:
        while not (taken := governor.claim(ticket)):
            # Cleared before the yield: what happens while the caller is busy is not missed.
            woken.clear()
            seconds = governor.delay(ticket)
            yield seconds
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(seconds or SAY_EVERY, SAY_EVERY)):
                    await woken.wait()
    finally:
        if not taken:
            governor.leave(ticket)
