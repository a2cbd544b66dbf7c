"""Every rule of the API: which request it refuses, and in what words."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from kimi_lsp.simulator.rules import Service, refused
from tests.simulator.bodies import (
    ALL,
    K3,
    K26,
    K27,
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
from tests.simulator.talk import HELLO

HERE = "Invalid request: the message at position"

SVG = data_url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")

AVIF = data_url(b"\x00\x00\x00\x1cftypavif", "image/png")

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


@pytest.mark.parametrize(("body", "message"), INVALID)
def test_what_is_refused(body: dict[str, Any], message: str) -> None:
    refusal = refused(body, Service(ALL))
    assert refusal
    assert (refusal.status, refusal.type, refusal.message) == (
        400,
        "invalid_request_error",
        message,
    )


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
