"""The model behind an endpoint: one call with its turn, its retries, and its stream."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from kimi_lsp.core.model import (
    ChatRequest,
    Finished,
    Offered,
    Quote,
    StreamEvent,
    TextPart,
    Usage,
    Waiting,
)
from kimi_lsp.errors import KimiError
from kimi_lsp.provider import failures, turns
from kimi_lsp.provider.attempts import Attempts
from kimi_lsp.provider.dialects import body
from kimi_lsp.provider.endpoint import Endpoint, Keys, OneKey
from kimi_lsp.provider.governor import Governor
from kimi_lsp.provider.hearing import FailedError, heard
from kimi_lsp.provider.lent import lent, videos
from kimi_lsp.provider.models import Listed, usd
from kimi_lsp.provider.reckoning import Reckoning
from kimi_lsp.provider.reply import Reply
from kimi_lsp.provider.selection import Selection
from kimi_lsp.provider.settings import ProviderSettings
from kimi_lsp.provider.watch import watched

if TYPE_CHECKING:
    from kimi_lsp.provider.connection import Connection

log = logging.getLogger(__name__)


class KimiModel:
    """A ``ChatModel`` over an OpenAI-compatible endpoint. ``key`` may be where keys come from."""

    def __init__(
        self,
        settings: ProviderSettings,
        endpoint: Endpoint,
        key: Keys | str | None,
        governor: Governor | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._keys = OneKey(key) if key is None or isinstance(key, str) else key
        self._governor = governor or Governor(settings.bounds, time.monotonic)
        self._sleep = sleep
        self._models = Selection(settings.dialect, endpoint, self._keys, self._connection)
        self._reckoning = Reckoning()
        self._opened: dict[str | None, Connection] = {}

    async def close(self) -> None:
        for connection in tuple(self._opened.values()):
            await connection.close()

    def quote(self, request: ChatRequest) -> Quote:
        """See ``ChatModel``."""
        setting = request.model or self._settings.model
        model = self._models.known(setting)
        dialect = self._models.dialect(model)
        tokens = self._reckoning.tokens(request)
        most = Usage(prompt_tokens=tokens, completion_tokens=request.max_completion_tokens)
        names = self._models.possible(setting)
        prices = [price for name in names if (price := usd(name, dialect, most)) is not None]
        return Quote(
            f"{self._endpoint.base_url}/chat/completions",
            body(request, model.id, dialect),
            tokens,
            max(prices, default=None),
        )

    async def takes_videos(self, model: str | None, *, ask: bool) -> bool:
        """See ``ChatModel``."""
        return await self._models.takes_videos(model or self._settings.model, ask=ask)

    async def offered(self) -> Offered:
        """See ``ChatModel``."""
        return await self._models.offered()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See ``ChatModel``. Raises ``KimiError``."""
        # A person who is asked for a key must not hold a turn meanwhile.
        if not self._keys.ready:
            yield Waiting("person")
        key = await self._keys.key()
        if key is None and self._endpoint.official:
            raise KimiError("no_key", "provider.no_key")
        asked = failures.Asked(self._endpoint.host, key, _texts(request))
        # A new key is a new request, but no new patience with an endpoint that is in trouble.
        attempts = Attempts(lambda: random.uniform(0.5, 1.0))  # noqa: S311 - guards nothing
        try:
            async with aclosing(self._answer(request, asked, attempts)) as events:
                async for event in events:
                    yield event
            return
        except FailedError as failed:
            error = failed.failure.error
        yield Waiting("person")
        key = await self._keys.another(key)
        if key is None or key == asked.key:
            raise error
        asked = replace(asked, key=key)
        try:
            async with aclosing(self._answer(request, asked, attempts)) as events:
                async for event in events:
                    yield event
        except FailedError as failed:
            raise failed.failure.error from None

    async def _answer(
        self, request: ChatRequest, asked: failures.Asked, attempts: Attempts
    ) -> AsyncGenerator[StreamEvent, None]:
        """A call with one key. Raises ``FailedError`` where the key is not accepted."""
        setting = request.model or self._settings.model
        prompt_tokens = self._reckoning.tokens(request)
        ticket = self._governor.ticket(prompt_tokens + request.max_completion_tokens)
        first: Listed | None = None
        model: Listed | None = None
        while True:
            async with aclosing(turns.take(self._governor, ticket)) as waits:
                async for seconds in waits:
                    yield Waiting("rate_limit" if ticket.refused else "turn", seconds)
            try:
                model = model or await self._models.choice(setting, asked)
                yield Waiting("upload" if videos(request) else "answer")
                async with aclosing(self._once(request, model, asked, prompt_tokens)) as events:
                    async for event in events:
                        yield event
                return
            except FailedError as failed:
                failure = failed.failure
                if failure.error.reason == "unauthorized":
                    raise
                if failure.error.reason == "no_such_model" and model is not None:
                    if first is not None:
                        raise self._models.gone(model) from None
                    first = model
                    model = await self._models.another(setting, model, asked)
                    continue
                pause = attempts.pause(failure)
                if failure.again == "limit":
                    # The whole origin waits, this call at the head of the line.
                    self._governor.refused(ticket, failure.limit, pause)
                    continue
            finally:
                self._governor.leave(ticket)
            yield Waiting("retry", pause)
            await self._sleep(pause)

    async def _once(
        self, request: ChatRequest, model: Listed, asked: failures.Asked, prompt_tokens: int
    ) -> AsyncGenerator[StreamEvent, None]:
        """One attempt. Raises ``FailedError`` before the first token, ``KimiError`` after it."""
        dialect = self._models.dialect(model)
        reply = Reply(unmarked_reasoning=request.thinking and dialect.free)
        started = time.monotonic()
        try:
            with heard(asked):
                connection = self._connection(asked.key)
                async with lent(connection, request) as addresses:
                    if addresses:
                        yield Waiting("answer")
                    answer = connection.chat(body(request, model.id, dialect, addresses))
                    stream = watched(
                        answer,
                        reply,
                        self._settings.first_token_seconds,
                        self._settings.idle_seconds,
                    )
                    async with aclosing(stream) as events:
                        async for event in events:
                            yield event
        except TimeoutError:
            if not reply.finish:
                raise KimiError("timeout", "provider.timeout") from None
        except FailedError as failed:
            # A connection that breaks after the end of an answer takes nothing of it away.
            if not (reply.finish and failed.failure.error.reason == "offline"):
                if reply.size:
                    raise _broken(failed.failure.error) from None
                raise
        if not reply.finish:
            error = KimiError("unfinished", "turn.cut")
            raise error if reply.size else FailedError(failures.Failure(error, "soon"))
        for event in reply.end():
            yield event
        usage = reply.usage(prompt_tokens)
        self._reckoning.learn(request, usage.prompt_tokens)
        usage = replace(usage, usd=usd(model.id, dialect, usage))
        spent = round((time.monotonic() - started) * 1000)
        log.info("%s: %s tokens in %s ms", model.id, usage.completion_tokens, spent)
        yield Finished(reply.finish, model.id, usage)

    def _connection(self, key: str | None) -> Connection:
        """The connection with a key. One with a key of before may have answers under way."""
        if key not in self._opened:
            from kimi_lsp.provider.connection import Connection

            self._opened[key] = Connection(self._endpoint, key)
        return self._opened[key]


def _broken(error: KimiError) -> KimiError:
    """A failure in the middle of an answer: its own reason where that says what to do."""
    if error.reason in ("overloaded", "offline", "protocol", "no_such_model"):
        return KimiError("unfinished", "turn.cut")
    return error


def _texts(request: ChatRequest) -> tuple[str, ...]:
    return tuple(
        part.text
        for message in request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )
