"""Which of an endpoint's models a call goes to, and which there are to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kimi_lsp.core.model import Offered
from kimi_lsp.errors import KimiError
from kimi_lsp.provider import failures
from kimi_lsp.provider.catalogue import Catalogue
from kimi_lsp.provider.dialects import Dialect, by_owner, resolve
from kimi_lsp.provider.endpoint import Endpoint, Keys
from kimi_lsp.provider.hearing import FailedError, heard
from kimi_lsp.provider.models import AUTO, FALLBACK, PREFERRED, Listed, choose

if TYPE_CHECKING:
    from kimi_lsp.provider.connection import Connection


class Selection:
    """The models of one endpoint; ``connect`` gives the connection with a key.

    A ``setting`` is a model's id or ``auto``, a ``dialect`` the name of one or ``auto``.
    """

    def __init__(
        self,
        dialect: str,
        endpoint: Endpoint,
        keys: Keys,
        connect: Callable[[str | None], Connection],
    ) -> None:
        self._setting = dialect
        self._endpoint = endpoint
        self._keys = keys
        self._connect = connect
        self._catalogue = Catalogue(endpoint.host)

    def dialect(self, model: Listed) -> Dialect:
        """How the endpoint is spoken to about a model."""
        return resolve(self._setting, self._endpoint.host, model.owned_by)

    def known(self, setting: str) -> Listed:
        """The model that is asked by what is known so far; nobody is asked for it."""
        return choose(setting, self._catalogue.listed) or Listed(FALLBACK)

    def possible(self, setting: str) -> tuple[str, ...]:
        """The ids of all that may be asked: until the endpoint has said what it has, several."""
        if setting == AUTO and self._catalogue.listed is None:
            return PREFERRED
        return (self.known(setting).id,)

    async def choice(self, setting: str, asked: failures.Asked) -> Listed:
        """The model to ask. Raises ``FailedError`` and ``KimiError``."""
        # Only a choice needs the list, and a dialect that goes by who owns the model.
        if setting != AUTO and not self._by_owner:
            return Listed(setting)
        with heard(asked):
            return await self._catalogue.choice(self._connect(asked.key), setting)

    async def another(self, setting: str, model: Listed, asked: failures.Asked) -> Listed:
        """The model to ask in place of one that is not there. Raises ``KimiError``."""
        try:
            with heard(asked):
                return await self._catalogue.another(self._connect(asked.key), setting, model.id)
        except FailedError:
            raise self.gone(model) from None

    def gone(self, model: Listed) -> KimiError:
        """The failure where the other model was not there either."""
        return self._catalogue.gone(model.id)

    async def takes_videos(self, setting: str, *, ask: bool) -> bool:
        """Whether the model takes videos as files. Raises ``KimiError`` where it asks."""
        chosen = self.known(setting)
        if ask and self._catalogue.listed is None and self._by_owner:
            asked = failures.Asked(self._endpoint.host, await self._keys.key(), ())
            try:
                chosen = await self.choice(setting, asked)
            except FailedError as failed:
                raise failed.failure.error from None
        return self.dialect(chosen).files and not chosen.blind

    async def offered(self) -> Offered:
        """What the endpoint lists now; nobody is asked for a key. Raises ``KimiError``."""
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
            listed = await self._catalogue.fresh(self._connect(key))
        auto = choose(AUTO, listed)
        ids = None if listed is None else tuple(one.id for one in listed)
        return Offered(ids, auto.id if auto else None)

    @property
    def _by_owner(self) -> bool:
        return by_owner(self._setting, self._endpoint.host)
