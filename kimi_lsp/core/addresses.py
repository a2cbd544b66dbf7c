"""Addresses of pages that a person may have drawn: the web's, and this machine's own."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_-]{1,63})*\.?")


@dataclass(frozen=True)
class Page:
    """An address, written anew, and the host and port it leads to. ``local``: this machine."""

    url: str
    host: str
    port: int
    local: bool


def page_of(text: str) -> Page | None:
    """The page of an address as a person typed it; None for one that is not drawn."""
    try:
        parts = urlsplit(text.strip())
        scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
        port = parts.port or _PORTS[scheme]
    except (ValueError, KeyError):
        return None
    if parts.username is not None or parts.password is not None:
        return None
    literal = _literal(host)
    if literal is None and not (_NAME.fullmatch(host) and len(host) < 254):
        return None
    local = host in LOOPBACK_NAMES
    if literal is not None and not (local or literal.is_global):
        return None
    shown = f"[{host}]" if ":" in host else host
    rest = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return Page(f"{scheme}://{shown}:{port}{rest}{fragment}", host, port, local)


def reachable(address: str, *, local: bool) -> bool:
    """Whether a page may be taken from an IP address: of the web, or of this machine where it is
    ``local``; never one of the network around."""
    literal = _literal(address.partition("%")[0])
    if literal is None:
        return False
    mapped = getattr(literal, "ipv4_mapped", None) or literal
    return mapped.is_loopback if local else mapped.is_global and not mapped.is_multicast


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
