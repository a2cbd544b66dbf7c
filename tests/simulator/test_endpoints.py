"""The other addresses, and how each dialect answers there."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator import Simulator
from tests.simulator.bodies import PNG, asking, data_url, part, user
from tests.simulator.talk import HELLO, ask, error

ESTIMATE = "/v1/tokenizers/estimate-token-count"
BALANCE = "/v1/users/me/balance"
LISTED = {"id": "kimi-k2.5", "object": "model", "created": 1769472000}
ENGINE = {"root": "kimi-k2.5", "parent": None, "max_model_len": 262_144}


@pytest.mark.parametrize(
    ("options", "model"),
    [
        (
            {},
            {
                **LISTED,
                "owned_by": "moonshot",
                "context_length": 262_144,
                "supports_image_in": True,
                "supports_video_in": True,
                "supports_reasoning": True,
            },
        ),
        ({"dialect": "vllm"}, {**LISTED, "owned_by": "vllm", **ENGINE}),
        ({"dialect": "sglang"}, {**LISTED, "owned_by": "sglang", **ENGINE}),
    ],
)
async def test_models(options: dict[str, Any], model: dict[str, Any]) -> None:
    async with Simulator(**options) as kimi:
        assert (await ask(kimi, path="/v1/models")).json == {"object": "list", "data": [model]}


async def test_models_since_the_retirement() -> None:
    async with Simulator(retired=True) as kimi:
        listed = (await ask(kimi, path="/v1/models")).json["data"]
        answered = await ask(kimi, {**HELLO, "model": "kimi-k2.6"})
    ids = [one["id"] for one in listed]
    assert ids == ["kimi-k3", "kimi-k2.7-code", "kimi-k2.7-code-highspeed", "kimi-k2.6"]
    assert [one["context_length"] for one in listed] == [1_048_576, 262_144, 262_144, 262_144]
    assert answered.json["model"] == "kimi-k2.6"


async def test_balance() -> None:
    async with Simulator() as kimi:
        assert (await ask(kimi, path=BALANCE)).json == {
            "code": 0,
            "data": {"available_balance": 10.0, "voucher_balance": 0, "cash_balance": 10.0},
            "scode": "0x0",
            "status": True,
        }


async def test_estimate_counts_as_an_answer_does() -> None:
    body = asking(user({"type": "text", "text": "hello"}, part(data_url(PNG))))
    async with Simulator() as kimi:
        estimated = (await ask(kimi, body, ESTIMATE)).json
        answered = (await ask(kimi, body)).json["usage"]["prompt_tokens"]
    # Two for the role, two for the text; 280 by 56 pixels are ten by two squares, and five.
    assert estimated == {"data": {"total_tokens": 2 + 2 + 10 * 2 + 5}}
    assert answered == 29


@pytest.mark.parametrize(
    ("body", "status", "code", "said", "words"),
    [
        (
            asking(user("a"), {"role": "system", "content": ""}),
            400,
            3,
            "messages[1]: the message at position 1 with role 'system' must not be empty",
            "非法输入",
        ),
        ({**HELLO, "messages": []}, 400, 3, "messages[0]: messages must not be empty", "非法输入"),
        (
            {**HELLO, "model": "kimi-k9"},
            404,
            5,
            "Not found the model kimi-k9 or Permission denied",
            "没找到对象",
        ),
    ],
)
async def test_errors_of_the_estimate_have_their_own_envelope(
    body: Any, status: int, code: int, said: str, words: str
) -> None:
    async with Simulator() as kimi:
        reply = await ask(kimi, body, ESTIMATE)
    assert (reply.status, reply.json) == (
        status,
        {"code": code, "error": said, "message": words, "scode": f"0x{code}", "status": False},
    )


async def test_an_estimate_needs_a_key_too() -> None:
    async with Simulator() as kimi:
        assert error(await ask(kimi, HELLO, ESTIMATE, headers={}))[:2] == (
            401,
            "incorrect_api_key_error",
        )


@pytest.mark.parametrize(
    ("path", "method"),
    [("/v1/responses", "POST"), ("/v1/chat/completions", "GET"), ("/models", "GET")],
)
async def test_addresses_that_are_not_there(path: str, method: str) -> None:
    async with Simulator() as kimi:
        reply = await ask(kimi, path=path, method=method, headers={})
    assert reply.status == 404
    assert (reply.json["error"], reply.json["code"]) == ("url.not_found", 5)
    assert (reply.json["url"], reply.json["method"]) == (path, method)


NOT_FOUND = "The model `kimi-k9` does not exist."
TOO_LONG = (
    "This model's maximum context length is 262144 tokens. However, you requested 262144 output "
    "tokens and your prompt contains 4 input tokens."
)


@pytest.mark.parametrize("dialect", ["vllm", "sglang"])
async def test_engines_of_ones_own(dialect: str) -> None:
    def spoken(kind: str, message: str, code: int, param: str | None = None) -> Any:
        inner = {"message": message, "type": kind, "param": param, "code": code}
        return (
            {"error": inner} if dialect == "vllm" else {"object": "error", **inner, "param": None}
        )

    async with Simulator(dialect=dialect, key="mine") as kimi:
        for path, method in ((BALANCE, "GET"), (ESTIMATE, "POST"), ("/v1/files", "GET")):
            reply = await ask(kimi, path=path, method=method)
            assert (reply.status, reply.json) == (404, {"detail": "Not Found"})
        reply = await ask(kimi, HELLO)
        assert (reply.status, reply.json) == (401, {"error": "Unauthorized"})
    async with Simulator(dialect=dialect) as kimi:
        assert (await ask(kimi, HELLO, headers={})).status == 200
        reply = await ask(kimi, {**HELLO, "model": "kimi-k9"}, headers={})
        assert (reply.status, reply.json) == (
            404,
            spoken("NotFoundError", NOT_FOUND, 404, "model"),
        )
        reply = await ask(kimi, {**HELLO, "max_completion_tokens": 262_144}, headers={})
        assert (reply.status, reply.json) == (400, spoken("BadRequestError", TOO_LONG, 400))


async def test_what_a_test_asks_of_it() -> None:
    async with Simulator() as kimi:
        bad = await ask(kimi, {"fault": "boom"}, "/simulator/script")
        good = await ask(kimi, {"reply": {"content": "told"}}, "/simulator/script")
        answer = await ask(kimi, HELLO)
        seen = (await ask(kimi, path="/simulator/requests")).json["requests"]
        state = (await ask(kimi, path="/simulator/state")).json
    assert (bad.status, good.status, state) == (400, 200, {"open_streams": 0})
    assert answer.json["choices"][0]["message"]["content"] == "told"
    assert [(one["method"], one["path"], one["body"]) for one in seen] == [
        ("POST", "/v1/chat/completions", HELLO)
    ]
