"""Endpoints, and which key belongs to which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from typing import Protocol
from urllib.parse import urlsplit

from kimi_lsp.errors import KimiError

OFFICIAL_HOSTS = ("api.moonshot.ai", "api.moonshot.cn")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY_VARIABLES = ("MOONSHOT_API_KEY", "KIMI_API_KEY")

_PORTS = {"https": 443, "http": 80}
# Letters of other scripts look like these; such a host is written in its xn-- form.
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_-]{1,63})*")
_PATH = re.compile(r"[!$&-;=@-Z_a-z~%]*")

Origin = tuple[str, str, int]
"""Scheme, host and port, by which keys are bound."""


@dataclass(frozen=True)
class Endpoint:
    """Where requests go. ``base_url`` is written anew from its parts, so that nobody reads another
    host in it than was read here."""

    base_url: str
    origin: Origin

    @property
    def host(self) -> str:
        return self.origin[1]

    @property
    def official(self) -> bool:
        """Whether it is Moonshot's own."""
        scheme, host, port = self.origin
        return host in OFFICIAL_HOSTS and (scheme, port) == ("https", 443)

    @property
    def name(self) -> str:
        """The origin as a person reads it and as a keyring names it."""
        return _written(self.origin)


class Keys(Protocol):
    """Where the key of one endpoint comes from. Each call may wait for the person."""

    @property
    def ready(self) -> bool:
        """Whether ``key`` is there without anybody being asked."""
        ...

    async def key(self) -> str | None:
        """The key to send, None to send none. Raises ``KimiError`` where nothing may be sent."""
        ...

    async def held(self) -> str | None:
        """The key that is kept somewhere; nobody is asked to type one. Raises ``KimiError``."""
        ...

    async def another(self, refused: str | None) -> str | None:
        """A key in place of one, or of none, that was not accepted; None where there is no other.

        Raises ``KimiError``.
        """
        ...


@dataclass(frozen=True)
class OneKey:
    """``Keys`` of an endpoint for which there is this key, or none, and no other."""

    only: str | None
    ready: bool = True

    async def key(self) -> str | None:
        return self.only

    async def held(self) -> str | None:
        return self.only

    async def another(self, refused: str | None) -> str | None:
        return None


def parse(base_url: str) -> Endpoint:
    """An endpoint from a setting. Raises ``KimiError`` for one that must not be spoken to."""
    try:
        parts = urlsplit(base_url.strip())
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        raise KimiError("forbidden", "provider.endpoint") from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    plain = parts.username is None and not (parts.query or parts.fragment)
    if not (secure and plain and _readable(host) and _PATH.fullmatch(parts.path)) or port == 0:
        raise KimiError("forbidden", "provider.endpoint")
    origin = (parts.scheme, host, port or _PORTS[parts.scheme])
    return Endpoint(_written(origin) + parts.path.rstrip("/"), origin)


def _readable(host: str) -> bool:
    if ":" not in host:
        return bool(_NAME.fullmatch(host))
    try:
        return IPv6Address(host).scope_id is None
    except AddressValueError:
        return False


def _written(origin: Origin) -> str:
    scheme, host, port = origin
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" + ("" if port == _PORTS[scheme] else f":{port}")


def key_of(text: str) -> str | None:
    """A key without what was copied along with it, None for nothing.

    Raises ``KimiError`` for one that cannot be a key.
    """
    key = text.strip()
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise KimiError("unauthorized", "provider.key_shape")
    return key or None


def environment_key(environment: Mapping[str, str], endpoint: Endpoint) -> str | None:
    """The environment's key, where it belongs to the endpoint.

    It belongs to the origin of ``KIMI_BASE_URL`` or, where that is unset, to the official hosts.
    Raises ``KimiError`` for one that cannot be a key.
    """
    found = environment_variable(environment, endpoint)
    return key_of(environment[found]) if found else None


def environment_variable(environment: Mapping[str, str], endpoint: Endpoint) -> str | None:
    """The name of the variable that holds the key of an endpoint, None where none does."""
    name = next((one for one in KEY_VARIABLES if environment.get(one, "").strip()), None)
    named = environment.get("KIMI_BASE_URL")
    if name is None or not named:
        return name if endpoint.official else None
    try:
        return name if parse(named).origin == endpoint.origin else None
    except KimiError:
        return None
