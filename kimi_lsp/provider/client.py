"""The model behind an endpoint: one call with its turn, its retries, and its stream."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
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
from kimi_lsp.provider.catalogue import Catalogue
from kimi_lsp.provider.dialects import Dialect, body, by_owner, resolve
from kimi_lsp.provider.endpoint import Endpoint, Keys, OneKey
from kimi_lsp.provider.governor import Bounds, Governor
from kimi_lsp.provider.hearing import FailedError, heard
from kimi_lsp.provider.lent import lent, videos
from kimi_lsp.provider.models import AUTO, FALLBACK, PREFERRED, Listed, choose, usd
from kimi_lsp.provider.reckoning import Reckoning
from kimi_lsp.provider.reply import Reply
from kimi_lsp.provider.watch import watched
from kimi_lsp.settings import Settings

if TYPE_CHECKING:
    from kimi_lsp.provider.connection import Connection

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProviderSettings:
    """What the settings say about a connection to a model."""

    model: str = AUTO
    dialect: str = AUTO
    bounds: Bounds = Bounds()
    first_token_seconds: float = 120.0
    idle_seconds: float = 60.0


def provider_settings(settings: Settings) -> ProviderSettings:
    """The part of the settings that is the provider's."""
    return ProviderSettings(
        model=settings.model,
        dialect=settings.dialect,
        bounds=Bounds(
            settings.max_concurrency, settings.requests_per_minute, settings.tokens_per_minute
        ),
        first_token_seconds=settings.timeout.first_token_seconds,
        idle_seconds=settings.timeout.idle_seconds,
    )


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
        self._catalogue = Catalogue(endpoint.host)
        self._reckoning = Reckoning()
        self._opened: dict[str | None, Connection] = {}

    async def close(self) -> None:
        for connection in tuple(self._opened.values()):
            await connection.close()

    def quote(self, request: ChatRequest) -> Quote:
        """See ``ChatModel``."""
        setting = request.model or self._settings.model
        listed = self._catalogue.listed
        model = choose(setting, listed) or Listed(FALLBACK)
        dialect = self._dialect(model)
        tokens = self._reckoning.tokens(request)
        most = Usage(prompt_tokens=tokens, completion_tokens=request.max_completion_tokens)
        # Until the endpoint has said what it has, either of those that it may have.
        names = PREFERRED if setting == AUTO and listed is None else (model.id,)
        prices = [price for name in names if (price := usd(name, dialect, most)) is not None]
        return Quote(
            f"{self._endpoint.base_url}/chat/completions",
            body(request, model.id, dialect),
            tokens,
            max(prices, default=None),
        )

    async def takes_videos(self, model: str | None, *, ask: bool) -> bool:
        """See ``ChatModel``."""
        setting = model or self._settings.model
        chosen = choose(setting, self._catalogue.listed)
        if ask and self._catalogue.listed is None and self._by_owner:
            asked = failures.Asked(self._endpoint.host, await self._keys.key(), ())
            try:
                chosen = await self._choice(setting, asked)
            except FailedError as failed:
                raise failed.failure.error from None
        chosen = chosen or Listed(FALLBACK)
        return self._dialect(chosen).files and not chosen.blind

    async def offered(self) -> Offered:
        """See ``ChatModel``."""
        official = self._endpoint.official
        key = await (self._keys.held() if official else self._keys.key())
        if key is None and official:
            raise KimiError("no_key", "provider.no_key")
        try:
            return await self._offered(key)
        except FailedError as failed:
            error = failed.failure.error
        # An endpoint that is not official is first tried without a key.
        kept = await self._keys.held() if key is None and error.reason == "unauthorized" else None
        if kept is None:
            raise error
        try:
            return await self._offered(kept)
        except FailedError as failed:
            raise failed.failure.error from None

    async def _offered(self, key: str | None) -> Offered:
        asked = failures.Asked(self._endpoint.host, key, ())
        with heard(asked):
            listed = await self._catalogue.fresh(self._connection(key))
        auto = choose(AUTO, listed)
        ids = None if listed is None else tuple(one.id for one in listed)
        return Offered(ids, auto.id if auto else None)

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
                model = model or await self._choice(setting, asked)
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
                        raise self._catalogue.gone(model.id) from None
                    first = model
                    model = await self._another(setting, model, asked)
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
        dialect = self._dialect(model)
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

    @property
    def _by_owner(self) -> bool:
        return by_owner(self._settings.dialect, self._endpoint.host)

    def _dialect(self, model: Listed) -> Dialect:
        return resolve(self._settings.dialect, self._endpoint.host, model.owned_by)

    async def _choice(self, setting: str, asked: failures.Asked) -> Listed:
        # Only a choice needs the list, and a dialect that goes by who owns the model.
        if setting != AUTO and not self._by_owner:
            return Listed(setting)
        with heard(asked):
            return await self._catalogue.choice(self._connection(asked.key), setting)

    async def _another(self, setting: str, model: Listed, asked: failures.Asked) -> Listed:
        try:
            with heard(asked):
                return await self._catalogue.another(self._connection(asked.key), setting, model.id)
        except FailedError:
            raise self._catalogue.gone(model.id) from None

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
