"""One turn with the model: a request out, a whole answer back, or the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from kimi_lsp.core.model import (
    ChatModel,
    ChatRequest,
    Finished,
    StreamEvent,
    TextDelta,
    Usage,
)
from kimi_lsp.errors import KimiError


@dataclass(frozen=True)
class Answer:
    """A finished answer: its text byte for byte, who gave it and what it took."""

    text: str
    model: str
    usage: Usage


async def take_turn(
    model: ChatModel, request: ChatRequest, seen: Callable[[StreamEvent], None]
) -> Answer:
    """Ask and collect, telling ``seen`` of every event as it comes.

    Raises ``KimiError``: ``unfinished`` where the answer was cut at its bound, ``content_filter``,
    or whatever the provider raises. Leaving it by an exception closes the connection.
    """
    text: list[str] = []
    async with aclosing(model.stream(request)) as stream:
        async for event in stream:
            seen(event)
            match event:
                case TextDelta(piece):
                    text.append(piece)
                case Finished("stop", name, usage):
                    return Answer("".join(text), name, usage)
                case Finished(reason):
                    raise _not_whole(reason, request.max_completion_tokens)
                case _:
                    pass
    raise KimiError("unfinished", "turn.cut")


def _not_whole(reason: str, bound: int) -> KimiError:
    if reason == "length":
        return KimiError("unfinished", "turn.length", bound=bound)
    if reason == "content_filter":
        return KimiError("content_filter", "turn.content_filter")
    return KimiError("unfinished", "turn.cut")
