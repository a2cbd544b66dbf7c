"""The browser, and a page drawn in it: a fresh profile each time, and no network at all.

Every address a page asks for is answered by this process, or not at all. Behind that stand two
locks: no name resolves in the browser, and what would need none goes to a proxy that is not there.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Route,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from kimi_lsp.vision.rendering import Box, Candidate, Rendering, View
from kimi_lsp.vision.worker.content import Content
from kimi_lsp.vision.worker.pages import Pages, Source
from kimi_lsp.vision.worker.unable import UnableError
from kimi_lsp.vision.worker.vite import Served

log = logging.getLogger(__name__)

HOST = "localhost"
"""A page of this name may use what browsers keep for safe origins, and no certificate is asked."""

NO_NETWORK = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Port 0 of no machine: connections fail before they are made, those to this machine too.
    "--proxy-server=socks5://0.0.0.0:0",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-features=AsyncDns,DnsOverHttps,WebTransport,MediaRouter,Translate,OptimizationHints",
)
# A window of its own would take the page's place in front, and what is behind is not drawn.
NO_WINDOWS = ("--block-new-web-contents",)
SAME_EVERYWHERE = (
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--disable-gpu",
)

MOST_PIXELS_HIGH = 8000
MOST_BOXES = 400
MOST_ERRORS = 20
MOST_CHARACTERS = 1500

PASSED_SECONDS = 3
"""Of the page's own clock, before it is looked at: what is animated by scripts has come to rest."""

_FETCH = ("Failed to fetch", "NetworkError", "Load failed", "Network Error")

_STILL = """() => {
  const drawn = Promise.all([...document.images].map((one) => one.decode().catch(() => 0)));
  const shown = new Promise((done) => __frame(() => __frame(done)));
  window.__still ??= Promise.all([document.fonts.ready, drawn, shown]).then(() => {
    window.__stood = 1;
  });
  return window.__stood;
}"""
_BEFORE = """window.__frame = requestAnimationFrame.bind(window);
const shut = ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"];
for (const name of shut) delete window[name];"""


class Stage:
    """One browser, started when it is first needed. ``spent``: it hangs, and is to be killed."""

    def __init__(self, read: Callable[[str], bytes | None], extra: tuple[str, ...] = ()) -> None:
        self.spent = False
        self._pages = Pages(read)
        self._extra = extra
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def render(self, candidate: Candidate, program: str, seconds: float) -> Rendering:
        """Draw a candidate; raises ``UnableError`` where that is not possible here."""
        source = self._pages.of(candidate)
        if source.errors:
            return Rendering(None, source.way, errors=_cut(source.errors), broken=True)
        rendering = self._sit(source, candidate, program, seconds)
        if isinstance(source, Served) and source.outdated and not self.spent:
            # A package that Vite learnt of late is ready the second time.
            rendering = self._sit(source, candidate, program, seconds)
        return rendering

    def _sit(self, source: Source, candidate: Candidate, program: str, seconds: float) -> Rendering:
        with self._fresh(program, candidate.view) as context:
            return _Sitting(context, source, seconds, self._hangs).draw(candidate.view)

    def close(self) -> None:
        self._pages.close()
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def _hangs(self) -> None:
        self.spent = True

    def _fresh(self, program: str, view: View) -> BrowserContext:
        browser = self._browser or self._launch(program)
        context = browser.new_context(
            viewport={"width": view.width, "height": view.height},
            device_scale_factor=view.ratio,
            reduced_motion="reduce",
            color_scheme="light",
            locale="en-US",
            timezone_id="UTC",
            service_workers="block",
            accept_downloads=False,
        )
        context.add_init_script(_BEFORE)
        return context

    def _launch(self, program: str) -> Browser:
        self._playwright = self._playwright or sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(
                executable_path=program,
                # Chromium refuses to run sandboxed as root.
                chromium_sandbox=sys.platform != "linux" or os.geteuid() != 0,
                args=[*NO_NETWORK, *NO_WINDOWS, *SAME_EVERYWHERE, *self._extra],
                timeout=30_000,
            )
        except Error as error:
            lines = str(error).strip().splitlines() or [""]
            raise UnableError(
                "unsupported", "vision.browser_failed", path=program, detail=lines[0][:200]
            ) from None
        return self._browser


class _Sitting:
    """One page, from its first byte to its picture."""

    def __init__(
        self, context: BrowserContext, source: Source, seconds: float, hangs: Callable[[], None]
    ) -> None:
        self._context = context
        self._source = source
        self._milliseconds = seconds * 1000
        self._seconds = seconds
        self._hangs = hangs
        self._errors: list[str] = []
        self._refused: list[str] = []
        self._broken = False
        self._stopped = False

    def draw(self, view: View) -> Rendering:
        context = self._context
        context.set_default_timeout(self._milliseconds)
        context.route("**/*", self._serve)
        context.route_web_socket("**/*", lambda socket: self._refuse(socket.url))
        page = context.new_page()
        page.on("pageerror", self._threw)
        page.on("console", self._said)
        page.on("crash", lambda _page: self._failed("the page crashed"))
        watch = threading.Timer(self._seconds + 1, self._stop)
        watch.daemon = True
        watch.start()
        try:
            page.clock.install()
            page.goto(f"http://{HOST}{self._source.path}", wait_until="commit")
            # Not the driver's own wait, which a navigation that came to nothing can disturb.
            page.wait_for_function("document.readyState === 'complete'", polling=50)
            self._wait_for_code(page)
            page.clock.run_for(PASSED_SECONDS * 1000)
            page.wait_for_function(_STILL, polling=50)
            return self._seen(page, view)
        except PlaywrightTimeoutError:
            self._late()
        except Error as error:
            if self._stopped:
                self._late()
            else:
                self._failed(str(error).splitlines()[0])
        finally:
            watch.cancel()
        return self._rendering(None, view.width, 0, ())

    def _wait_for_code(self, page: Page) -> None:
        if self._source.ready:
            page.wait_for_function(self._source.ready, polling=50)
            if page.evaluate(self._source.ready) == "failed" and not self._broken:
                self._failed("the code of the component did not load")

    def _late(self) -> None:
        self._hangs()
        self._failed(f"the page did not come to rest within {self._seconds:g} seconds")

    def _stop(self) -> None:
        """End the browser: a script that never returns keeps some calls waiting for ever."""
        self._stopped = True
        for one in psutil.Process().children(recursive=True):
            try:
                if NO_NETWORK[0] in one.cmdline():
                    one.kill()
            except psutil.Error:
                continue

    def _seen(self, page: Page, view: View) -> Rendering:
        height = min(
            max(int(page.evaluate("document.documentElement.scrollHeight")), view.height),
            MOST_PIXELS_HIGH,
        )
        boxes = page.evaluate(_boxes(), MOST_BOXES)
        png = page.screenshot(
            full_page=True,
            clip={"x": 0, "y": 0, "width": view.width, "height": height},
            animations="disabled",
            caret="hide",
            type="png",
        )
        found = tuple(Box(**box) for box in boxes)
        return self._rendering(png, view.width, height, found)

    def _rendering(
        self, png: bytes | None, width: int, height: int, boxes: tuple[Box, ...]
    ) -> Rendering:
        return Rendering(
            png,
            self._source.way,
            width,
            height,
            boxes,
            _cut(self._errors),
            self._broken,
            tuple(dict.fromkeys(self._refused))[:MOST_ERRORS],
        )

    def _serve(self, route: Route) -> None:
        try:
            self._answer(route)
        except Error:
            log.debug("the page was closed before it got what it asked for")

    def _answer(self, route: Route) -> None:
        request = route.request
        address = urlsplit(request.url)
        own = (address.scheme, address.netloc) == ("http", HOST)
        content = self._get(route) if own else None
        if content is None:
            self._refuse(request.url)
            if request.is_navigation_request():
                # No content: what was to be left stays as it is.
                route.fulfill(status=204)
            else:
                route.abort("blockedbyclient")
            return
        if content.status >= 500:
            self._failed(f"{address.path}: {content.body.decode('utf-8', 'replace')}")
        route.fulfill(status=content.status, content_type=content.kind, body=content.body)

    def _get(self, route: Route) -> Content | None:
        address = urlsplit(route.request.url)
        path = f"{address.path}?{address.query}" if address.query else address.path
        return self._source.get(path, route.request.headers.get("accept", "*/*"))

    def _refuse(self, url: str) -> None:
        self._refused.append(url[:200])

    def _threw(self, error: Error) -> None:
        said = f"uncaught {error.name}: {error.message}" if error.name else f"uncaught {error}"
        if self._refused and any(words in said for words in _FETCH):
            # There is no network here: that is no fault of the candidate.
            self._errors.append(said)
        else:
            self._failed(said)

    def _said(self, message: ConsoleMessage) -> None:
        # What was refused is told apart; the console only repeats it.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._errors.append(f"console: {message.text}")

    def _failed(self, what: str) -> None:
        self._broken = True
        self._errors.append(what)


def _boxes() -> str:
    return Path(__file__).with_name("boxes.js").read_text("utf-8")


def _cut(errors: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Each error once, and no more of it than tells what is wrong."""
    return tuple(dict.fromkeys(error[:MOST_CHARACTERS] for error in errors))[:MOST_ERRORS]
