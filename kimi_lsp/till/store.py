"""The ledger's file: one process reads or writes it at a time, and never half of it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from kimi_lsp.errors import KimiError
from kimi_lsp.till import ledger as form
from kimi_lsp.till.ledger import Ledger

T = TypeVar("T")

POLL_SECONDS = 0.01
"""Between two tries for a lock that somebody else holds; each holds it for milliseconds."""


class Store:
    """The file in a folder, which is made when it is first written to. Calls block.

    Every call raises ``KimiError`` (``budget``) where the ledger cannot be used. ``deadline``, in
    ``time.monotonic``, bounds the wait for the lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "ledger.json"
        self._lock = folder / "ledger.lock"
        self._next = folder / "ledger.next"

    def read(self, deadline: float) -> Ledger:
        """The ledger as it is; an empty one, and no file, where there is none yet."""
        with self._failing():
            try:
                self._file.stat()
            except FileNotFoundError:
                return Ledger()
            # Not only for writers: Windows replaces no file that somebody reads.
            with self._locked(deadline):
                return self._parsed(self._file.read_bytes())

    def change(self, change: Callable[[Ledger], T], deadline: float) -> T:
        """Do something to the ledger, and keep the outcome unless ``change`` raises."""
        with self._failing():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked(deadline):
                try:
                    data = self._file.read_bytes()
                except FileNotFoundError:
                    data, ledger = b"", Ledger()
                else:
                    ledger = self._parsed(data)
                result = change(ledger)
                changed = form.write(ledger)
                if changed != data:
                    self._replace(changed)
                return result

    def _parsed(self, data: bytes) -> Ledger:
        found = form.read(data)
        if isinstance(found, Ledger):
            return found
        raise KimiError("budget", f"till.{found}", path=self._file)

    def _replace(self, data: bytes) -> None:
        # Left over where a process died while it wrote.
        self._next.unlink(missing_ok=True)
        with open(self._next, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._next.replace(self._file)

    @contextlib.contextmanager
    def _locked(self, deadline: float) -> Iterator[None]:
        # Imported here, off the event loop, when the first call of a server is made.
        from filelock import FileLock, Timeout

        # A lock that outlives its process would stop the person for ever, so there is no fallback.
        lock = FileLock(
            self._lock,
            timeout=max(deadline - time.monotonic(), 0),
            mode=0o600,
            poll_interval=POLL_SECONDS,
            fallback_to_soft=False,
            preserve_lock_file=True,
        )
        try:
            lock.acquire()
        except Timeout:
            raise KimiError("budget", "till.locked", path=self._lock) from None
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise KimiError("budget", "till.unusable", path=self._file, detail=detail) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
