"""What an endpoint lists, asked for once, and the choice made from it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kimi_lsp.errors import KimiError
from kimi_lsp.provider.models import AUTO, Listed, choose, listing, missing

if TYPE_CHECKING:
    from kimi_lsp.provider.connection import Connection

ANSWER_SECONDS = 10.0
"""Longest wait for ``/models``, which costs the endpoint nothing."""

_UNLISTED = (400, 403, 404, 405, 501)
"""Answers of an endpoint that has no ``/models``, or none for this account."""


class Catalogue:
    """The models of one endpoint. ``refused`` are listed and were not there all the same."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._listed: tuple[Listed, ...] | None = None
        self._asked = False
        self._refused: set[str] = set()
        self._asking = asyncio.Lock()

    @property
    def listed(self) -> tuple[Listed, ...] | None:
        """The models, None where the endpoint lists none."""
        return self._listed

    async def choice(self, connection: Connection, setting: str) -> Listed:
        """The model to ask. Raises ``KimiError``, and whatever the connection raises."""
        async with self._asking:
            if not self._asked:
                await self._ask(connection)
        chosen = choose(setting, self._listed, self._refused)
        if chosen is None:
            self._forget()
            raise missing(None, self._listed, self._host)
        return chosen

    async def fresh(self, connection: Connection) -> tuple[Listed, ...] | None:
        """The models as they are listed now. Raises as ``choice`` does."""
        async with self._asking:
            await self._ask(connection)
        return self._listed

    async def another(self, connection: Connection, setting: str, model: str) -> Listed:
        """The model to ask after a 404 for one, by a new list. Raises as ``choice`` does."""
        self._refused.add(model)
        async with self._asking:
            await self._ask(connection)
        chosen = choose(setting, self._listed, self._refused) if setting == AUTO else None
        if chosen is None:
            self._forget()
            raise missing(model, self._listed, self._host)
        return chosen

    def gone(self, model: str) -> KimiError:
        """The failure where the other model was not there either."""
        return missing(model, self._listed, self._host)

    def _forget(self) -> None:
        """A model that is away may be back at the next call."""
        self._refused.clear()
        self._asked = False

    async def _ask(self, connection: Connection) -> None:
        from kimi_lsp.provider.connection import RefusedError

        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self._listed = listing(await connection.models())
        except RefusedError as error:
            if error.refusal.status not in _UNLISTED:
                raise
            self._listed = None
        except TimeoutError:
            raise KimiError("timeout", "provider.timeout.models", host=self._host) from None
        self._asked = True
