"""Opening pictures: the time from a file's bytes to what is sent, against starting a process."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Coroutine
from typing import Any

from kimi_lsp.vision.intake import child, opened
from tests.bench.report import Report, median
from tests.vision.samples import encoded, picture

ROUNDS = 7
SIZES = ((800, 600), (1920, 1080), (3840, 2160), (1280, 6000))


def measure(report: Report) -> None:
    """Each picture and an empty Python by turns, as ratios of their medians."""
    asyncio.run(_measure(report))


async def _measure(report: Report) -> None:
    files = {size: encoded("PNG", picture(*size)) for size in SIZES}
    spent: dict[tuple[int, int], list[float]] = {size: [] for size in SIZES}
    empty: list[float] = []
    for _ in range(ROUNDS):
        bare = child.run((sys.executable, "-P", "-c", ""), seconds=60, most=1)
        empty.append(await _timed(bare))
        for size, data in files.items():
            spent[size].append(await _timed(opened.parts(data)))
    for (width, height), times in spent.items():
        what = f"opening a PNG of {width}x{height}, for one start of an empty Python"
        report.add(what, median(times) / median(empty))


async def _timed(work: Coroutine[Any, Any, Any]) -> float:
    started = time.perf_counter()
    assert await work is not None
    return time.perf_counter() - started
