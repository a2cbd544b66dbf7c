"""One stream under its watchdogs: the first token in time, and every next one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from kimi_lsp.core.model import StreamEvent
from kimi_lsp.errors import KimiError
from kimi_lsp.provider.events import EventReader
from kimi_lsp.provider.reply import Reply

LAST_SECONDS = 2.0
"""Longest wait for the count of tokens, once the answer has ended."""

CLOSING_SECONDS = 0.05
"""Longest wait for the end of the connection's answer after the stream's own end."""


async def watched(
    answer: AbstractAsyncContextManager[AsyncIterator[bytes]],
    reply: Reply,
    first_token_seconds: float,
    idle_seconds: float,
) -> AsyncGenerator[StreamEvent, None]:
    """The deltas of an answer, from the sending of its request on; ``reply`` grows with them.

    Only tokens feed the watchdogs, not what keeps a connection open. Raises ``TimeoutError``,
    ``KimiError`` for a stream that is not what it should be, and what ``answer`` and ``reply``
    raise. It ends where the stream does: whether the answer had an end, ``reply`` knows.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + first_token_seconds
    reader = EventReader()
    async with AsyncExitStack() as stack:
        async with asyncio.timeout_at(deadline):
            source = await stack.enter_async_context(answer)
        while True:
            async with asyncio.timeout_at(deadline):
                data = await anext(source, None)
            if data is None:
                return
            size = reply.size
            for chunk in reader.feed(data):
                if chunk is None:
                    if not reply.finish:
                        raise KimiError("unfinished", "turn.cut")
                    # A connection can be used again once its answer was read to the end.
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(CLOSING_SECONDS):
                            await anext(source, None)
                    return
                for event in reply.take(chunk):
                    yield event
            if reply.size > size:
                deadline = loop.time() + idle_seconds
            if reply.finish:
                deadline = min(deadline, loop.time() + LAST_SECONDS)
