"""A till in a folder of its own, with a clock that the test sets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock

from kimi_lsp.core.model import Usage
from kimi_lsp.till import Bounds, Till

BOUNDS = Bounds(5.0, 1000)
USED = Usage(100, 20, 30, 10, 1, 0.25)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 23, 59)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "kimi-lsp"


@pytest.fixture
def till(folder: Path, clock: Clock) -> Till:
    return Till(folder, clock)


@pytest.fixture
def lock(folder: Path) -> FileLock:
    """The lock as another process holds it; not yet taken."""
    folder.mkdir(parents=True)
    return FileLock(folder / "ledger.lock", thread_local=False)
