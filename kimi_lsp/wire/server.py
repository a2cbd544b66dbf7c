"""The pygls server behind the door, and the loop that runs it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from lsprotocol import converters
from pygls.lsp.server import LanguageServer

from kimi_lsp.wire.documents import Documents
from kimi_lsp.wire.door import Door
from kimi_lsp.wire.protocol import KimiProtocol

T = TypeVar("T")

CLOSE_SECONDS = 1.0
"""How long the work in hand may take to stop after the client has gone."""


class KimiServer(LanguageServer):
    """pygls's registry of features and commands, with our protocol under it."""

    protocol: KimiProtocol  # pyright: ignore[reportIncompatibleVariableOverride] - narrowed

    def __init__(self, name: str, version: str) -> None:
        super().__init__(
            name, version, protocol_cls=KimiProtocol, converter_factory=converters.get_converter
        )
        # pygls logs whole messages at INFO: code, and whatever else a client sends.
        logging.getLogger("pygls").setLevel(logging.ERROR)

    @property
    def documents(self) -> Documents:
        """The client's open documents."""
        return self.protocol.documents

    def plain(self, value: Any) -> Any:
        """An lsprotocol value as plain JSON."""
        return self.protocol._converter.unstructure(value)

    def typed(self, value: Any, kind: type[T]) -> T:
        """Plain JSON as an lsprotocol value."""
        return self.protocol._converter.structure(value, kind)


def serve(
    door: Door,
    server: KimiServer,
    started: Callable[[dict[str, Any]], None],
    ended: Callable[[], Awaitable[None]],
) -> int:
    """Run until the client is gone; the exit code.

    ``started`` is called on the loop with the raw parameters of ``initialize`` before the first
    message after it, ``ended`` after the last.
    """
    server.protocol.door = door
    asyncio.run(_run(door, server.protocol, started, ended))
    door.writer.drain(0.5)
    return door.exit_code


async def _run(
    door: Door,
    protocol: KimiProtocol,
    started: Callable[[dict[str, Any]], None],
    ended: Callable[[], Awaitable[None]],
) -> None:
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    begun = False

    def step() -> None:
        nonlocal begun
        if not begun and door.params is not None:
            begun = True
            started(door.params)
        message = door.take()
        if message is not None:
            protocol.receive(message)
        elif door.ended and not over.done():
            over.set_result(None)

    def wake() -> None:
        loop.call_soon_threadsafe(step)

    door.attach(wake)
    await over
    protocol.disconnected()
    async with asyncio.timeout(CLOSE_SECONDS):
        await ended()
