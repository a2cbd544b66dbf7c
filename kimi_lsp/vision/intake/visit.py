"""The process that draws a web page or an SVG with the browser that is there.

``python -P -m kimi_lsp.vision.intake.visit``: on stdin a line of JSON, ``{"program", "seconds"}``
with ``url``, ``host``, ``port`` and ``addresses`` of a page, and then an SVG where there is none;
on stdout the PNG. The browser's profile is fresh, and its only way out a gateway to the page's
origin.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any

from playwright.sync_api import Browser, Error, Page, sync_playwright

from kimi_lsp.vision.intake.gateway import Gateway

WIDTH, HEIGHT = 1280, 800
MOST_HIGH = 16_000
SVG_HIGH = 4_000

UNREACHED = 3
"""The exit code of a page that could not be had."""

_BEFORE = """const shut = ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"];
for (const name of shut) delete window[name];"""
_QUIET = (
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--block-new-web-contents",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=AsyncDns,DnsOverHttps,WebTransport,MediaRouter,Translate,OptimizationHints",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--disable-gpu",
    # All goes through the gateway, to this machine as well; nothing else finds its name.
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def main() -> int:
    """Draw one page; ``UNREACHED`` where the page is not there or leads elsewhere."""
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    drawing = sys.stdin.buffer.read()
    gateway = Gateway(
        asked.get("host", ""), asked.get("port", 0), tuple(asked.get("addresses", ()))
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=asked["program"],
                # Chromium refuses to run sandboxed as root.
                chromium_sandbox=sys.platform != "linux" or os.geteuid() != 0,
                args=[*_QUIET, f"--proxy-server=http://127.0.0.1:{gateway.at}"],
            )
            try:
                png = _drawn(browser, asked, drawing)
            finally:
                browser.close()
    except Error:
        return UNREACHED
    sys.stdout.buffer.write(png)
    return 0


def _drawn(browser: Browser, asked: dict[str, Any], drawing: bytes) -> bytes:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        reduced_motion="reduce",
        service_workers="block",
        accept_downloads=False,
        java_script_enabled=not drawing,
    )
    context.set_default_timeout(asked["seconds"] * 1000)
    context.add_init_script(_BEFORE)
    page = context.new_page()
    if drawing:
        return _svg(page, drawing)
    answer = page.goto(asked["url"], wait_until="load")
    if answer is None or not answer.ok:
        raise Error("the page is not there")
    high = int(page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": min(max(high, HEIGHT), MOST_HIGH)}
    return page.screenshot(full_page=True, clip=clip, animations="disabled", type="png")  # type: ignore[arg-type]


def _svg(page: Page, drawing: bytes) -> bytes:
    # As a picture of a page it runs no script and loads nothing.
    source = f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode('ascii')}"
    style = f"display:block;max-width:{WIDTH}px;max-height:{SVG_HIGH}px"
    page.set_content(f'<body style="margin:0"><img style="{style}" src="{source}">')
    image = page.locator("img")
    if not image.evaluate("image => image.decode().then(() => true, () => false)"):
        raise Error("no drawing")
    return image.screenshot(type="png")


if __name__ == "__main__":
    sys.exit(main())
