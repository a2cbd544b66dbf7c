"""Writing from a thread of its own, so that a client that stops reading stops nobody else."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from kimi_lsp.wire.pipe import Pipe

MOST_WAITING = 32 << 20
"""Bytes that may wait for a client; one that lets more pile up is gone."""


class Writer:
    """A bounded queue to the client. ``lost`` is called, once, when the client is gone."""

    def __init__(self, pipe: Pipe, lost: Callable[[], None]) -> None:
        self._pipe = pipe
        self._lost = lost
        self._queue: deque[bytes] = deque()
        self._waiting = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="lsp-writer", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Queue one frame. Never blocks."""
        with self._changed:
            if self._closed:
                return
            self._queue.append(data)
            self._waiting += len(data)
            over = self._waiting > MOST_WAITING
            self._changed.notify()
        if over:
            self._lost()

    def close(self) -> None:
        """Take nothing more; what waits is still written."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def drain(self, seconds: float) -> None:
        """Wait until all is written, or for so long."""
        self.close()
        if threading.current_thread() is not self._thread:
            self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if not self._queue:
                    return
                data = b"".join(self._queue)
                self._queue.clear()
            try:
                view = memoryview(data)
                while view:
                    view = view[self._pipe.write(view) :]
            except OSError:
                self._lost()
                return
            with self._changed:
                self._waiting -= len(data)
