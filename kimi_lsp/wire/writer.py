"""Writing from a thread of its own, so that a client that stops reading stops nobody else."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from kimi_lsp.wire.pipe import Pipe

MOST_WAITING = 32 << 20
"""Bytes that may wait for a client, one frame of any size not counted; a client that lets more
pile up is gone."""

AT_ONCE = 1 << 20
"""Bytes of small frames that are joined to one write."""


class Writer:
    """A bounded queue to the client.

    ``lost`` is called when the client is gone, with what showed it: from the writer's thread, or
    from the one that wrote too much.
    """

    def __init__(self, pipe: Pipe, lost: Callable[[str], object]) -> None:
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
            over = over and self._waiting - max(map(len, self._queue)) > MOST_WAITING
            self._changed.notify()
        if over:
            self._lost("it no longer reads")

    def close(self) -> None:
        """Take nothing more; what waits is still written."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def drain(self, seconds: float) -> None:
        """Take nothing more, and wait until all is written or for so long."""
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
                data = self._next()
                self._waiting -= len(data)
            try:
                view = memoryview(data)
                while view:
                    view = view[self._pipe.write(view) :]
            except OSError as error:
                self._lost(error.strerror or type(error).__name__)
                return

    def _next(self) -> bytes:
        """The first frame, and those behind it that go with it in one write."""
        frames = [self._queue.popleft()]
        size = len(frames[0])
        while self._queue and size + len(self._queue[0]) <= AT_ONCE:
            frames.append(self._queue.popleft())
            size += len(frames[-1])
        return b"".join(frames)
