"""What is refused of tools, of histories of calls, and of forms of the answer."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator.rules import Service, refused
from tests.simulator.bodies import (
    ALL,
    K26,
    OFF,
    ON,
    SEARCH,
    TUPLE,
    asking,
    call,
    called,
    result,
    schema,
    tool,
    user,
)

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

INVALID = [
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
]


@pytest.mark.parametrize(("body", "message"), INVALID)
def test_what_is_refused(body: dict[str, Any], message: str) -> None:
    refusal = refused(body, Service(ALL))
    assert refusal
    assert (refusal.status, refusal.type, refusal.message) == (
        400,
        "invalid_request_error",
        message,
    )
