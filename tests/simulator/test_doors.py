"""What is refused at the door, over HTTP: keys, models, sizes, bodies that are no requests."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator import Simulator
from kimi_lsp.simulator.dialects import DIALECTS
from kimi_lsp.simulator.rules import Service, refused
from tests.simulator.bodies import PNG, asking, data_url, part, tool, user
from tests.simulator.talk import HELLO, KEY, Reply, ask, error


@pytest.mark.parametrize(
    ("key", "header", "expected"),
    [
        (None, None, (401, "incorrect_api_key_error", "Incorrect API key provided")),
        (None, "Bearer ", (401, "incorrect_api_key_error", "Incorrect API key provided")),
        (None, "Basic abc", (401, "incorrect_api_key_error", "Incorrect API key provided")),
        ("right", "Bearer wrong", (401, "invalid_authentication_error", "Invalid Authentication")),
        ("right", "bearer right", None),
        (None, "Bearer anything", None),
    ],
)
async def test_keys(key: str | None, header: str | None, expected: Any) -> None:
    async with Simulator(key=key) as kimi:
        headers = {"Authorization": header} if header is not None else {}
        for path in ("/v1/models", "/v1/users/me/balance"):
            reply = await ask(kimi, path=path, headers=headers)
            assert (expected is None) == (reply.status == 200)
            if expected:
                assert error(reply) == expected


async def _first(**options: Any) -> tuple[Reply, Simulator]:
    body = options.pop("body", HELLO)
    async with Simulator(**options) as kimi:
        return await ask(kimi, body), kimi


async def test_a_model_that_is_not_there() -> None:
    reply, _ = await _first(retired=True)
    message = "Not found the model kimi-k2.5 or Permission denied"
    assert error(reply) == (404, "resource_not_found_error", message)


async def test_models_that_do_not_see() -> None:
    reply, _ = await _first(pictures=False, body=asking(user(part(data_url(PNG)))))
    message = "the message at position 0 with role 'user' contains an invalid part type: image_url"
    assert error(reply) == (400, "invalid_request_error", message)


async def test_messages_that_weigh_too_much() -> None:
    reply, _ = await _first(message_bytes=10)
    message = "Invalid request: total message size 38 exceeds limit 10"
    assert error(reply) == (400, "invalid_request_error", message)


@pytest.mark.parametrize("raw", [b"{oops", b"[]", b"[" * 100_000, b"\xff"])
async def test_bodies_that_are_no_requests(raw: bytes) -> None:
    async with Simulator() as kimi:
        reply = await ask(kimi, raw=raw)
    assert error(reply)[:2] == (400, "invalid_request_error")


async def test_a_body_over_the_bound_is_refused_after_the_key() -> None:
    raw = bytes((100 << 20) + 1)
    async with Simulator() as kimi:
        assert error(await ask(kimi, raw=raw, headers={}))[0] == 401
        message = "Request exceeds the maximum size"
        assert error(await ask(kimi, raw=raw)) == (413, "invalid_request_error", message)
        assert (await ask(kimi, HELLO)).status == 200


async def test_a_body_in_chunks() -> None:
    body = b'{"model":"kimi-k2.5","messages":[{"role":"user","content":"hello"}]}'
    raw = b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in (body[:9], body[9:], b""))
    headers = {**KEY, "Transfer-Encoding": "chunked"}
    async with Simulator() as kimi:
        assert (await ask(kimi, raw=raw, headers=headers)).status == 200
        assert kimi.requests[0]["body"] == HELLO


def test_engines_of_ones_own_refuse_little() -> None:
    loose = asking(
        {"role": "developer", "content": ""},
        user(part("https://x.example/a.png")),
        temperature=0.2,
        tools=[tool("9", parameters={})],
        tool_choice="required",
    )
    for name in ("vllm", "sglang"):
        assert refused(loose, Service(dialect=DIALECTS[name])) is None
