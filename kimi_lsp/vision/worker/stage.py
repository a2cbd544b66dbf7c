"""The browser, with a fresh profile for each page that is drawn in it, and no network at all.

Behind what answers a page's own addresses stand two locks: no name resolves in the browser, and
what would need none goes to a proxy that is not there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Error, Playwright, sync_playwright

from kimi_lsp.vision.rendering import Candidate, Rendering, View
from kimi_lsp.vision.worker.flags import NO_NETWORK, NO_WINDOWS, SAME_EVERYWHERE
from kimi_lsp.vision.worker.pages import Pages, Source
from kimi_lsp.vision.worker.sitting import Sitting, cut
from kimi_lsp.vision.worker.unable import UnableError
from kimi_lsp.vision.worker.vite import Served

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
            return Rendering(None, source.way, errors=cut(source.errors), broken=True)
        rendering = self._sit(source, candidate, program, seconds)
        if isinstance(source, Served) and source.outdated and not self.spent:
            # A package that Vite learnt of late is ready the second time.
            rendering = self._sit(source, candidate, program, seconds)
        return rendering

    def _sit(self, source: Source, candidate: Candidate, program: str, seconds: float) -> Rendering:
        with self._fresh(program, candidate.view) as context:
            return Sitting(context, source, seconds, self._hangs).draw(candidate.view)

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
