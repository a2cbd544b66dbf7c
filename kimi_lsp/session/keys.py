"""What the person at the editor is asked about an endpoint: leave to speak to it, and its key."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

from kimi_lsp.keys.once import Once

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kimi_lsp.session.session import Session

T = TypeVar("T")

log = logging.getLogger(__name__)

ANSWER_SECONDS = 300.0
"""The person may be fetching the key, and must not be asked for ever."""


class Questions:
    """One question at a time, and each once however many jobs wait for its answer."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._confirmed: dict[str, bool] = {}
        self._confirming: Once[bool] = Once()
        self._asking = asyncio.Lock()

    async def confirms(self, origin: str) -> bool:
        """Whether the person lets code be sent to an origin.

        A yes and a no hold for the session; a question that was only put away is asked again.
        """
        if origin not in self._confirmed:
            return await self._confirming.do(origin, lambda: self._confirm(origin))
        return self._confirmed[origin]

    async def key(self, origin: str, *, refused: bool, quiet: bool = False) -> str | None:
        """The key that the client gives for an origin; None where it has none or is not asked."""
        if not self._session.settings.api_key_requests:
            return None
        client = self._session.client
        return await self._bounded(lambda: client.api_key(origin, refused=refused, quiet=quiet))

    async def _confirm(self, origin: str) -> bool:
        say = self._session.say
        yes, no = say("confirm.yes", origin=origin), say("confirm.no")
        question = say("confirm.question", origin=origin)
        client = self._session.client
        answer = await self._bounded(lambda: client.choice("warning", question, (yes, no)))
        if answer in (yes, no):
            self._confirmed[origin] = answer == yes
        return answer == yes

    async def _bounded(self, ask: Callable[[], Awaitable[T | None]]) -> T | None:
        async with self._asking:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await ask()
            except TimeoutError:
                log.warning("the client gave no answer in %s s", round(ANSWER_SECONDS))
                return None
