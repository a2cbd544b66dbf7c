"""Whatever is sent, there is an answer: no request breaks the offline Kimi."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.simulator.dialects import DIALECTS
from kimi_lsp.simulator.rules import Service, refused
from kimi_lsp.simulator.rules.schema import violation
from kimi_lsp.simulator.script import asked
from kimi_lsp.simulator.tokens import answer_bound, segments, total

NAMES = [
    *("model", "messages", "role", "content", "type", "text", "image_url", "url", "tools"),
    *("function", "name", "parameters", "tool_choice", "tool_calls", "tool_call_id", "id"),
    *("arguments", "thinking", "keep", "stop", "partial", "response_format", "json_schema"),
    *("schema", "max_completion_tokens", "temperature", "reasoning_content"),
]
WORDS = [
    *("kimi-k2.5", "user", "assistant", "tool", "system", "function", "enabled", "disabled"),
    *("auto", "required", "json_schema", "json_object", "image_url", "text", "data:,", "ms://x"),
]
KEYWORDS = [
    *("type", "properties", "items", "anyOf", "$ref", "$defs", "enum", "required", "default"),
    *("additionalProperties", "minLength", "maxLength", "minimum", "maximum", "x"),
]


def anything(names: list[str], words: list[str]) -> st.SearchStrategy[Any]:
    """JSON of any shape that likes these names and words."""
    plain = st.none() | st.booleans() | st.integers(-2, 9) | st.floats() | st.text(max_size=3)
    return st.recursive(
        plain | st.sampled_from(words),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=5)
        ),
        max_leaves=12,
    )


BODY = anything(NAMES, WORDS)
MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(WORDS[1:5]), "content": BODY},
    optional=dict.fromkeys(("tool_calls", "tool_call_id", "reasoning_content", "partial"), BODY),
)
REQUEST = st.fixed_dictionaries(
    {"model": st.just("kimi-k2.5"), "messages": st.lists(MESSAGE, max_size=3)},
    optional=dict.fromkeys(("tools", "tool_choice", "thinking", "stop", "temperature"), BODY)
    | dict.fromkeys(("response_format", "max_completion_tokens", "reasoning_effort"), BODY),
)


@given(body=BODY | REQUEST, dialect=st.sampled_from(sorted(DIALECTS)))
def test_requests(body: Any, dialect: str) -> None:
    refusal = refused(body, Service(dialect=DIALECTS[dialect]))
    if refusal:
        assert refusal.status in (400, 404)
        json.dumps(refusal.body())
        return
    assert total(segments(body, lambda _: None)) >= 0
    assert answer_bound(body) > 0
    assert isinstance(asked(body)[0], str)


@given(schema=anything(KEYWORDS, ["string", "object", "array", "#", "#/$defs/x", "x"]))
def test_schemas(schema: Any) -> None:
    for lint in (False, True):
        found = violation(schema, lint=lint)
        assert found is None or found.startswith("At path '")
