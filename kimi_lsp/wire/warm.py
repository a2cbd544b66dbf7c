"""Heavy modules imported in the background, without the loop noticing."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
import threading
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

log = logging.getLogger(__name__)

BREATH_SECONDS = 0.0005


class _Breather:
    """A finder that finds nothing: it lets other threads go first at every module's door."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if threading.get_ident() == self._thread:
            time.sleep(BREATH_SECONDS)
        return None


def warm(modules: Sequence[str]) -> threading.Thread:
    """Begin to import modules; one that fails is left to whoever needs it."""
    thread = threading.Thread(target=_import, args=(tuple(modules),), name="warm", daemon=True)
    thread.start()
    return thread


def _import(modules: tuple[str, ...]) -> None:
    # One full collection would hold every thread for tens of milliseconds; what was imported
    # lives for ever, so it is frozen instead of looked through at the end.
    gc.disable()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(BREATH_SECONDS)
    breather = _Breather()
    # A new list each time: another thread may be walking the old one, and would miss a finder.
    sys.meta_path = [breather, *sys.meta_path]
    name = ""
    try:
        for name in modules:
            importlib.import_module(name)
    except Exception as error:  # noqa: BLE001 - whoever needs the module meets it again
        log.warning("%s could not be loaded early: %s", name, type(error).__name__)
    finally:
        sys.meta_path = [finder for finder in sys.meta_path if finder is not breather]
        sys.setswitchinterval(interval)
        gc.freeze()
        gc.enable()
