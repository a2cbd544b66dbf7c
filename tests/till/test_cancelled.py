"""Callers that are cancelled, while they wait for the lock and at any other step."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from filelock import FileLock

from kimi_lsp.till import Till
from tests.till.conftest import BOUNDS, USED, Clock


async def waiting(call: asyncio.Task[object]) -> None:
    """Until a call has had every chance to begin, and has not ended."""
    for _ in range(10):
        await asyncio.sleep(0)
    assert not call.done()


async def test_a_reservation_of_a_cancelled_caller_is_given_back(
    till: Till, lock: FileLock
) -> None:
    with lock:
        first = asyncio.create_task(till.reserve(1, 1, 1.0, BOUNDS))
        second = asyncio.create_task(till.reserve(1, 1, 2.0, BOUNDS))
        await waiting(first)
        for call in (first, second):
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
    await till.finish()
    assert await till.left(BOUNDS) == 5.0


async def test_a_call_of_a_cancelled_caller_is_settled_all_the_same(
    till: Till, lock: FileLock
) -> None:
    held = await till.reserve(1, 1, 1.0, BOUNDS)
    with lock:
        call = asyncio.create_task(till.settle(held, USED))
        await waiting(call)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    await till.finish()
    assert (await till.today(), await till.left(BOUNDS)) == (USED, 4.75)


@pytest.mark.parametrize("steps", range(12))
async def test_a_caller_cancelled_at_any_step_leaves_nothing_held(till: Till, steps: int) -> None:
    call = asyncio.create_task(till.reserve(1, 1, 1.0, BOUNDS))
    for _ in range(steps):
        await asyncio.sleep(0)
    call.cancel()
    try:
        await till.release(await call)
    except asyncio.CancelledError:
        await till.finish()
    assert await till.left(BOUNDS) == 5.0


def test_a_loop_that_ends_loses_no_reservation(folder: Path, clock: Clock, lock: FileLock) -> None:
    till = Till(folder, clock)

    async def leave() -> None:
        lock.acquire()
        call = asyncio.create_task(till.reserve(1, 1, 1.0, BOUNDS))
        await waiting(call)
        # That is, once everything has been cancelled.
        call.add_done_callback(lambda _: lock.release())

    asyncio.run(leave())
    # The thread went on all the same, and nobody was there to give it back.
    assert asyncio.run(Till(folder, clock).left(BOUNDS)) == 4.0
