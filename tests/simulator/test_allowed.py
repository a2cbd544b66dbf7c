"""What the strict rules let pass, each at its edge."""

from __future__ import annotations

import pytest

from kimi_lsp.simulator.rules import Service, refused
from tests.simulator.bodies import (
    ALL,
    K3,
    K26,
    OFF,
    ON,
    PNG,
    SEARCH,
    TUPLE,
    asking,
    call,
    called,
    data_url,
    part,
    result,
    tool,
    user,
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
