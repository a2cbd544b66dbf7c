"""The only way from a session to a model: past the gate, and past the till."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kimi_lsp.actions.turn import Answer, take_turn
from kimi_lsp.core.model import (
    ChatModel,
    ChatRequest,
    Offered,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    Usage,
    Waiting,
)
from kimi_lsp.core.tokens import estimated_tokens
from kimi_lsp.errors import KimiError
from kimi_lsp.session.cache import Cache
from kimi_lsp.session.models import Models

if TYPE_CHECKING:
    from kimi_lsp.session.session import Session
    from kimi_lsp.till.till import Bounds, Till

log = logging.getLogger(__name__)

Saw = Callable[[StreamEvent], None]

UNBILLED = frozenset(
    {"no_key", "unauthorized", "forbidden", "no_such_model", "quota", "rate_limited", "overloaded"}
    | {"offline", "too_large", "protocol", "excluded", "budget"}
)
"""Failures before the first token for which no endpoint asks money."""


ASKED = {
    "provider.no_key": "provider.no_key.asked",
    "provider.key_wanted": "provider.key_wanted.asked",
    "provider.unauthorized": "provider.unauthorized.asked",
}
"""What is said instead to a person whose editor asks for the key."""


@dataclass(frozen=True)
class Question:
    """A call, and the documents whose text is in it."""

    request: ChatRequest
    sources: tuple[str, ...]


class Outlet:
    """Asks the model of the settings in force. Nothing else in a session has a model."""

    def __init__(self, session: Session, models: Models) -> None:
        self._session = session
        self._models = models
        self._made: Till | None = None
        self._cache = Cache()
        self._cached_of: ChatModel | None = None
        self.run = Usage()

    async def ask(self, question: Question, saw: Saw, *, again: bool = True) -> Answer:
        """The whole answer. Raises ``KimiError``, ``excluded`` and ``budget`` before any call.

        With ``again`` false, the same question asked before is answered from memory.
        """
        self.pass_gate(question.sources)
        model = self._model()
        known = None if again else self._cache.get(question.request)
        if known is not None:
            saw(TextDelta(known.text))
            return known
        answer = await self._paid(model, question.request, saw)
        self.run = self.run.plus(answer.usage)
        if not again:
            self._cache.put(question.request, answer)
        return answer

    def pass_gate(self, sources: tuple[str, ...]) -> None:
        """Raise ``KimiError`` (``excluded``) where the text of a document may not be sent."""
        for uri in sources:
            withheld = self._session.gate.judge(uri)
            if withheld is not None:
                key = {"path": withheld.what, "rule": withheld.rule}
                raise KimiError("excluded", "gate.withheld", **key)

    async def takes_videos(self, model: str | None, *, ask: bool) -> bool:
        """Whether videos may be in a question; the endpoint is asked only where ``ask`` says so."""
        return await self._model().takes_videos(model, ask=ask)

    async def offered(self) -> Offered:
        """The models of the endpoint, which is asked for them now. Raises ``KimiError``."""
        return await self._model().offered()

    def preview(self, question: Question) -> dict[str, Any]:
        """What asking would send, and its cost at most; sends nothing."""
        withheld = [
            {"what": one.what, "rule": one.rule}
            for uri in question.sources
            if (one := self._session.gate.judge(uri)) is not None
        ]
        quote = self._model().quote(question.request)
        return {
            "url": quote.url,
            "body": None if withheld else quote.body,
            "promptTokens": quote.prompt_tokens,
            "usd": quote.usd,
            "withheld": withheld,
        }

    async def usage(self) -> tuple[Usage, Usage, float]:
        """What this run took, what today took over all servers, and the dollars left today."""
        till = self._till()
        return self.run, await till.today(), await till.left(self._bounds())

    async def close(self) -> None:
        """Let every connection and the ledger go."""
        await self._models.close()
        if self._made:
            await self._made.finish()

    async def _paid(self, model: ChatModel, request: ChatRequest, saw: Saw) -> Answer:
        quote = model.quote(request)
        till = self._till()
        held = await till.reserve(
            quote.prompt_tokens, request.max_completion_tokens, quote.usd, self._bounds()
        )
        heard = _Heard(saw)
        # Until more is known, a call that was sent is taken to have cost all it may.
        usage: Usage | None = None
        sent = True
        try:
            answer = await take_turn(model, request, heard.event)
            usage = answer.usage
            return answer
        except asyncio.CancelledError:
            sent = heard.asked
            raise
        except KimiError as error:
            sent = heard.asked and not (error.reason in UNBILLED and not heard.size)
            if self._session.settings.api_key_requests and error.key in ASKED:
                raise KimiError(error.reason, ASKED[error.key], **error.values) from error
            raise
        finally:
            if usage is None and sent:
                part = replace(request, max_completion_tokens=heard.tokens)
                usd = model.quote(part).usd
                usage = Usage(quote.prompt_tokens, 0, heard.tokens, 0, 1, usd)
            try:
                await (till.settle(held, usage) if sent else till.release(held))
            except KimiError as error:
                # The reservation stays counted; what was answered is not taken away.
                log.warning("the ledger could not be settled: %s", error.reason)

    def _model(self) -> ChatModel:
        model = self._models.of(self._session.settings)
        if model is not self._cached_of:
            self._cache.clear()
            self._cached_of = model
        return model

    def _till(self) -> Till:
        if self._made is None:
            from kimi_lsp.till.till import Till

            self._made = Till(self._session.places.state)
        return self._made

    def _bounds(self) -> Bounds:
        from kimi_lsp.till.till import Bounds

        budget = self._session.settings.budget
        return Bounds(budget.usd_per_day, budget.tokens_per_request)


class _Heard:
    """What came of a call before it ended, by which one that is cut is counted."""

    def __init__(self, saw: Saw) -> None:
        self._saw = saw
        self.asked = False
        self.size = 0
        self.tokens = 0

    def event(self, event: StreamEvent) -> None:
        match event:
            case Waiting(why):
                self.asked = self.asked or why == "answer"
            case TextDelta(text) | ReasoningDelta(text):
                self.size += len(text)
                self.tokens += estimated_tokens(text)
            case _:
                pass
        self._saw(event)
