"""The shapes of an answer: as a stream of chunks, and whole."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kimi_lsp.simulator.dialects import Dialect

END_TOKEN = 163_586
"""The token at which the model stops, as an engine reports it."""


@dataclass(frozen=True)
class Answer:
    """What is to be said, cut to the request's bound already; ``piece`` is characters a delta."""

    model: str
    dialect: Dialect
    content: str
    usage: Mapping[str, Any]
    reasoning: str = ""
    calls: Sequence[Mapping[str, Any]] = ()
    finish: str | None = "stop"
    piece: int = 8
    usage_asked: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def head(self, kind: str) -> dict[str, Any]:
        """The members that every chunk and every answer begins with."""
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def data(value: Any) -> bytes:
    """One event of a stream."""
    text = value if isinstance(value, str) else compact(value)
    # Half a surrogate pair has no bytes, but JSON can spell it.
    return f"data: {text}\n\n".encode("utf-8", "backslashreplace")


def compact(value: Any) -> str:
    """JSON as the API writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def chunks(answer: Answer) -> Iterator[dict[str, Any]]:
    """The chunks of a whole stream, in order, ``[DONE]`` aside."""
    dialect, reasoning = answer.dialect, answer.dialect.reasoning
    yield _chunk(answer, {"role": "assistant", "content": ""})
    for piece in _pieces(answer.reasoning, answer.piece):
        yield _chunk(answer, {reasoning: piece})
    if answer.reasoning and dialect.strict:
        yield _chunk(answer, {reasoning: ""})
    for piece in _pieces(answer.content, answer.piece):
        yield _chunk(answer, {"content": piece})
    for number, call in enumerate(answer.calls):
        named = {"name": call["name"], "arguments": ""}
        first = {"index": number, "id": call["id"], "type": "function", "function": named}
        yield _chunk(answer, {"tool_calls": [first]})
        for piece in _pieces(call["arguments"], answer.piece):
            later = {"index": number, "function": {"arguments": piece}}
            yield _chunk(answer, {"tool_calls": [later]})
    yield _last(answer)
    if answer.usage_asked:
        yield {**answer.head("chat.completion.chunk"), "choices": [], "usage": answer.usage}


def whole(answer: Answer) -> dict[str, Any]:
    """The answer to a request that does not stream."""
    dialect = answer.dialect
    message: dict[str, Any] = {"role": "assistant", "content": answer.content}
    if answer.reasoning or dialect.cluster:
        message[dialect.reasoning] = answer.reasoning or None
    if answer.calls:
        message["tool_calls"] = [_call(call, number) for number, call in enumerate(answer.calls)]
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": answer.finish}
    if dialect.cluster:
        choice["logprobs"] = None
    return {**answer.head("chat.completion"), "choices": [choice], "usage": answer.usage}


def _call(call: Mapping[str, Any], number: int) -> dict[str, Any]:
    function = {"name": call["name"], "arguments": call["arguments"]}
    return {"index": number, "id": call["id"], "type": "function", "function": function}


def _chunk(answer: Answer, delta: Mapping[str, Any]) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "delta": dict(delta)}
    more: dict[str, Any] = {}
    if answer.dialect.name == "sglang":
        named = ("role", "content", "reasoning_content", "tool_calls")
        choice["delta"] = {name: delta.get(name) for name in named}
        more = {"usage": None}
    if answer.dialect.cluster:
        choice["logprobs"] = None
    choice["finish_reason"] = None
    if answer.dialect.name == "sglang":
        choice["matched_stop"] = None
    return {**answer.head("chat.completion.chunk"), "choices": [choice], **more}


def _last(answer: Answer) -> dict[str, Any]:
    """The chunk that ends the answer; officially its choice carries the usage as well."""
    last = _chunk(answer, {"content": ""} if answer.dialect.name == "vllm" else {})
    choice = last["choices"][0]
    choice["finish_reason"] = answer.finish
    if answer.dialect.name == "sglang":
        choice["matched_stop"] = END_TOKEN if answer.finish == "stop" else None
    elif answer.dialect.name == "vllm":
        choice["stop_reason"] = None
    elif answer.dialect.strict:
        choice["usage"] = answer.usage
    return last


def _pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
