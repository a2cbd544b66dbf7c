"""The port to the model: what is asked, what comes back, and what a provider must be.

Actions and the session know this file and no provider.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from kimi_lsp.core.sight import MOST_TOKENS


@dataclass(frozen=True)
class TextPart:
    """Text of a message."""

    text: str


@dataclass(frozen=True)
class ImagePart:
    """A picture of a message, as a ``data:`` URL whose bytes were checked to be what it says.

    ``tokens`` is what the model makes of it, by its own formula; the most of any where not known.
    ``above``: it goes on where the picture before it ends, and repeats so many pixels of that.
    """

    data_url: str
    tokens: int = MOST_TOKENS
    above: int = 0


@dataclass(frozen=True)
class VideoPart:
    """A video of a message: its file, whose bytes were checked to be of its type.

    ``tokens`` is the most that the model makes of it.
    """

    kind: str
    data: bytes = field(repr=False)
    tokens: int


ContentPart = TextPart | ImagePart | VideoPart


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[ContentPart, ...]


@dataclass(frozen=True)
class ChatRequest:
    """One call of the model.

    ``model`` and ``thinking`` are this call's own wish; None leaves both to the settings.
    ``max_completion_tokens`` bounds reasoning and answer together.
    ``cache_key`` is the same for calls that share a prefix.
    """

    messages: tuple[Message, ...]
    max_completion_tokens: int
    thinking: bool = False
    model: str | None = None
    cache_key: str | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens and money of one or more calls; ``usd`` is None where no price is known."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    requests: int = 0
    usd: float | None = 0.0

    def plus(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.requests + other.requests,
            None if self.usd is None or other.usd is None else self.usd + other.usd,
        )


@dataclass(frozen=True)
class Waiting:
    """The call has not begun to answer: ``seconds`` until the next try, where that is known.

    ``person``: for a key, or for leave to speak to the endpoint. ``upload``: of videos.
    """

    why: Literal["person", "turn", "upload", "answer", "rate_limit", "retry"]
    seconds: float | None = None


@dataclass(frozen=True)
class ReasoningDelta:
    """A piece of the model's reasoning."""

    text: str


@dataclass(frozen=True)
class TextDelta:
    """A piece of the model's answer."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The last event of a stream that ended as it should.

    ``finish_reason`` is the API's own word; only ``stop`` means that the answer is whole.
    """

    finish_reason: str
    model: str
    usage: Usage


StreamEvent = Waiting | ReasoningDelta | TextDelta | Finished


@dataclass(frozen=True)
class Quote:
    """What a call would send, and what it may cost at most; nobody was asked for it.

    ``usd`` is None where no price is known.
    """

    url: str
    body: dict[str, Any]
    prompt_tokens: int
    usd: float | None


@dataclass(frozen=True)
class Offered:
    """The models of an endpoint by their ids, None where it lists none.

    ``auto`` is the one that is asked where none is named; None where none of them is fit for that.
    """

    ids: tuple[str, ...] | None
    auto: str | None


class ChatModel(Protocol):
    """A model that answers in a stream.

    ``stream`` yields any number of ``Waiting``, ``ReasoningDelta`` and ``TextDelta`` and exactly
    one ``Finished`` last, or raises ``KimiError``. Closing the iterator closes the connection.
    """

    def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]: ...

    def quote(self, request: ChatRequest) -> Quote: ...

    async def takes_videos(self, model: str | None, *, ask: bool) -> bool:
        """Whether a ``VideoPart`` may be sent; asks the endpoint only where it is told to.

        Raises ``KimiError``.
        """
        ...

    async def offered(self) -> Offered:
        """What the endpoint lists now; nobody is asked for a key. Raises ``KimiError``."""
        ...

    async def close(self) -> None: ...
