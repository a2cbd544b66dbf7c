"""Turns at one origin: the bounds, what is learnt, and the order, by a clock of the test's own."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.provider import turns
from kimi_lsp.provider.governor import MEMORY, WINDOW, Bounds, Governor, Governors, Limit, Ticket


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def begin(bounds: Bounds) -> tuple[Clock, Governor]:
    clock = Clock()
    return clock, Governor(bounds, clock)


def enter(governor: Governor, tokens: int = 10) -> Ticket:
    ticket = governor.ticket(tokens)
    governor.join(ticket)
    return ticket


def admitted(governor: Governor, tokens: int = 10) -> Ticket:
    ticket = enter(governor, tokens)
    assert governor.claim(ticket)
    return ticket


@pytest.mark.parametrize(
    ("bounds", "before", "tokens", "delay"),
    [
        (Bounds(4), [(0, 10)] * 3, 10, 0),
        (Bounds(4), [(0, 10)] * 4, 10, None),
        (Bounds(9, requests=2), [(0, 10), (7, 10)], 10, WINDOW - 7),
        (Bounds(9, requests=2), [(0, 10), (WINDOW, 10)], 10, 0),
        (Bounds(9, requests=2), [(0, 10), (59, 10)], 10, 1),
        (Bounds(9, tokens=100), [(0, 60), (5, 30)], 10, 0),
        (Bounds(9, tokens=100), [(0, 60), (5, 30)], 11, WINDOW - 5),
        (Bounds(9, tokens=100), [(0, 60), (5, 30)], 71, WINDOW),
        (Bounds(9, tokens=100), [], 1000, 0),
        (Bounds(9, tokens=100), [(0, 10)], 1000, WINDOW),
        (Bounds(9, requests=3, tokens=100), [(0, 10), (1, 90)], 10, WINDOW - 1),
    ],
)
def test_bounds(
    bounds: Bounds, before: list[tuple[float, int]], tokens: int, delay: float | None
) -> None:
    clock, governor = begin(bounds)
    start = clock.now
    for at, size in before:
        clock.now = start + at
        admitted(governor, size)
    ticket = enter(governor, tokens)
    assert governor.delay(ticket) == delay
    assert governor.claim(ticket) is (delay == 0)
    if delay:
        clock.now += delay
        assert governor.claim(ticket)


def test_a_wait_is_told_for_everybody_in_line() -> None:
    _, governor = begin(Bounds(9, requests=1))
    admitted(governor)
    waiting = [enter(governor) for _ in range(3)]
    assert [governor.delay(one) for one in waiting] == [WINDOW, 2 * WINDOW, 3 * WINDOW]


def test_a_slot_is_expected_when_calls_before_took_as_long() -> None:
    clock, governor = begin(Bounds(1))
    first = admitted(governor)
    clock.now += 8
    governor.leave(first)
    admitted(governor)
    clock.now += 3
    waiting = [enter(governor), enter(governor)]
    assert [governor.delay(one) for one in waiting] == [5, 13]
    clock.now += 100
    assert governor.delay(waiting[0]) == 1, "overdue, but not free"
    assert not governor.claim(waiting[0])


@pytest.mark.parametrize(
    ("bounds", "limit", "expected"),
    [
        (Bounds(4), Limit("concurrency", 1), [0, None]),
        (Bounds(1), Limit("concurrency", 9), [0, None]),
        (Bounds(9), Limit("requests", 2), [0, 0, WINDOW]),
        (Bounds(9, requests=3), Limit("requests", 1), [0, 0, 0, WINDOW]),
        (Bounds(9), Limit("tokens", 25), [0, 0, WINDOW]),
        (Bounds(9, tokens=30), Limit("tokens", 10), [0, 0, 0, WINDOW]),
        (Bounds(9), None, [0, 0, 0, 0]),
    ],
)
def test_what_is_learnt(bounds: Bounds, limit: Limit | None, expected: list[float | None]) -> None:
    clock, governor = begin(bounds)
    governor.refused(admitted(governor), limit, 5)
    held_back = enter(governor)
    assert governor.delay(held_back) == 5
    governor.leave(held_back)
    clock.now += 5
    for delay in expected:
        ticket = enter(governor)
        assert governor.delay(ticket) == delay
        assert governor.claim(ticket) is (delay == 0)


def test_what_was_learnt_is_forgotten_after_an_hour() -> None:
    clock, governor = begin(Bounds(9))
    governor.refused(admitted(governor), Limit("concurrency", 1), 1)
    clock.now += MEMORY - 1
    admitted(governor)
    ticket = enter(governor)
    assert not governor.claim(ticket)
    clock.now += 1
    assert governor.claim(ticket)


def test_a_refused_call_keeps_its_place_and_goes_when_the_api_said() -> None:
    clock, governor = begin(Bounds(9))
    admitted(governor)
    refused, later = admitted(governor), enter(governor)
    governor.refused(refused, Limit("requests", 1), 2)
    governor.join(refused)
    clock.now += 2
    assert not governor.claim(later)
    assert governor.claim(refused)
    assert governor.delay(later) == WINDOW


def test_new_settings_keep_what_was_learnt() -> None:
    governors = Governors(Clock())
    origin = ("https", "a", 443)
    first = governors.of(origin, Bounds(4))
    first.refused(admitted(first), Limit("concurrency", 1), 0)
    again = governors.of(origin, Bounds(8))
    admitted(again)
    assert not again.claim(enter(again))
    other = governors.of(("https", "b", 443), Bounds(8))
    admitted(other)
    admitted(other)


@given(
    st.lists(st.tuples(st.sampled_from(["join", "leave", "wait", "refuse"]), st.integers(0, 40))),
    st.integers(1, 3),
    st.integers(0, 4),
    st.integers(0, 90),
)
def test_order_and_bounds_hold_whatever_happens(
    steps: list[tuple[str, int]], concurrency: int, requests: int, tokens: int
) -> None:
    clock, governor = begin(Bounds(concurrency, requests, tokens))
    waiting: list[Ticket] = []
    running: list[Ticket] = []
    entered: list[tuple[float, int]] = []
    for step, number in steps:
        if step == "join":
            waiting.append(enter(governor, number))
        elif step == "leave" and waiting + running:
            gone = (waiting + running)[number % len(waiting + running)]
            governor.leave(gone)
            (waiting if gone in waiting else running).remove(gone)
        elif step == "refuse" and running:
            governor.refused(running[0], None, number)
            governor.leave(running.pop(0))
            entered.clear()
        else:
            clock.now += number
        for one in waiting:
            if governor.claim(one):
                assert one is waiting.pop(0), "strictly in order"
                running.append(one)
                entered.append((clock.now, one.tokens))
        assert len(running) <= concurrency
        recent = [size for at, size in entered if at + WINDOW > clock.now]
        assert not requests or len(recent) <= requests
        assert not tokens or len(recent) == 1 or sum(recent) <= tokens


async def held(governor: Governor, order: list[int], number: int, said: list[float | None]) -> None:
    ticket = governor.ticket(1)
    said.extend([seconds async for seconds in turns.take(governor, ticket)])
    order.append(number)
    await asyncio.sleep(0)
    governor.leave(ticket)


async def test_turns_are_taken_in_order_and_every_wait_is_told() -> None:
    governor = Governor(Bounds(1), asyncio.get_running_loop().time)
    order: list[int] = []
    said: list[float | None] = []
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(held(governor, order, number, said))
    assert order == list(range(20))
    assert len(said) >= 19


async def test_a_cancelled_wait_leaves_the_line() -> None:
    governor = Governor(Bounds(1), asyncio.get_running_loop().time)
    first = admitted(governor)
    order: list[int] = []
    gone, stays = (asyncio.create_task(held(governor, order, one, [])) for one in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    governor.leave(first)
    async with asyncio.timeout(10):
        await stays
    assert order == [2]
    assert governor.claim(enter(governor))


async def test_a_turn_that_comes_while_the_caller_is_busy_is_not_missed() -> None:
    governor = Governor(Bounds(1), asyncio.get_running_loop().time)
    first = admitted(governor)
    wait = turns.take(governor, governor.ticket(1))
    assert await anext(wait) is None
    governor.leave(first)
    async with asyncio.timeout(turns.SAY_EVERY / 2):
        assert await anext(wait, "taken") == "taken"
