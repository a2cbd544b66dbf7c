"""The pygls server behind the door, and the loop that runs it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, TypeVar

from cattrs import Converter
from lsprotocol import converters
from pygls.lsp.server import LanguageServer

from kimi_lsp.wire.documents import Documents
from kimi_lsp.wire.door import Door
from kimi_lsp.wire.protocol import KimiProtocol
from kimi_lsp.wire.seldom import logger

T = TypeVar("T")

log = logger(__name__)


class KimiServer(LanguageServer):
    """pygls's registry of features and commands, with our protocol under it."""

    protocol: KimiProtocol  # pyright: ignore[reportIncompatibleVariableOverride] - narrowed

    def __init__(self, name: str, version: str) -> None:
        super().__init__(name, version, protocol_cls=KimiProtocol, converter_factory=_converter)
        # pygls logs whole messages at INFO: code, and whatever else a client sends.
        logging.getLogger("pygls").setLevel(logging.ERROR)

    @property
    def documents(self) -> Documents:
        """The client's open documents."""
        return self.protocol.documents

    def plain_feature(
        self, method: str, options: Any = None
    ) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
        """Register a feature that takes and gives plain JSON, and checks it by itself."""
        self.protocol.plain.add(method)
        return self.feature(method, options)

    def plain(self, value: Any) -> Any:
        """An lsprotocol value as plain JSON."""
        return self.protocol._converter.unstructure(value)

    def typed(self, value: Any, kind: type[T]) -> T:
        """Plain JSON as an lsprotocol value."""
        return self.protocol._converter.structure(value, kind)


def _converter() -> Converter:
    """lsprotocol's converter, but one that takes no number for a text and no text for a number."""
    converter = converters.get_converter()
    for kind in (str, bool, int):
        converter.register_structure_hook(kind, _exact)
    return converter


def _exact(value: Any, kind: Any) -> Any:
    # The protocol's enums derive from int and str, so that they come here too.
    if issubclass(kind, Enum):
        return kind(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    return value


def serve(
    door: Door,
    server: KimiServer,
    started: Callable[[dict[str, Any]], None],
    ended: Callable[[], Awaitable[None]],
) -> int:
    """Run until the client is gone; the exit code.

    ``started`` is called on the loop with the raw parameters of ``initialize`` before the first
    message after it; ``ended`` is awaited once, before ``shutdown`` is answered or, without one,
    after the last message.
    """
    server.protocol.door = door
    server.protocol.ended = ended
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(door, server.protocol, started))
    door.writer.drain(0.5)
    return door.exit_code


async def _run(
    door: Door, protocol: KimiProtocol, started: Callable[[dict[str, Any]], None]
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_unhandled)
    over = loop.create_future()
    begun = False

    def step() -> None:
        nonlocal begun
        if not begun and door.params is not None:
            begun = True
            try:
                started(door.params)
            except Exception as error:  # noqa: BLE001 - a client may send anything
                log.error("initialize was not understood whole: %s", type(error).__name__)
        message = door.take()
        if message is not None:
            protocol.receive(message)
        elif door.ended and not over.done():
            over.set_result(None)

    def wake() -> None:
        loop.call_soon_threadsafe(step)

    door.attach(wake)
    await over
    await protocol.close()


def _unhandled(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """One line instead of asyncio's traceback, which shows what was being worked on."""
    error = context.get("exception")
    log.error("work nobody waits for failed: %s", type(error).__name__ if error else "unknown")
