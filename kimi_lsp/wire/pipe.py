"""The two ends of the wire: standard input and output, or a socket to a listening editor."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pipe:
    """``read`` gives some bytes, none at the end; ``write`` takes some and says how many."""

    read: Callable[[], bytes]
    write: Callable[[memoryview], int]


def stdio() -> Pipe:
    """Standard input and output, moved out of everybody else's reach.

    What prints to stdout, and every child process, then writes to stderr; the wire stays clean.
    """
    source, target = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    # A parent may have made its end non-blocking, which would cut frames in two.
    os.set_blocking(target, True)
    os.set_blocking(source, True)
    return Pipe(lambda: os.read(source, 65536), lambda data: os.write(target, data))


def connect(port: int) -> Pipe:
    """A connection to the editor that listens on 127.0.0.1. Raises ``OSError``."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.settimeout(None)
    return Pipe(lambda: connection.recv(65536), connection.send)
