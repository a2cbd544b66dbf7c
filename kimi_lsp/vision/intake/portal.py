"""The desktop portal, which asks the person and then gives a picture of the screen."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SECONDS = 60.0
"""Longest wait for the person, whom the desktop asks."""

MOST_BYTES = 128 << 20

_BUS = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"


class PortalError(Exception):
    """There is no portal, it cannot take a picture, or the person said no."""


async def screenshot() -> bytes:
    """The file of a picture of the screen. Raises ``PortalError``."""
    # It comes with the keyring on the systems that have portals, and nowhere else.
    try:
        from jeepney import AuthenticationError
        from jeepney.io.asyncio import open_dbus_router
    except ImportError:
        raise PortalError from None
    try:
        async with asyncio.timeout(SECONDS), open_dbus_router() as bus:
            return _file(await _asked(bus))
    except (OSError, KeyError, ValueError, AuthenticationError, TimeoutError):
        raise PortalError from None


async def _asked(bus: Any) -> str:
    """The address of the picture's file, from the portal's later signal."""
    from jeepney import DBusAddress, HeaderFields, MatchRule, message_bus, new_method_call

    token = f"kimi{uuid.uuid4().hex}"
    sender = bus.unique_name[1:].replace(".", "_")
    handle = f"{_PATH}/request/{sender}/{token}"
    rule = MatchRule(
        type="signal", interface="org.freedesktop.portal.Request", member="Response", path=handle
    )
    portal = DBusAddress(_PATH, bus_name=_BUS, interface="org.freedesktop.portal.Screenshot")
    options = {"handle_token": ("s", token), "interactive": ("b", False)}
    call = new_method_call(portal, "Screenshot", "sa{sv}", ("", options))
    # The rule first: a portal may answer before its own reply is read.
    with bus.filter(rule) as signals:
        await bus.send_and_get_reply(message_bus.AddMatch(rule))
        reply = await bus.send_and_get_reply(call)
        if HeaderFields.error_name in reply.header.fields:
            raise PortalError
        code, results = (await signals.get()).body
    if code != 0:
        raise PortalError
    return str(results["uri"][1])


def _file(uri: str) -> bytes:
    """The picture, which the portal left among the person's files: read, and taken away."""
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise PortalError
    path = Path(unquote(parts.path))
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(MOST_BYTES)
    with contextlib.suppress(OSError):
        path.unlink()
    return data
