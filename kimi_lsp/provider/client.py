"""The model behind an endpoint: one call, its retries before the first token, and its stream."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from kimi_lsp.core.model import (
    ChatRequest,
    Finished,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    Usage,
    Waiting,
)
from kimi_lsp.errors import KimiError
from kimi_lsp.provider import failures
from kimi_lsp.provider.dialects import body, resolve
from kimi_lsp.provider.endpoint import Endpoint
from kimi_lsp.provider.events import EventReader
from kimi_lsp.provider.models import Listed, choose, usd

if TYPE_CHECKING:
    from openai import AsyncOpenAI

log = logging.getLogger(__name__)

RETRIES = 2
CONNECT_SECONDS = 10.0


@dataclass(frozen=True)
class ProviderSettings:
    """What the settings say about a connection to a model."""

    model: str = "auto"
    dialect: str = "auto"
    max_concurrency: int = 4
    first_token_seconds: float = 120.0
    idle_seconds: float = 60.0


@dataclass
class _Call:
    """What is known of a running call: whether a token came, and how it ended."""

    began: bool = False
    finish: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)


class _AgainError(Exception):
    """A call that may be made once more."""

    def __init__(self, failure: KimiError, wait: float | None = None) -> None:
        super().__init__(failure.reason)
        self.failure = failure
        self.wait = wait


class KimiModel:
    """A ``ChatModel`` over an OpenAI-compatible endpoint."""

    def __init__(self, settings: ProviderSettings, endpoint: Endpoint, key: str | None) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._key = key
        self._slots = asyncio.Semaphore(settings.max_concurrency)
        self._client: AsyncOpenAI | None = None
        self._listed: list[Listed] | None = None
        self._asked = False

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See ``ChatModel``. Raises ``KimiError``."""
        if self._key is None and self._endpoint.official:
            raise KimiError("no_key", "provider.no_key")
        if self._slots.locked():
            yield Waiting("turn")
        async with self._slots:
            tries, waited = 0, 0.0
            while True:
                try:
                    async with aclosing(self._once(request)) as events:
                        async for event in events:
                            yield event
                    return
                except _AgainError as again:
                    limited = again.failure.reason == "rate_limited"
                    pause = again.wait if again.wait is not None else 2.0**tries * self._spread()
                    waited += pause
                    tries += not limited
                    if tries > RETRIES or waited > failures.LONGEST_WAIT:
                        raise again.failure from None
                    yield Waiting("rate_limit" if limited else "retry", pause)
                    await asyncio.sleep(pause)

    async def _once(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        import httpx2
        import openai

        client = self._open()
        call = _Call()
        started = time.monotonic()
        try:
            model = await self._model(client, request.model)
            dialect = resolve(self._settings.dialect, self._endpoint.host, model.owned_by)
            yield Waiting("answer")
            async with client.chat.completions.with_streaming_response.create(
                **_arguments(body(request, model.id, dialect)), extra_headers=self._headers()
            ) as response:
                kind = response.headers.get("content-type", "")
                if "text/event-stream" not in kind:
                    raise KimiError("protocol", "provider.no_stream", host=self._endpoint.host)
                chunks = response.iter_bytes()
                async for event in self._events(chunks, call):
                    yield event
        except openai.APIStatusError as error:
            raise self._failure(error) from None
        except openai.APITimeoutError:
            raise KimiError("timeout", "provider.timeout") from None
        except (openai.APIConnectionError, httpx2.TransportError):
            if call.began:
                raise KimiError("unfinished", "turn.cut") from None
            host = self._endpoint.host
            raise _AgainError(KimiError("offline", "provider.offline", host=host)) from None
        if not call.finish:
            raise KimiError("unfinished", "turn.cut")
        usage = _usage(call.usage)
        usage = replace(usage, usd=usd(model.id, dialect, usage))
        spent = round((time.monotonic() - started) * 1000)
        log.info("%s: %s tokens in %s ms", model.id, usage.completion_tokens, spent)
        yield Finished(call.finish, model.id, usage)

    async def _events(self, chunks: Any, call: _Call) -> AsyncGenerator[StreamEvent, None]:
        """The deltas of a stream, under the two watchdogs."""
        reader = EventReader()
        source = aiter(chunks)
        limit = self._settings.first_token_seconds
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit
        while True:
            try:
                async with asyncio.timeout_at(deadline):
                    data = await anext(source, None)
            except TimeoutError:
                raise KimiError("timeout", "provider.timeout") from None
            if data is None:
                return
            for chunk in reader.feed(data):
                if chunk is None:
                    return
                for event in _deltas(chunk, call):
                    call.began = True
                    deadline = loop.time() + self._settings.idle_seconds
                    yield event

    def _spread(self) -> float:
        return random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing

    def _failure(self, error: Any) -> Exception:
        status = error.status_code
        try:
            payload = json.loads(error.response.content)
        except (ValueError, RuntimeError):
            payload = {"error": error.body} if isinstance(error.body, Mapping) else None
        failure = failures.of_status(status, payload, self._endpoint.host)
        message = str(failure.values.get("message", ""))
        wait = failures.wait_of(message, error.response.headers.get("retry-after"))
        if failure.reason == "rate_limited":
            return _AgainError(failure, wait) if wait is not None else failure
        if failure.reason == "overloaded":
            return _AgainError(failure, wait)
        return failure

    def _open(self) -> AsyncOpenAI:
        """The client, made once: its TLS context costs as much as many requests."""
        if self._client is None:
            import httpx2
            import openai

            timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS)
            self._client = openai.AsyncOpenAI(
                base_url=self._endpoint.base_url,
                api_key=self._key or "none",
                max_retries=0,
                timeout=timeout,
                http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, timeout=timeout),
            )
            # The package would send what these hold for another vendor's account.
            self._client.organization = self._client.project = None
        return self._client

    def _headers(self) -> dict[str, Any]:
        """Where there is no key, none is sent, not even a made-up one."""
        import openai

        return {} if self._key else {"Authorization": openai.Omit()}

    async def _model(self, client: AsyncOpenAI, wish: str | None) -> Listed:
        """The model to ask, by what the endpoint lists; asked for once."""
        import openai

        if not self._asked:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    page = await client.models.list(extra_headers=self._headers())
                self._listed = [Listed(one.id, one.owned_by or "") for one in page.data]
            except (openai.NotFoundError, openai.APIResponseValidationError, AttributeError):
                self._listed = None
            except TimeoutError:
                raise KimiError("timeout", "provider.timeout") from None
            self._asked = True
        return choose(wish or self._settings.model, self._listed)


def _arguments(made: dict[str, Any]) -> dict[str, Any]:
    """A body as the client takes it: what it does not know by name goes as it is."""
    known = ("model", "messages", "stream", "stream_options", "max_completion_tokens")
    extra = {name: value for name, value in made.items() if name not in known}
    return {**{name: made[name] for name in known}, "extra_body": extra}


def _deltas(chunk: Mapping[str, Any], call: _Call) -> list[StreamEvent]:
    """What one chunk says; reasoning and usage are read wherever an endpoint may put them."""
    if isinstance(chunk.get("error"), Mapping):
        raise KimiError("unfinished", "turn.cut")
    if isinstance(chunk.get("usage"), Mapping):
        call.usage = chunk["usage"]
    events: list[StreamEvent] = []
    for choice in chunk.get("choices") or ():
        delta = choice.get("delta") or {}
        reasoning = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(reasoning, str) and reasoning:
            events.append(ReasoningDelta(_sound(reasoning)))
        content = delta.get("content")
        if isinstance(content, str) and content:
            events.append(TextDelta(_sound(content)))
        if isinstance(choice.get("usage"), Mapping):
            call.usage = choice["usage"]
        if choice.get("finish_reason"):
            call.finish = str(choice["finish_reason"])
    return events


def _sound(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise KimiError("protocol", "provider.malformed")
    return text


def _usage(raw: Mapping[str, Any]) -> Usage:
    prompt_details = raw.get("prompt_tokens_details") or {}
    details = raw.get("completion_tokens_details") or {}
    return Usage(
        prompt_tokens=int(raw.get("prompt_tokens") or 0),
        cached_tokens=int(raw.get("cached_tokens") or prompt_details.get("cached_tokens") or 0),
        completion_tokens=int(raw.get("completion_tokens") or 0),
        reasoning_tokens=int(details.get("reasoning_tokens") or 0),
        requests=1,
    )
