"""The shapes of answers, byte by byte, in every dialect."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator.dialects import DIALECTS
from kimi_lsp.simulator.faults import plan
from kimi_lsp.simulator.stream import Answer, whole

USAGE = {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16}
CALL = {"id": "read_file:0", "name": "read_file", "arguments": '{"path":"a.py"}'}
HEAD = '{"id":"chatcmpl-x","object":"chat.completion.chunk","created":1,"model":"kimi-k2.5",'
COUNTS = '"usage":{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16}'


def answer(dialect: str = "moonshot", **more: Any) -> Answer:
    made: dict[str, Any] = {"content": "Hi 😀", "reasoning": "The user", "piece": 9, **more}
    return Answer(
        model="kimi-k2.5",
        dialect=DIALECTS[dialect],
        usage=USAGE,
        usage_asked=True,
        id="chatcmpl-x",
        created=1,
        **made,
    )


def choice(delta: str, finish: str = "null", more: str = "", before: str = "") -> str:
    return f'"choices":[{{"index":0,"delta":{delta},{before}"finish_reason":{finish}{more}}}]}}'


def official(*middle: str, finish: str = '"stop"') -> list[str]:
    """The chunks of an official stream around those that differ."""
    return [
        choice('{"role":"assistant","content":""}'),
        *middle,
        choice("{}", finish, "," + COUNTS),
        '"choices":[],' + COUNTS + "}",
    ]


THOUGHT = [
    choice('{"reasoning_content":"The user"}'),
    choice('{"reasoning_content":""}'),
]
LOG = '"logprobs":null,'


def sglang(role: str = "null", content: str = "null", thought: str = "null") -> str:
    said = f'"role":{role},"content":{content},"reasoning_content":{thought}'
    return choice(f'{{{said},"tool_calls":null}}', "null", ',"matched_stop":null', LOG).replace(
        "}]}", '}],"usage":null}'
    )


SGLANG_END = sglang().replace('"finish_reason":null', '"finish_reason":"stop"')
STREAMS: list[tuple[Answer, list[str]]] = [
    (answer(), official(*THOUGHT, choice('{"content":"Hi 😀"}'))),
    (answer(reasoning=""), official(choice('{"content":"Hi 😀"}'))),
    (
        answer(reasoning="", piece=2),
        official(choice('{"content":"Hi"}'), choice('{"content":" 😀"}')),
    ),
    (answer(content="", finish="length"), official(*THOUGHT, finish='"length"')),
    (
        answer(reasoning="", content="", calls=[CALL], finish="tool_calls"),
        official(
            choice(
                '{"tool_calls":[{"index":0,"id":"read_file:0","type":"function",'
                '"function":{"name":"read_file","arguments":""}}]}'
            ),
            choice(r'{"tool_calls":[{"index":0,"function":{"arguments":"{\"path\":\""}}]}'),
            choice(r'{"tool_calls":[{"index":0,"function":{"arguments":"a.py\"}"}}]}'),
            finish='"tool_calls"',
        ),
    ),
    (
        answer("vllm"),
        [
            choice('{"role":"assistant","content":""}', before=LOG),
            choice('{"reasoning":"The user"}', before=LOG),
            choice('{"content":"Hi 😀"}', before=LOG),
            choice('{"content":""}', '"stop"', ',"stop_reason":null', LOG),
            '"choices":[],' + COUNTS + "}",
        ],
    ),
    (
        answer("sglang"),
        [
            sglang('"assistant"', '""'),
            sglang(thought='"The user"'),
            sglang(content='"Hi 😀"'),
            SGLANG_END.replace('"matched_stop":null', '"matched_stop":163586'),
            '"choices":[],' + COUNTS + "}",
        ],
    ),
]


@pytest.mark.parametrize(("said", "expected"), STREAMS)
def test_streams(said: Answer, expected: list[str]) -> None:
    sent = b"".join(piece for event in plan(said, None, {}).events for piece in event)
    lines = [*(f"data: {HEAD}{one}\n\n" for one in expected), "data: [DONE]\n\n"]
    assert sent.decode() == "".join(lines)


def test_the_extra_chunk_comes_only_where_it_is_asked_for() -> None:
    asked = list(plan(answer(), None, {}).events)
    unasked = Answer("kimi-k2.5", DIALECTS["moonshot"], "Hi", USAGE)
    last, done = list(plan(unasked, None, {}).events)[-2:]
    assert b'"choices":[]' in asked[-2][0]
    assert b'"choices":[]' not in last[0]
    assert b'"usage"' in last[0]
    assert done == [b"data: [DONE]\n\n"]


def test_half_a_surrogate_pair_of_a_script_is_escaped() -> None:
    sent = plan(answer(content="\ud83d", reasoning=""), None, {}).events
    assert b'{"content":"\\ud83d"}' in b"".join(piece for event in sent for piece in event)


WHOLES: list[tuple[Answer, dict[str, Any]]] = [
    (answer(), {"role": "assistant", "content": "Hi 😀", "reasoning_content": "The user"}),
    (answer(reasoning=""), {"role": "assistant", "content": "Hi 😀"}),
    (
        answer(reasoning="", content="", calls=[CALL]),
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "index": 0,
                    "id": "read_file:0",
                    "type": "function",
                    "function": {"name": "read_file", "arguments": '{"path":"a.py"}'},
                }
            ],
        },
    ),
    (answer("vllm"), {"role": "assistant", "content": "Hi 😀", "reasoning": "The user"}),
    (answer("sglang"), {"role": "assistant", "content": "Hi 😀", "reasoning_content": "The user"}),
]


@pytest.mark.parametrize(("said", "message"), WHOLES)
def test_whole_answers(said: Answer, message: dict[str, Any]) -> None:
    logs = {"logprobs": None} if said.dialect.cluster else {}
    assert whole(said) == {
        "id": "chatcmpl-x",
        "object": "chat.completion",
        "created": 1,
        "model": "kimi-k2.5",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", **logs}],
        "usage": USAGE,
    }
