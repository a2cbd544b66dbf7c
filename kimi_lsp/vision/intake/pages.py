"""Web pages and SVG drawings, which a browser draws for us."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import socket
import sys
import tempfile
from typing import Any

from kimi_lsp.core.addresses import Page, page_of, reachable
from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.errors import KimiError
from kimi_lsp.vision.browser import Browser, find
from kimi_lsp.vision.intake import child

PAGE_SECONDS = 30.0
"""Longest time for a page to load."""

SECONDS = 60.0
"""Longest time for all of it, the browser's start included."""

NAME_SECONDS = 10.0
MOST_BYTES = 128 << 20


async def page(url: str) -> bytes | BadPicture:
    """A picture of a page, in PNG, from the page's own origin and nothing else.

    Raises ``KimiError``: ``unsupported`` where there is no browser.
    """
    wanted = page_of(url)
    addresses = await _addresses(wanted) if wanted else []
    if wanted is None or not addresses:
        return BadPicture("picture.address")
    question = {
        "url": wanted.url,
        "host": wanted.host,
        "port": wanted.port,
        "addresses": addresses,
    }
    return await _drawn(question, b"", BadPicture("picture.page"))


async def svg(drawing: bytes) -> bytes | BadPicture:
    """An SVG drawn as PNG; refused where there is no browser."""
    try:
        return await _drawn({}, drawing, BadPicture("picture.damaged"))
    except KimiError:
        return BadPicture("picture.svg")


async def _drawn(question: dict[str, Any], drawing: bytes, bad: BadPicture) -> bytes | BadPicture:
    browser = find(os.environ)
    if not isinstance(browser, Browser) or importlib.util.find_spec("playwright") is None:
        raise KimiError("unsupported", "picture.no_browser")
    line = json.dumps({"program": browser.path, "seconds": PAGE_SECONDS, **question}).encode()
    command = (sys.executable, "-P", "-m", "kimi_lsp.vision.intake.visit")
    with tempfile.TemporaryDirectory(prefix="kimi-lsp-", ignore_cleanup_errors=True) as folder:
        said = await child.run(
            command, line + b"\n" + drawing, seconds=SECONDS, most=MOST_BYTES, folder=folder
        )
    return said.out if said and said.code == 0 and said.out else bad


async def _addresses(wanted: Page) -> list[str]:
    """Where a page lies; looked up once, so that no second answer leads elsewhere."""
    try:
        async with asyncio.timeout(NAME_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(
                wanted.host, wanted.port, type=socket.SOCK_STREAM
            )
    except (OSError, UnicodeError, TimeoutError):
        return []
    addresses = [str(one[4][0]) for one in found]
    # All of them, for a name of both kinds is a trap.
    good = all(reachable(one, local=wanted.local) for one in addresses)
    return addresses if good else []
