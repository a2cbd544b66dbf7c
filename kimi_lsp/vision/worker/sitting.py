"""One page, from its first byte to its picture.

Every address it asks for is answered by this process, or not at all.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Route
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from kimi_lsp.vision.rendering import Box, Rendering, View
from kimi_lsp.vision.worker.content import Content
from kimi_lsp.vision.worker.flags import NO_NETWORK
from kimi_lsp.vision.worker.pages import Source

log = logging.getLogger(__name__)

HOST = "localhost"
"""A page of this name may use what browsers keep for safe origins, and no certificate is asked."""

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


class Sitting:
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
            cut(self._errors),
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


def cut(errors: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Each error once, and no more of it than tells what is wrong."""
    return tuple(dict.fromkeys(error[:MOST_CHARACTERS] for error in errors))[:MOST_ERRORS]
