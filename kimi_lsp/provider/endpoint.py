"""Endpoints, and which key belongs to which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kimi_lsp.errors import KimiError

OFFICIAL_HOSTS = ("api.moonshot.ai", "api.moonshot.cn")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
KEY_VARIABLES = ("MOONSHOT_API_KEY", "KIMI_API_KEY")


@dataclass(frozen=True)
class Endpoint:
    """Where requests go: ``origin`` is scheme, host and port, by which keys are bound."""

    base_url: str
    origin: tuple[str, str, int]

    @property
    def host(self) -> str:
        return self.origin[1]

    @property
    def official(self) -> bool:
        """Whether it is Moonshot's own, on https."""
        return self.host in OFFICIAL_HOSTS and self.origin[0] == "https"


def parse(base_url: str) -> Endpoint:
    """An endpoint from a setting. Raises ``KimiError`` for one that must not be spoken to."""
    try:
        parts = urlsplit(base_url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise KimiError("forbidden", "provider.endpoint") from None
    loopback = parts.scheme == "http" and host in LOOPBACK
    if not host or parts.username is not None or not (parts.scheme == "https" or loopback):
        raise KimiError("forbidden", "provider.endpoint")
    origin = (parts.scheme, host, port or (443 if parts.scheme == "https" else 80))
    return Endpoint(base_url.strip().rstrip("/"), origin)


def environment_key(environment: Mapping[str, str], endpoint: Endpoint) -> str | None:
    """The environment's key, where it belongs to the endpoint.

    It belongs to the origin of ``KIMI_BASE_URL`` or, where that is unset, to the official hosts.
    Raises ``KimiError`` for one that cannot be a key.
    """
    keys = (environment.get(name, "").strip() for name in KEY_VARIABLES)
    key = next((one for one in keys if one), None)
    named = environment.get("KIMI_BASE_URL")
    if key is None:
        return None
    if not (key.isascii() and key.isprintable()):
        raise KimiError("unauthorized", "provider.key_shape")
    if named:
        return key if parse(named).origin == endpoint.origin else None
    return key if endpoint.official else None
