"""How the API streams: reasoning first, usage in the last choice, then the extra empty chunk."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What is to be streamed, cut to the request's bound already."""

    model: str
    dialect: str
    reasoning: str
    content: str
    finish: str
    piece: int
    usage: Mapping[str, Any]
    usage_asked: bool


def data(value: Any) -> bytes:
    """One event of a stream."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"data: {text}\n\n".encode()


def chunks(answer: Answer) -> Iterator[dict[str, Any]]:
    """The chunks of a whole stream, in order, ``[DONE]`` aside."""
    head = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": answer.model,
    }

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish, **more}]}

    name = "reasoning" if answer.dialect in ("vllm", "openrouter") else "reasoning_content"
    yield chunk({"role": "assistant", "content": ""})
    for piece in _pieces(answer.reasoning, answer.piece):
        yield chunk({name: piece})
    if answer.reasoning and answer.dialect == "moonshot":
        yield chunk({name: ""})
    for piece in _pieces(answer.content, answer.piece):
        yield chunk({"content": piece})
    inside = {"usage": answer.usage} if answer.dialect == "moonshot" else {}
    yield chunk({}, answer.finish, **inside)
    if answer.usage_asked:
        yield {**head, "choices": [], "usage": answer.usage}


def _pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
