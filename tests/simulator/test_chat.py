"""What the offline Kimi answers: the script, and the request's own bounds on it."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator import Simulator
from kimi_lsp.simulator.script import ScriptError, read
from tests.simulator.bodies import (
    OFF,
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
from tests.simulator.talk import HELLO, ask

SEEN = user({"type": "text", "text": "hello"}, part(data_url(PNG)))
K26 = {"model": "kimi-k2.6"}


def text(content: str, **line: Any) -> dict[str, Any]:
    return {"reply": {"content": content}, **line}


MATCHES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]] = {
    "the first that matches": ([text("a"), text("b")], [HELLO, HELLO], ["a", "a"]),
    "used up": ([text("a", times=1), text("b")], [HELLO, HELLO], ["a", "b"]),
    "never": ([text("a", times=0), text("b")], [HELLO], ["b"]),
    "model": (
        [text("a", match={"model": "kimi-k2.6"}), text("b")],
        [HELLO, HELLO | K26],
        ["b", "a"],
    ),
    "contains": ([text("a", match={"contains": "ell"}), text("b")], [HELLO], ["a"]),
    "only of the last user message": (
        [text("a", match={"contains": "first"}), text("b")],
        [asking(user("first"), {"role": "assistant", "content": "first"}, user("last"))],
        ["b"],
    ),
    "text beside a picture": ([text("a", match={"contains": "hello"})], [asking(SEEN)], ["a"]),
    "a picture": (
        [text("a", match={"image": True}), text("b", match={"image": False})],
        [asking(SEEN), HELLO, asking(SEEN, user("hello"))],
        ["a", "b", "b"],
    ),
    "all of it": (
        [text("a", match={"model": "kimi-k2.5", "contains": "hello", "image": True}), text("b")],
        [asking(SEEN), HELLO, asking(SEEN, **K26)],
        ["a", "b", "b"],
    ),
}


@pytest.mark.parametrize("name", MATCHES)
async def test_which_line_answers(name: str) -> None:
    script, requests, expected = MATCHES[name]
    async with Simulator(script, models=["kimi-k2.5", "kimi-k2.6"]) as kimi:
        replies = [(await ask(kimi, one)).json for one in requests]
    assert [one["choices"][0]["message"]["content"] for one in replies] == expected


async def test_where_no_line_answers_it_says_what_it_is() -> None:
    async with Simulator([text("a", match={"contains": "else"})]) as kimi:
        reply = (await ask(kimi, HELLO)).json
    said = reply["choices"][0]["message"]["content"]
    assert "offline stand-in" in said
    assert "cannot think" in said


async def test_an_error_of_the_script() -> None:
    lines = [
        {"status": 429, "error": {"type": "engine_overloaded_error"}, "times": 1},
        {"status": 503, "error": {"message": "gone", "retry_after": "soon"}, "times": 1},
        {"status": 529, "error": {"type": "odd", "message": "x", "retry_after": -1}, "times": 1},
    ]
    async with Simulator(lines) as kimi:
        replies = [await ask(kimi, HELLO) for _ in lines]
    assert [(one.status, one.json["error"], one.headers.get("retry-after")) for one in replies] == [
        (
            429,
            {
                "message": "The engine is currently overloaded, please try again later",
                "type": "engine_overloaded_error",
            },
            None,
        ),
        (503, {"message": "gone", "type": "server_unavailable"}, "soon"),
        (529, {"message": "x", "type": "odd"}, "-1"),
    ]


BOUNDS: list[tuple[dict[str, Any], dict[str, Any], tuple[str | None, str, str]]] = [
    # the reply, what the request adds, and the reasoning, content and finish that come
    ({"content": "abc"}, {}, (None, "abc", "stop")),
    ({"content": "abc", "reasoning": "hm"}, {}, ("hm", "abc", "stop")),
    ({"content": "abc", "reasoning": "hm"}, OFF, (None, "abc", "stop")),
    ({"content": "abc", "finish": "content_filter"}, {}, (None, "abc", "content_filter")),
    ({"content": "one; two; three"}, {"stop": ["three", ";"]}, (None, "one", "stop")),
    ({"content": "abcdefgh"}, {"max_completion_tokens": 2}, (None, "abcdefgh", "stop")),
    ({"content": "abcdefghi"}, {"max_completion_tokens": 2}, (None, "abcdefgh", "length")),
    ({"content": "ab", "reasoning": "x" * 9}, {"max_tokens": 2}, ("x" * 8, "", "length")),
    ({"content": "😀😀"}, {"max_completion_tokens": 1}, (None, "😀", "length")),
]


@pytest.mark.parametrize(("reply", "more", "expected"), BOUNDS)
async def test_what_the_request_bounds(
    reply: dict[str, Any], more: dict[str, Any], expected: tuple[str | None, str, str]
) -> None:
    async with Simulator([{"reply": reply}]) as kimi:
        (choice,) = (await ask(kimi, {**HELLO, **more})).json["choices"]
    message = choice["message"]
    found = (message.get("reasoning_content"), message["content"], choice["finish_reason"])
    assert found == expected


CALLS = [{"name": "read_file", "arguments": "{}"}, {"name": "Shell", "arguments": '{"a'}]


@pytest.mark.parametrize(
    ("options", "model", "ids"),
    [
        ({}, "kimi-k2.5", ["read_file:1", "Shell:2"]),
        ({}, "kimi-k3", ["read_file_1", "Shell_2"]),
        ({"dialect": "vllm"}, "kimi-k2.5", ["functions.read_file:1", "functions.Shell:2"]),
        ({"dialect": "sglang"}, "kimi-k2.5", ["functions.read_file:1", "functions.Shell:2"]),
    ],
)
async def test_calls_of_tools(options: dict[str, Any], model: str, ids: list[str]) -> None:
    body = asking(user("a"), called(call()), result(), tools=[tool()], model=model)
    script = [{"reply": {"tool_calls": CALLS}}]
    async with Simulator(script, models=["kimi-k2.5", "kimi-k3"], **options) as kimi:
        (choice,) = (await ask(kimi, body)).json["choices"]
    calls = choice["message"]["tool_calls"]
    assert [(one["index"], one["id"]) for one in calls] == list(enumerate(ids))
    assert [one["function"] for one in calls] == CALLS
    assert choice["finish_reason"] == "tool_calls"


LONG = "x" * 4000


@pytest.mark.parametrize(
    ("dialect", "first", "second", "cached"),
    [
        ("moonshot", asking(user(LONG)), asking(user(LONG)), 1002),
        ("moonshot", asking(user(LONG)), asking(user(LONG + "yyyy")), 1002),
        ("moonshot", asking(user(LONG)), asking(user("y" + LONG)), 2),
        (
            "moonshot",
            asking(user(LONG)),
            asking(user(LONG), {"role": "assistant", "content": "b"}, user("c")),
            1002,
        ),
        ("moonshot", asking(SEEN), asking(SEEN), 2 + 2 + 25),
        ("moonshot", asking(user(LONG)), asking(user(LONG), prompt_cache_key="mine"), 0),
        (
            "moonshot",
            asking(user(LONG), prompt_cache_key="mine"),
            asking(user(LONG), prompt_cache_key="mine"),
            1002,
        ),
        ("vllm", asking(user(LONG)), asking(user(LONG)), 0),
    ],
)
async def test_a_prompt_that_begins_like_one_before_is_cached(
    dialect: str, first: dict[str, Any], second: dict[str, Any], cached: int
) -> None:
    async with Simulator([text("hi")], dialect=dialect) as kimi:
        before = (await ask(kimi, first)).json["usage"]
        after = (await ask(kimi, second)).json["usage"]
    assert "cached_tokens" not in before
    assert after.get("cached_tokens", 0) == cached
    details = after.get("prompt_tokens_details")
    assert details == ({"cached_tokens": cached} if cached else None)
    assert after["total_tokens"] == after["prompt_tokens"] + after["completion_tokens"]
    assert cached <= after["prompt_tokens"]


async def test_thoughts_are_counted() -> None:
    script = [{"reply": {"content": "b" * 8, "reasoning": "a" * 12}}]
    counted: dict[str, Any] = {}
    for dialect in ("moonshot", "vllm", "sglang"):
        async with Simulator(script, dialect=dialect) as kimi:
            counted[dialect] = (await ask(kimi, HELLO)).json["usage"]
    base = {"prompt_tokens": 4, "completion_tokens": 5, "total_tokens": 9}
    assert counted == {
        "moonshot": {**base, "completion_tokens_details": {"reasoning_tokens": 3}},
        "vllm": {**base, "prompt_tokens_details": None},
        "sglang": {**base, "prompt_tokens_details": None, "reasoning_tokens": 3},
    }


@pytest.mark.parametrize(
    ("dialect", "switch", "thinks"),
    [
        ("moonshot", {}, True),
        ("moonshot", OFF, False),
        ("moonshot", {"chat_template_kwargs": {"thinking": False}}, True),
        ("moonshot", {"reasoning": {"enabled": False}}, True),
        ("vllm", {}, True),
        ("vllm", {"chat_template_kwargs": {"thinking": False}}, False),
        ("vllm", {"chat_template_kwargs": {"enable_thinking": False}}, False),
        ("vllm", OFF, True),
        ("sglang", {"chat_template_kwargs": {"thinking": False}}, False),
        ("openrouter", {"reasoning": {"enabled": False}}, False),
    ],
)
async def test_each_host_reads_its_own_switch(
    dialect: str, switch: dict[str, Any], *, thinks: bool
) -> None:
    script = [{"reply": {"content": "b", "reasoning": "a"}}]
    async with Simulator(script, dialect=dialect) as kimi:
        (choice,) = (await ask(kimi, {**HELLO, **switch})).json["choices"]
    message = choice["message"]
    assert bool(message.get("reasoning_content") or message.get("reasoning")) is thinks


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", "a line must be an object"),
        ('{"replies": {}}', "unknown member 'replies'"),
        ('{"match": {"text": "a"}}', "unknown member 'text'"),
        ('{"match": {"image": "yes"}}', "'image' cannot be \"yes\""),
        ('{"reply": {"text": "a"}}', "unknown member 'text'"),
        ('{"reply": {"chunk": 0}}', "'chunk' cannot be 0"),
        ('{"reply": {"delay": -1}}', "'delay' cannot be -1"),
        ('{"reply": {"tool_calls": [{"name": "a"}]}}', "'tool_calls' cannot be"),
        ('{"fault": "boom"}', "'fault' cannot be \"boom\""),
        ('{"status": 200}', "'status' cannot be 200"),
        ('{"times": -1}', "'times' cannot be -1"),
        ("{oops", "Expecting property name"),
    ],
)
def test_scripts_that_cannot_be_used(line: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read(["", '{"reply": {"content": "a"}}', line])
    assert str(caught.value).startswith(f"line 3: {message}")
