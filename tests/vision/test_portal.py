"""The desktop portal, on a bus of its own with a portal that answers as the case says."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.intake import portal, screen
from tests.vision.desktops import needs, running
from tests.vision.samples import encoded

jeepney = pytest.importorskip("jeepney", reason="comes with the keyring on Linux")
PNG = encoded("PNG")
NAME = "org.freedesktop.portal.Desktop"


@contextlib.asynccontextmanager
async def desktop(
    monkeypatch: pytest.MonkeyPatch, code: int | None, results: dict[str, Any]
) -> AsyncIterator[None]:
    """A bus with a portal whose person answers with a code; None: they never do."""
    needs("dbus-daemon")
    reading, writing = os.pipe()
    command = ("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={writing}")
    with running(command, pass_fds=(writing,), stderr=subprocess.DEVNULL):
        os.close(writing)
        with os.fdopen(reading) as said:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", said.readline().strip())
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        monkeypatch.setenv("PATH", "/no/tools/here")
        from jeepney.io.asyncio import open_dbus_connection

        bus = await open_dbus_connection("SESSION")
        await bus.send(jeepney.message_bus.RequestName(NAME), serial=1_000_000)
        serving = asyncio.create_task(_serve(bus, code, results))
        try:
            yield
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await bus.close()


async def _serve(bus: Any, code: int | None, results: dict[str, Any]) -> None:
    fields = jeepney.HeaderFields
    while True:
        message = await bus.receive()
        if message.header.message_type is not jeepney.MessageType.method_call:
            continue
        _, options = message.body
        sender = message.header.fields[fields.sender]
        me = sender[1:].replace(".", "_")
        path = f"/org/freedesktop/portal/desktop/request/{me}/{options['handle_token'][1]}"
        signal = jeepney.DBusAddress(path, interface="org.freedesktop.portal.Request")
        if code is not None:
            # Before the reply, as a quick portal may.
            await bus.send(jeepney.new_signal(signal, "Response", "ua{sv}", (code, results)))
        await bus.send(jeepney.new_method_return(message, "o", (path,)))


async def test_a_picture_is_given_and_its_file_taken_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "a picture.png"
    file.write_bytes(PNG)
    async with desktop(monkeypatch, 0, {"uri": ("s", file.as_uri())}):
        assert await screen.picture() == PNG
    assert not file.exists()


@pytest.mark.parametrize(
    ("code", "results"),
    [
        (1, {}),
        (0, {}),
        (0, {"uri": ("s", "https://example.com/a.png")}),
        (0, {"uri": ("s", "file:///no/such/picture.png")}),
        (None, {}),
    ],
    ids=["the person said no", "no address", "a page", "no file", "no answer"],
)
async def test_no_picture_is_said(
    code: int | None, results: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if code is None:
        monkeypatch.setattr(portal, "SECONDS", 0.5)
    async with desktop(monkeypatch, code, results):
        with pytest.raises(KimiError, match="could not be taken"):
            await screen.picture()
