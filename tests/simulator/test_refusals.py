"""Every rule of the API: which request it refuses, and in what words."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from kimi_lsp.simulator import Simulator
from kimi_lsp.simulator.dialects import DIALECTS
from kimi_lsp.simulator.rules import Service, refused
from tests.simulator.bodies import (
    OFF,
    ON,
    PNG,
    asking,
    call,
    called,
    data_url,
    part,
    result,
    tool,
    user,
)
from tests.simulator.talk import HELLO, KEY, Reply, ask, error

HERE = "Invalid request: the message at position"
PAIR = (
    "an assistant message with 'tool_calls' must be followed by tool messages responding to each "
    "'tool_call_id'. The following tool_call_ids did not have response messages: "
)
ECHO = (
    "thinking is enabled but reasoning_content is missing in assistant tool call message at index 1"
)
NAME = (
    "Invalid request: function name is invalid, must start with a letter and can contain letters, "
    "numbers, underscores, and dashes"
)
MFJS = (
    "tools.function.parameters is not a valid moonshot flavored json schema, "
    "details: <At path 'properties.x': type is not defined>"
)
FORM = (
    "Invalid request: response_format.json_schema is not a valid moonshot flavored json schema, "
    "details: <At path 'properties.pair.items': items must be an object>"
)
ROOT = 'tools.function.parameters.type is required and must be "object"'
KEPT = (
    "preserved thinking (thinking.keep=all) requires reasoning_content on every assistant message, "
    "but assistant message at index 1 is missing reasoning_content"
)
SVG = data_url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
AVIF = data_url(b"\x00\x00\x00\x1cftypavif", "image/png")
TUPLE = {"type": "object", "properties": {"pair": {"type": "array", "items": [{"type": "null"}]}}}
SEARCH = {"type": "builtin_function", "function": {"name": "$web_search"}}
K26, K27, K3 = ({"model": name} for name in ("kimi-k2.6", "kimi-k2.7-code", "kimi-k3"))


def schema(of: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": of}}


INVALID = [
    # messages
    (asking(messages=None), "Invalid request: messages must not be empty"),
    (asking(messages=[]), "Invalid request: messages must not be empty"),
    (asking({"role": "developer", "content": "x"}), "unsupported role ROLE_UNSPECIFIED"),
    (asking({"role": "system", "content": ""}), f"{HERE} 0 with role 'system' must not be empty"),
    (asking(user("a"), user()), f"{HERE} 1 with role 'user' must not be empty"),
    (asking({"role": "user"}), f"{HERE} 0 with role 'user' must not be empty"),
    (
        asking(user("a"), {"role": "assistant", "content": ""}, user("b")),
        f"{HERE} 1 with role 'assistant' must not be empty",
    ),
    (
        asking({"role": "assistant", "content": "", "partial": True}, user("b")),
        f"{HERE} 0 with role 'assistant' must not be empty",
    ),
    (asking(user({"type": "text", "text": ""})), "text content is empty"),
    (
        asking(user("a"), user({"type": "input_audio"})),
        "the message at position 1 with role 'user' contains an invalid part type: input_audio",
    ),
    (
        asking({"role": "system", "content": [part(data_url(PNG))]}),
        "the message at position 0 with role 'system' contains an invalid part type: image_url",
    ),
    (
        asking(user(part("https://x.example/a.png"))),
        "Invalid request: unsupported image url: https://x.example/a.png",
    ),
    (
        asking(user({"type": "image_url", "image_url": "file:///a.png"})),
        "Invalid request: unsupported image url: file:///a.png",
    ),
    (
        asking(user(part("https://x.example/a.mp4", "video_url"))),
        "Invalid request: unsupported video url: https://x.example/a.mp4",
    ),
    (
        asking(user(part(SVG))),
        "Invalid request: unsupported image format: text/plain; charset=utf-8",
    ),
    (asking(user(part(AVIF))), "Invalid request: unsupported image format: image/avif"),
    (
        asking(user(part(data_url(b"%PDF-1.7", "image/png")))),
        "Invalid request: unsupported image format: application/pdf",
    ),
    (
        asking(user(part(data_url(PNG), "video_url"))),
        "Invalid request: unsupported video format: image/png",
    ),
    (
        asking(user(part("data:image/png;base64,%%%"))),
        "Invalid request: image is not valid base64",
    ),
    (asking(user(part("ms://gone"))), "Invalid request: file not found: gone"),
    # sampling
    (asking(temperature=0), "invalid temperature: only 1 is allowed for this model"),
    (asking(temperature=0.6), "invalid temperature: only 1 is allowed for this model"),
    (asking(temperature=True), "invalid temperature: only 1 is allowed for this model"),
    (asking(temperature=1, **OFF), "invalid temperature: only 0.6 is allowed for this model"),
    (asking(top_p=1), "invalid top_p: only 0.95 is allowed for this model"),
    (asking(n=2), "invalid n: only 1 is allowed for this model"),
    (asking(presence_penalty=0.1), "invalid presence_penalty: only 0 is allowed for this model"),
    (asking(frequency_penalty=1), "invalid frequency_penalty: only 0 is allowed for this model"),
    (asking(logprobs=True, **K3), "invalid logprobs: only false is allowed for this model"),
    (asking(thinking=True), "invalid thinking: must be an object"),
    (asking(thinking={}), "invalid thinking: type must be enabled or disabled"),
    (asking(thinking={"type": "on"}), "invalid thinking: type must be enabled or disabled"),
    (
        asking(thinking={"type": "enabled", "keep": "all"}),
        "invalid thinking: keep is not allowed for this model",
    ),
    (
        asking(thinking={"type": "enabled", "keep": "some"}, **K26),
        "invalid thinking: keep must be null or all",
    ),
    (
        asking(**OFF, **K27),
        "invalid thinking: only type=enabled is allowed for this model",
    ),
    (
        asking(**OFF, reasoning_effort="low"),
        "cannot specify both 'thinking' and 'reasoning_effort'",
    ),
    (
        asking(reasoning_effort="medium", **K3),
        "invalid reasoning_effort: only low, high, max are allowed for this model",
    ),
    # tools
    (
        asking(tools=[tool(f"tool_{n}") for n in range(129)]),
        "Invalid request: tools must have at most 128 items",
    ),
    (
        asking(tools=[{**tool(), "type": "custom"}]),
        "unknown tool type: custom, currently only function and plugin are supported",
    ),
    (asking(tools=[tool("9lives")]), NAME),
    (asking(tools=[tool("fs.read")]), NAME),
    (asking(tools=[tool("x" * 65)]), NAME),
    (asking(tools=[tool(), tool()]), "Invalid request: function name read_file is duplicated"),
    (asking(tools=[tool(parameters={"properties": {}})]), ROOT),
    (asking(tools=[tool(parameters=None)]), ROOT),
    (asking(tools=[tool(parameters={"type": "object", "properties": {"x": {}}})]), MFJS),
    (
        asking(tools=[SEARCH]),
        "builtin_function $web_search is incompatible with thinking enabled",
    ),
    (
        asking(tools=[tool()], tool_choice="required"),
        "tool_choice 'required' is incompatible with thinking enabled",
    ),
    (
        asking(tools=[tool()], tool_choice={"type": "function", "function": {"name": "read_file"}}),
        "tool_choice 'specified' is incompatible with thinking enabled",
    ),
    (
        asking(tool_choice="required", **OFF),
        "Invalid request: tool_choice 'required' needs tools",
    ),
    (
        asking(tool_choice="any", **OFF),
        "Invalid request: tool_choice must be auto, none, required or a named function",
    ),
    # conversations
    (asking(user("a"), called(call("Shell:58"))), PAIR + "Shell:58"),
    (asking(user("a"), called(call("a:0"), call("b:1")), result("b:1")), PAIR + "a:0"),
    (asking(user("a"), called(call()), user("b"), result()), PAIR + "read_file:0"),
    (asking(user("a"), result("")), "tool_call_id  is not found"),
    (
        asking(user("a"), called(call()), result(), user("b"), result()),
        "tool_call_id read_file:0 is not found",
    ),
    (
        asking(user("a"), called(call(), call()), result()),
        "Invalid request: tool_call_id read_file:0 is duplicated",
    ),
    (asking(user("a"), called(call(), reasoning_content=""), result()), ECHO),
    (asking(user("a"), called(call(), reasoning_content=None), result(), **ON), ECHO),
    (
        asking(
            user("a"),
            {"role": "assistant", "content": "b"},
            user("c"),
            thinking={"type": "enabled", "keep": "all"},
            **K26,
        ),
        KEPT,
    ),
    # the answer's form
    (
        asking(response_format={"type": "yaml"}),
        "Invalid request: unsupported response_format type: yaml",
    ),
    (
        asking(response_format={"type": "json_schema", "json_schema": {"schema": {}}}),
        "Invalid request: response_format.json_schema.name is required",
    ),
    (asking(response_format=schema(TUPLE)), FORM),
    (asking(stop=list("abcdef")), "Invalid request: stop must have at most 5 items"),
    (asking(stop="é" * 17), "Invalid request: stop must be at most 32 bytes"),
    (
        asking(user("a") | {"partial": True}),
        "Invalid request: partial is only allowed on the last message, of the assistant",
    ),
    (
        asking(
            user("a"),
            {"role": "assistant", "content": "{", "partial": True},
            response_format={"type": "json_object"},
        ),
        "Invalid request: partial is incompatible with response_format json_object",
    ),
    # length
    (
        asking(max_completion_tokens=0),
        "Invalid request: max_completion_tokens must be a positive integer",
    ),
    (
        asking(max_completion_tokens=262_144),
        "Invalid request: Your request exceeded model token limit: 262144 (requested: 262148)",
    ),
    (
        asking(max_tokens=262_144),
        "Invalid request: Your request exceeded model token limit: 262144 (requested: 262148)",
    ),
    (
        asking(user("a" * 4 * 229_375)),
        "Invalid request: Your request exceeded model token limit: 262144 (requested: 262145)",
    ),
]
ALL = ("kimi-k2.5", "kimi-k2.6", "kimi-k2.7-code", "kimi-k3")


@pytest.mark.parametrize(("body", "message"), INVALID)
def test_what_is_refused(body: dict[str, Any], message: str) -> None:
    refusal = refused(body, Service(ALL))
    assert refusal
    assert (refusal.status, refusal.type, refusal.message) == (
        400,
        "invalid_request_error",
        message,
    )


ALLOWED = {
    "the shortest": asking(),
    "what it would do anyway": asking(
        temperature=1.0, top_p=0.95, n=1, presence_penalty=0, frequency_penalty=0.0
    ),
    "instant": asking(temperature=0.6, **OFF),
    "nulls": asking(temperature=None, tools=None, tool_choice=None, stop=None, thinking=None),
    "members it does not know": asking(seed=1, chat_template_kwargs={"thinking": False}),
    "a round of tools": asking(user("a"), called(call()), result(), tools=[tool()], **ON),
    "a space for lost thoughts": asking(
        user("a"), called(call(), reasoning_content=" "), result(), tools=[tool()]
    ),
    "no thoughts where there are none": asking(
        user("a"), called(call(), reasoning_content=None), result(), **OFF
    ),
    "ids that come again in another turn": asking(
        user("a"), called(call()), result(), called(call()), result()
    ),
    "thoughts of plain turns may be left out": asking(
        user("a"), {"role": "assistant", "content": "b"}, user("c"), **ON
    ),
    "a tool by name, without thinking": asking(
        tools=[tool()],
        tool_choice={"type": "function", "function": {"name": "read_file"}},
        **OFF,
    ),
    "required, where effort is the switch": asking(
        tools=[tool()], tool_choice="required", reasoning_effort="low", **K3
    ),
    "search, without thinking": asking(tools=[SEARCH], **OFF),
    "128 tools": asking(tools=[tool(f"tool_{n}") for n in range(128)]),
    "kept thoughts": asking(thinking={"type": "enabled", "keep": "all"}, **K26),
    "pictures": asking(
        user(part(data_url(PNG)), {"type": "image_url", "image_url": data_url(PNG, "image/.png")})
    ),
    "a picture as a result": asking(
        user("a"), called(call()), result() | {"content": [part(data_url(PNG))]}
    ),
    "an unfinished answer": asking(
        user("a"), {"role": "assistant", "content": "", "partial": True}, **OFF
    ),
    "five stops of 32 bytes": asking(stop=["é" * 16] * 5),
    "a schema that is not strict": asking(
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "x", "strict": False, "schema": TUPLE},
        }
    ),
    "the new name wins over the old": asking(max_tokens=262_144, max_completion_tokens=1),
    "exactly as long as may be": asking(user("a" * 4 * 229_374)),
    "a longer context": asking(max_completion_tokens=1_000_000, **K3),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_not_refused(name: str) -> None:
    assert refused(ALLOWED[name], Service(ALL)) is None


ORDER: list[tuple[dict[str, Any], str]] = [
    ({"model": "kimi-k9"}, "Not found the model"),
    ({"messages": []}, "messages must not be empty"),
    ({"temperature": 0}, "invalid temperature"),
    ({"thinking": {"type": "on"}}, "invalid thinking"),
    ({"tools": [tool("9")]}, "function name is invalid"),
    ({"tool_choice": "required"}, "tool_choice 'required'"),
    ({"messages": [user("a"), called(call()), user("b")]}, "must be followed by tool messages"),
    (
        {"messages": [called(call(), reasoning_content=""), result()]},
        "reasoning_content is missing",
    ),
    ({"response_format": {"type": "yaml"}}, "response_format"),
    ({"stop": list("abcdef")}, "stop"),
    ({"messages": [user("a") | {"partial": True}]}, "partial is only allowed"),
    ({"max_completion_tokens": 262_144}, "exceeded model token limit"),
]


def test_the_first_failure_wins() -> None:
    for (first, message), (second, _) in combinations(ORDER, 2):
        if first.keys() & second.keys():
            continue
        refusal = refused({**HELLO, **first, **second}, Service())
        assert refusal
        assert message in refusal.message, (first, second)


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
