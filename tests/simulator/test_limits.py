"""The account's bounds, and the words with which they are told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from kimi_lsp.simulator import Limits, Simulator
from kimi_lsp.simulator.chat import RetryAfter
from tests.simulator.talk import HELLO, ask, begin, error, read

WHO = "Your account org-offline/proj-offline <ak-offline> request reached"
QUOTA = (
    "Your account org-offline<ak-offline> is suspended, please check your plan and billing details"
)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# Each step: seconds that pass, tokens asked for, requests running, and the refusal or None.
Step = tuple[float, int, int, str | None]

CASES: dict[str, tuple[dict[str, Any], list[Step]]] = {
    "none": ({}, [(0, 10**9, 1000, None)] * 3),
    "concurrency": (
        {"concurrency": 1},
        [
            (0, 1, 0, None),
            (
                0,
                1,
                1,
                f"{WHO} max organization concurrency: 1, please try again after 1 seconds",
            ),
            (0, 1, 0, None),
        ],
    ),
    "requests": (
        {"rpm": 3},
        [
            (0, 1, 0, None),
            (10, 1, 0, None),
            (10, 1, 0, None),
            (39, 1, 0, f"{WHO} organization max RPM: 3, please try again after 1 seconds"),
            (1, 1, 0, None),
            (0.5, 1, 0, f"{WHO} organization max RPM: 3, please try again after 10 seconds"),
            (9.5, 1, 0, None),
        ],
    ),
    "tokens": (
        {"tpm": 100},
        [
            (0, 60, 0, None),
            (
                0,
                41,
                0,
                "Your account offline<ak-offline> request reached TPM rate limit, "
                "current:101, limit:100",
            ),
            (0, 40, 0, None),
            (60, 100, 0, None),
        ],
    ),
    "tokens of a day": (
        {"tpd": 100},
        [
            (0, 60, 0, None),
            (3600, 41, 0, f"{WHO} organization TPD rate limit, current: 101, limit: 100"),
            (23 * 3600, 100, 0, None),
        ],
    ),
    "no money": ({"balance": 0.0}, [(0, 1, 0, QUOTA)]),
    "the nearest first": (
        {"concurrency": 1, "rpm": 1, "balance": 0.0},
        [
            (
                0,
                1,
                1,
                f"{WHO} max organization concurrency: 1, please try again after 1 seconds",
            ),
            (0, 1, 0, QUOTA),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bounds(name: str) -> None:
    bounds, steps = CASES[name]
    clock = Clock()
    limits = Limits(**bounds, clock=clock)
    for passed, tokens, running, expected in steps:
        clock.now += passed
        refusal = limits.admit(tokens, running)
        assert (refusal and refusal.message) == expected
        assert refusal is None or refusal.status == 429


@pytest.mark.parametrize(
    ("retry_after", "expected"), [(None, None), ("auto", "60"), (7, "7"), (0, "0")]
)
async def test_the_header(retry_after: RetryAfter, expected: str | None) -> None:
    clock = Clock()
    async with Simulator(limits=Limits(rpm=1, clock=clock), retry_after=retry_after) as kimi:
        assert (await ask(kimi, HELLO)).status == 200
        reply = await ask(kimi, HELLO)
        message = f"{WHO} organization max RPM: 1, please try again after 60 seconds"
        assert error(reply) == (429, "rate_limit_reached_error", message)
        assert reply.headers.get("retry-after") == expected
        clock.now += 60
        assert (await ask(kimi, HELLO)).status == 200


async def test_a_request_that_is_wrong_counts_for_nothing() -> None:
    async with Simulator(limits=Limits(rpm=1)) as kimi:
        assert (await ask(kimi, {**HELLO, "n": 2})).status == 400
        assert (await ask(kimi, path="/v1/models")).status == 200
        assert (await ask(kimi, HELLO)).status == 200
        assert (await ask(kimi, HELLO)).status == 429


async def test_the_whole_bound_of_the_answer_counts_at_the_door() -> None:
    async with Simulator(limits=Limits(tpm=1000)) as kimi:
        assert (await ask(kimi, {**HELLO, "max_completion_tokens": 997})).status == 429
        assert (await ask(kimi, {**HELLO, "max_completion_tokens": 996})).status == 200


async def test_one_at_a_time() -> None:
    slow = [{"fault": "stall", "times": 1}, {"reply": {"content": "hi"}}]
    async with Simulator(slow, limits=Limits(concurrency=1)) as kimi:
        reader, writer = await begin(kimi, json.dumps({**HELLO, "stream": True}).encode())
        await reader.readuntil(b"\r\n\r\n")
        refused = await ask(kimi, HELLO)
        writer.close()
        async with asyncio.timeout(10):
            while kimi.open_streams:
                await asyncio.sleep(0.01)
        taken = await ask(kimi, HELLO)
    assert error(refused)[1] == "rate_limit_reached_error"
    assert taken.status == 200


async def test_money_is_spent_and_then_all_gone() -> None:
    async with Simulator(limits=Limits(balance=0.000_001)) as kimi:
        assert (await ask(kimi, HELLO)).status == 200
        assert error(await ask(kimi, HELLO)) == (429, "exceeded_current_quota_error", QUOTA)
        left = (await ask(kimi, path="/v1/users/me/balance")).json["data"]["available_balance"]
        assert left < 0
        assert (await ask(kimi, path="/v1/models")).status == 200


async def test_a_refused_connection_can_be_used_again() -> None:
    payload = json.dumps(HELLO).encode()
    async with Simulator(limits=Limits(rpm=1)) as kimi:
        reader, writer = await begin(kimi, payload)
        first = await read(reader)
        request = b"POST /v1/chat/completions HTTP/1.1\r\nAuthorization: Bearer k\r\n"
        request += b"Content-Length: %d\r\n\r\n" % len(payload) + payload
        writer.write(request * 2)
        second, third = await read(reader), await read(reader)
        writer.close()
    assert (first.status, second.status, third.status) == (200, 429, 429)
