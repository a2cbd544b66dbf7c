"""Which key is sent to which endpoint, and what is asked of whom before anything is sent."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kimi_lsp import logs
from kimi_lsp.errors import KimiError
from kimi_lsp.keys.once import Once
from kimi_lsp.provider.endpoint import Endpoint, Origin, environment_key, key_of, parse
from kimi_lsp.settings import Layer

log = logging.getLogger(__name__)


class Person(Protocol):
    """Who is asked about an origin, which is named as a person reads it."""

    async def confirms(self, origin: str) -> bool:
        """Whether code may be sent there."""
        ...

    async def key(self, origin: str, *, refused: bool, quiet: bool = False) -> str | None:
        """The key to it; ``refused`` where the one given before was not accepted.

        ``quiet``: only one that is kept, and nobody is asked to type it.
        """
        ...


def trusted(base: Iterable[Layer]) -> frozenset[Origin]:
    """The origins that the person names outside the editor, whichever of them is in force."""
    found: set[Origin] = set()
    for layer in base:
        with contextlib.suppress(KimiError):
            found.add(parse(str(layer.raw.get("baseUrl") or "")).origin)
    return frozenset(found)


@dataclass
class Chain:
    """The keys of one session. ``trusted`` are the origins that need no confirmation beside the
    official ones; ``ring`` looks an origin up in the system's keyring, or raises ``KimiError``."""

    environment: Mapping[str, str]
    trusted: frozenset[Origin]
    person: Person
    ring: Callable[[str], Awaitable[str | None]]
    known: dict[Origin, str] = field(default_factory=dict)
    once: Once[str | None] = field(default_factory=Once)

    def of(self, endpoint: Endpoint) -> EndpointKeys:
        """Where the key of an endpoint comes from."""
        return EndpointKeys(self, endpoint)


@dataclass(frozen=True)
class EndpointKeys:
    """The provider's ``Keys`` of one endpoint."""

    chain: Chain
    endpoint: Endpoint

    @property
    def ready(self) -> bool:
        """Whether ``key`` asks nobody."""
        if not self._trusted:
            return False
        return not self.endpoint.official or self._known() is not None

    @property
    def _trusted(self) -> bool:
        return self.endpoint.official or self.endpoint.origin in self.chain.trusted

    async def key(self) -> str | None:
        """The key to send. An endpoint that is not official is first tried without one."""
        await self._allowed()
        known = self._known()
        if known is None and self.endpoint.official:
            return await self._once(self._found)
        return known

    async def held(self) -> str | None:
        """The key that is kept somewhere; nobody is asked to type one."""
        await self._allowed()
        # A job that asks its person meanwhile waits for them, and not for this.
        return self._known() or await self._once(lambda: self._found(quiet=True), quiet=True)

    async def another(self, refused: str | None) -> str | None:
        """A key where one, or none, was refused; one that was given meanwhile is not asked for."""
        known = self.chain.known.get(self.endpoint.origin)
        if known is not None and known != refused:
            return known
        self.chain.known.pop(self.endpoint.origin, None)
        if refused is None:
            return await self._once(self._found)
        found = await self._once(lambda: self._asked(refused=True))
        return None if found == refused else found

    def _known(self) -> str | None:
        known = self.chain.known.get(self.endpoint.origin)
        return known or environment_key(self.chain.environment, self.endpoint)

    async def _allowed(self) -> None:
        origin = self.endpoint.name
        if not self._trusted and not await self.chain.person.confirms(origin):
            raise KimiError("forbidden", "provider.unconfirmed", origin=origin)

    async def _once(
        self, look: Callable[[], Awaitable[str | None]], *, quiet: bool = False
    ) -> str | None:
        async def work() -> str | None:
            key = await look()
            if key is not None:
                self.chain.known[self.endpoint.origin] = key
            return key

        return await self.chain.once.do((self.endpoint.origin, quiet), work)

    async def _found(self, *, quiet: bool = False) -> str | None:
        return await self._asked(refused=False, quiet=quiet) or await self._kept()

    async def _asked(self, *, refused: bool, quiet: bool = False) -> str | None:
        person, origin = self.chain.person, self.endpoint.name
        return _taken(await person.key(origin, refused=refused, quiet=quiet))

    async def _kept(self) -> str | None:
        try:
            return _taken(await self.chain.ring(self.endpoint.name))
        except KimiError as error:
            if error.key.startswith("keyring."):
                log.warning("%s", error)
                return None
            raise


def _taken(text: str | None) -> str | None:
    """A key that was learnt at run time: no log line may hold it from now on."""
    if text is None:
        return None
    logs.hide(text.strip())
    return key_of(text)
