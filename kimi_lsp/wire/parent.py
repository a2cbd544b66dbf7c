"""Watching the editor's process, for editors that die without closing the pipe."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

EVERY_SECONDS = 1.0


def alive(process: int) -> bool:
    """Whether a process of this machine is there."""
    if process <= 0:
        return False
    if os.name == "nt":
        return _alive_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return not _zombie(process)


def watch(process: object, gone: Callable[[], object]) -> bool:
    """Call ``gone`` when a process ends; whether there is one to watch.

    A process that is not there at the beginning is not watched: the editor may run elsewhere.
    Nor is what a client sent that is no number of a process.
    """
    if not isinstance(process, int) or isinstance(process, bool) or not alive(process):
        return False

    def run() -> None:
        while alive(process):
            time.sleep(EVERY_SECONDS)
        gone()

    threading.Thread(target=run, name="parent-watch", daemon=True).start()
    return True


def _zombie(process: int) -> bool:
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] == b"Z"
    except OSError:
        return False


def _alive_on_windows(process: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # pyright: ignore[reportAttributeAccessIssue]
    synchronize, timed_out = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return False
    try:
        return kernel.WaitForSingleObject(handle, 0) == timed_out
    finally:
        kernel.CloseHandle(handle)
