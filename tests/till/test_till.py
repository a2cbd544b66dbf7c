"""What a till holds, counts and gives back, and what it says where a bound is reached."""

from __future__ import annotations

import asyncio
import math
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
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


@pytest.mark.parametrize(
    ("held", "tokens", "usd", "bounds", "refused"),
    [
        ([], (900, 100), 5.0, BOUNDS, None),
        ([], (900, 101), 0.0, BOUNDS, "till.tokens"),
        ([], (1001, 0), None, BOUNDS, "till.tokens"),
        ([], (1, 1), 5.000_001, BOUNDS, "till.usd"),
        ([2.5], (1, 1), 2.5, BOUNDS, None),
        ([2.5, 1.0], (1, 1), 1.6, BOUNDS, "till.usd"),
        ([0.1] * 3, (1, 1), 0.7, Bounds(1.0, 1000), None),
        ([0.1] * 3, (1, 1), 0.700_001, Bounds(1.0, 1000), "till.usd"),
        # No price is known, or it is one's own cluster.
        ([5.0], (1, 1), None, BOUNDS, None),
        ([5.0], (1, 1), 0.0, BOUNDS, None),
        ([], (1, 1), None, Bounds(0.0, 1000), None),
        ([], (1, 1), 0.01, Bounds(0.0, 1000), "till.usd"),
        ([1e9], (1, 1), 1e9, Bounds(math.inf, 1000), None),
    ],
)
async def test_bounds(
    till: Till,
    held: list[float],
    tokens: tuple[int, int],
    usd: float | None,
    bounds: Bounds,
    refused: str | None,
) -> None:
    for before in held:
        await till.reserve(1, 1, before, bounds)
    left = await till.left(bounds)
    if refused is None:
        await till.reserve(*tokens, usd, bounds)
        assert await till.left(bounds) == pytest.approx(left - (usd or 0.0), abs=1e-9)
        return
    with pytest.raises(KimiError) as caught:
        await till.reserve(*tokens, usd, bounds)
    assert (caught.value.reason, caught.value.key) == ("budget", refused)
    assert await till.left(bounds) == left


async def test_a_refusal_says_what_is_left_and_which_setting_to_raise(till: Till) -> None:
    await till.reserve(1, 1, 4.8, BOUNDS)
    with pytest.raises(KimiError, match=r"\$0\.31, and \$0\.20 of today's \$5\.00") as caught:
        await till.reserve(1, 1, 0.31, BOUNDS)
    assert "`budget.usdPerDay` in your config file" in str(caught.value)
    with pytest.raises(KimiError, match=r"1001 tokens.*allows 1000") as caught:
        await till.reserve(1000, 1, 0.31, BOUNDS)
    assert "`budget.tokensPerRequest`" in str(caught.value)


async def test_nothing_is_made_before_something_is_reserved(till: Till, tmp_path: Path) -> None:
    assert await till.today() == Usage()
    assert await till.left(BOUNDS) == 5.0
    with pytest.raises(KimiError):
        await till.reserve(1000, 1000, 0.1, BOUNDS)
    assert list(tmp_path.iterdir()) == []


async def test_nobody_else_can_read_it(till: Till, folder: Path) -> None:
    await till.settle(await till.reserve(1, 1, 1.0, BOUNDS), USED)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
    if sys.platform != "win32":
        assert modes == {"kimi-lsp": 0o700, "ledger.json": 0o600, "ledger.lock": 0o600}


async def test_a_call_is_counted_at_its_cost_in_place_of_its_reservation(till: Till) -> None:
    held = await till.reserve(1, 1, 2.0, BOUNDS)
    assert (await till.today(), await till.left(BOUNDS)) == (Usage(), 3.0)
    await till.settle(held, USED)
    assert (await till.today(), await till.left(BOUNDS)) == (USED, 4.75)


async def test_a_call_that_cost_more_than_it_held_is_counted_whole(till: Till) -> None:
    held = await till.reserve(1, 1, 0.1, BOUNDS)
    await till.settle(held, Usage(requests=1, usd=6.0))
    assert (await till.today()).usd == 6.0
    assert await till.left(BOUNDS) == 0.0


async def test_a_call_of_unknown_cost_stays_counted(till: Till) -> None:
    await till.settle(await till.reserve(1, 1, 2.0, BOUNDS), None)
    assert (await till.today(), await till.left(BOUNDS)) == (Usage(), 3.0)


async def test_a_free_call_of_unknown_cost_leaves_nothing_behind(till: Till, folder: Path) -> None:
    await till.settle(await till.reserve(1, 1, None, BOUNDS), None)
    assert b'"reserved": {}' in (folder / "ledger.json").read_bytes()


async def test_a_call_that_was_not_sent_is_given_back(till: Till) -> None:
    await till.release(await till.reserve(1, 1, 2.0, BOUNDS))
    assert (await till.today(), await till.left(BOUNDS)) == (Usage(), 5.0)


async def test_nothing_is_counted_or_given_back_twice(till: Till) -> None:
    held = await till.reserve(1, 1, 2.0, BOUNDS)
    await till.settle(held, USED)
    await till.settle(held, USED)
    await till.release(held)
    assert (await till.today(), await till.left(BOUNDS)) == (USED, 4.75)


async def test_a_day_with_a_call_of_no_known_price_has_none(till: Till) -> None:
    await till.settle(await till.reserve(1, 1, 2.0, BOUNDS), USED)
    await till.settle(await till.reserve(1, 1, None, BOUNDS), Usage(requests=1, usd=None))
    assert await till.today() == Usage(100, 20, 30, 10, 2, None)
    assert await till.left(BOUNDS) == 4.75


async def test_another_server_sees_it(till: Till, folder: Path, clock: Clock) -> None:
    await till.settle(await till.reserve(1, 1, 2.0, BOUNDS), USED)
    await till.reserve(1, 1, 1.0, BOUNDS)
    other = Till(folder, clock)
    assert (await other.today(), await other.left(BOUNDS)) == (USED, 3.75)


async def test_a_day_is_new_at_midnight(till: Till, clock: Clock) -> None:
    held = await till.reserve(1, 1, 5.0, BOUNDS)
    clock.now += timedelta(minutes=1)
    assert await till.left(BOUNDS) == 5.0
    await till.reserve(1, 1, 1.0, BOUNDS)
    # What was begun before midnight is the day before's.
    await till.settle(held, USED)
    assert (await till.today(), await till.left(BOUNDS)) == (Usage(), 4.0)
    clock.now -= timedelta(minutes=1)
    assert (await till.today(), await till.left(BOUNDS)) == (USED, 4.75)


async def test_old_days_are_dropped(till: Till, folder: Path, clock: Clock) -> None:
    held = await till.reserve(1, 1, 5.0, BOUNDS)
    for _ in range(30):
        clock.now += timedelta(days=1)
        await till.reserve(1, 1, 5.0, BOUNDS)
    assert (folder / "ledger.json").stat().st_size < 4000
    # Nobody asks any more what that day has cost.
    await till.settle(held, USED)
    assert await till.today() == Usage()


async def test_sums_do_not_drift(till: Till) -> None:
    bounds = Bounds(0.1, 1000)
    for _ in range(100):
        await till.settle(await till.reserve(1, 1, 0.001, bounds), Usage(usd=0.001))
    assert (await till.left(bounds), (await till.today()).usd) == (0.0, 0.1)


async def test_calls_at_once_hold_no_more_than_there_is(till: Till) -> None:
    calls = [till.reserve(1, 1, 0.5, BOUNDS) for _ in range(30)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(end, KimiError) for end in ends) == 20
    assert await till.left(BOUNDS) == 0.0


# --- A ledger that cannot be used: nothing is spent, and the message names the file.


async def check_unusable(till: Till, path: Path, key: str) -> None:
    for call in (
        till.reserve(1, 1, 0.1, BOUNDS),
        till.reserve(1, 1, None, BOUNDS),
        till.today(),
        till.left(BOUNDS),
    ):
        with pytest.raises(KimiError) as caught:
            await call
        assert (caught.value.reason, caught.value.key) == ("budget", key)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "till.broken"),
        (b'{"version": 1, "days": {', "till.broken"),
        (b'{"version": 2}', "till.newer"),
    ],
)
async def test_a_ledger_that_is_not_understood_is_left_alone(
    till: Till, folder: Path, data: bytes, key: str
) -> None:
    held = await till.reserve(1, 1, 2.0, BOUNDS)
    path = folder / "ledger.json"
    path.write_bytes(data)
    await check_unusable(till, path, key)
    with pytest.raises(KimiError):
        await till.settle(held, USED)
    with pytest.raises(KimiError):
        await till.release(held)
    assert path.read_bytes() == data
    # The cure that the message names.
    path.unlink()
    assert await till.left(BOUNDS) == 5.0
    await till.settle(held, USED)
    await till.reserve(1, 1, 5.0, BOUNDS)


async def test_a_ledger_that_is_a_folder(till: Till, folder: Path) -> None:
    (folder / "ledger.json").mkdir(parents=True)
    await check_unusable(till, folder / "ledger.json", "till.unusable")


async def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "kimi-lsp").write_text("")
    till = Till(tmp_path / "kimi-lsp")
    await check_unusable(till, tmp_path / "kimi-lsp" / "ledger.json", "till.unusable")


async def test_a_folder_that_goes_away_is_made_again(till: Till, folder: Path) -> None:
    await till.reserve(1, 1, 2.0, BOUNDS)
    folder.rename(folder.with_name("elsewhere"))
    assert await till.left(BOUNDS) == 5.0
    await till.reserve(1, 1, 1.0, BOUNDS)
    assert await till.left(BOUNDS) == 4.0


@pytest.mark.parametrize("function", ["fsync", "replace"])
async def test_a_write_that_fails_changes_nothing(
    till: Till, folder: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    await till.reserve(1, 1, 2.0, BOUNDS)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, function, fail)
        with pytest.raises(KimiError, match="No space left on device") as caught:
            await till.reserve(1, 1, 1.0, BOUNDS)
    assert caught.value.key == "till.unusable"
    assert await till.left(BOUNDS) == 3.0
    # What the failure left behind is in nobody's way.
    await till.reserve(1, 1, 1.0, BOUNDS)
    assert await till.left(BOUNDS) == 2.0


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of a user who may not write everywhere, as root may, and who is in force."""
    if sys.platform == "win32":
        pytest.skip("modes of folders are POSIX's")
    # Not pytest's own folder, which is root's alone.
    with tempfile.TemporaryDirectory() as name:
        user = os.geteuid()
        if user == 0:
            os.chown(name, 65534, -1)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.chmod(name, 0o700)
            os.seteuid(user)


async def test_a_folder_that_may_not_be_written(ordinary: Path, clock: Clock) -> None:
    till = Till(ordinary, clock)
    held = await till.reserve(1, 1, 1.0, BOUNDS)
    before = (ordinary / "ledger.json").read_bytes()
    ordinary.chmod(0o500)
    with pytest.raises(KimiError, match="Permission denied") as caught:
        await till.reserve(1, 1, 1.0, BOUNDS)
    assert caught.value.key == "till.unusable"
    with pytest.raises(KimiError):
        await till.settle(held, USED)
    assert (ordinary / "ledger.json").read_bytes() == before
    with pytest.raises(KimiError, match="Permission denied"):
        await Till(ordinary / "new", clock).reserve(1, 1, 1.0, BOUNDS)


# --- The lock, and callers that are cancelled while they wait for it.


@pytest.fixture
def lock(folder: Path) -> FileLock:
    """The lock as another process holds it; not yet taken."""
    folder.mkdir(parents=True)
    return FileLock(folder / "ledger.lock", thread_local=False)


async def test_a_lock_that_is_never_let_go(
    till: Till, folder: Path, lock: FileLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await till.reserve(1, 1, 1.0, BOUNDS)
    monkeypatch.setattr("kimi_lsp.till.till.WAIT_SECONDS", 0.05)
    with lock:
        await check_unusable(till, folder / "ledger.lock", "till.locked")
        with pytest.raises(KimiError):
            await till.settle(held, USED)
        # They wait together, not one after the other.
        calls = [till.reserve(1, 1, 0.1, BOUNDS) for _ in range(50)]
        ends = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 30)
    assert {getattr(end, "key", None) for end in ends} == {"till.locked"}
    assert await till.left(BOUNDS) == 4.0


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
