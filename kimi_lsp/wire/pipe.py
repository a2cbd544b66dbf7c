"""The two ends of the wire: standard input and output, or a socket to a listening editor."""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from typing import NamedTuple

PIECE = 65536


class Pipe(NamedTuple):
    """``read`` gives some bytes, none at the end; ``write`` takes some and says how many.

    ``hung_up`` tells, without reading, that nobody writes to us any longer, where that can be told.
    """

    read: Callable[[], bytes]
    write: Callable[[memoryview], int]
    hung_up: Callable[[], bool] = lambda: False


def stdio() -> Pipe:
    """Standard input and output, moved out of everybody else's reach.

    What prints to stdout, and every child process, then writes to stderr; the wire stays clean.
    """
    source, target = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:
        # Started with stderr closed: what is printed has nowhere to go.
        os.dup2(null, 1)
    os.close(null)
    return Pipe(lambda: _read(source), lambda data: _write(target, data), lambda: _hung_up(source))


def connect(port: int) -> Pipe:
    """A connection to the editor that listens on 127.0.0.1. Raises ``OSError``."""
    import socket  # Few editors listen; all others would wait for it.

    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.settimeout(None)
    return Pipe(
        lambda: connection.recv(PIECE), connection.send, lambda: _hung_up(connection.fileno())
    )


def _hung_up(source: int) -> bool:
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    # A socket of which only the other end's sending side is closed says so by this flag alone.
    poll.register(source, getattr(select, "POLLRDHUP", 0))
    return bool(poll.poll(0))


# The mode of a pipe belongs to both its ends: a parent may make them non-blocking at any time.


def _read(source: int) -> bytes:
    while True:
        try:
            return os.read(source, PIECE)
        except BlockingIOError:
            select.select([source], [], [])


def _write(target: int, data: memoryview) -> int:
    while True:
        try:
            return os.write(target, data)
        except BlockingIOError:
            select.select([], [target], [])
