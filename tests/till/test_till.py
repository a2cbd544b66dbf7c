"""What a till holds, counts and gives back, and what it says where a bound is reached."""

from __future__ import annotations

import asyncio
import math
import stat
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.till import Bounds, Till
from tests.till.conftest import BOUNDS, USED, Clock


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
