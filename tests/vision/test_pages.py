"""Pages and drawings by a real browser: from the page's own origin, and from nowhere else."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
import pytest
from PIL import Image

from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.errors import KimiError
from kimi_lsp.vision.browser import VARIABLE
from kimi_lsp.vision.intake import pages
from tests.vision.desktops import needs_browser, until

GREEN = (0, 170, 0)
REACHING = """<!doctype html><body style="margin:0;background:#00aa00;height:2000px">
<img src="http://{other}/image.png"><iframe src="http://{other}/frame"></iframe>
<link rel="preconnect" href="http://{other}/"><link rel="stylesheet" href="http://{other}/a.css">
<script src="http://{other}/a.js"></script><script src="/own.js"></script>
<script>
fetch("http://{other}/fetch").catch(() => 0);
navigator.sendBeacon("http://{other}/beacon", "x");
try {{ new WebSocket("ws://{other}/socket"); }} catch (error) {{}}
try {{ new EventSource("http://{other}/events"); }} catch (error) {{}}
fetch("/away").catch(() => 0);
window.open("http://{other}/window");
</script>"""


class Trap:
    """A host that nobody may speak to."""

    def __init__(self) -> None:
        self.visits = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.name = f"127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            try:
                visitor, _ = self._door.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self._door.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


class Site(ThreadingHTTPServer):
    """A site whose pages reach for the trap."""

    def __init__(self, trap: Trap) -> None:
        self.asked: list[str] = []
        self.trap = trap.name
        super().__init__(("127.0.0.1", 0), _Page)
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Page(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path in ("/away", "/moved"):
            self.send_response(302)
            self.send_header("Location", f"http://{self.server.trap}/")
            self.end_headers()
            return
        body = {
            "/": REACHING.format(other=self.server.trap),
            "/own.js": "document.body.dataset.own = 1;",
            "/hangs": "<script>for (;;);</script>",
        }.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site(trap: Trap) -> Iterator[Site]:
    site = Site(trap)
    threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture(autouse=True)
def browser() -> None:
    needs_browser()


def seen(data: bytes | BadPicture) -> Image.Image:
    assert isinstance(data, bytes), data
    return Image.open(io.BytesIO(data)).convert("RGB")


async def test_a_page_is_drawn_whole_and_reaches_nobody_else(site: Site, trap: Trap) -> None:
    shown = seen(await pages.page(f"{site.url}/"))
    assert shown.size == (1280, 2000)
    assert shown.getpixel((1200, 1900)) == GREEN
    assert {"/", "/own.js", "/away"} <= set(site.asked)
    assert trap.visits == 0


@pytest.mark.parametrize("path", ["/moved", "/not-there"])
async def test_a_page_that_is_elsewhere_is_refused(path: str, site: Site, trap: Trap) -> None:
    assert await pages.page(f"{site.url}{path}") == BadPicture("picture.page")
    assert trap.visits == 0


async def test_a_page_that_hangs_ends_with_its_browser(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SECONDS", 20.0)
    assert await pages.page(f"{site.url}/hangs") == BadPicture("picture.page")
    assert site.asked == ["/hangs"]

    def gone() -> bool:
        return not any(_ours(one) for one in psutil.process_iter(["environ"]))

    until(gone, "the browser lives on")


def _ours(process: psutil.Process) -> bool:
    try:
        folder = process.environ().get("TMPDIR", "")
        return "kimi-lsp-" in folder and "chrom" in process.name()
    except psutil.Error:
        return False


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "file:///etc/passwd", "http://no-such.invalid/"]
)
async def test_other_addresses_are_refused(url: str) -> None:
    assert await pages.page(url) == BadPicture("picture.address")


async def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", ("93.184.216.34", 80)), (2, 1, 6, "", ("192.168.1.1", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    assert await pages.page("http://rebinding.example/") == BadPicture("picture.address")


async def test_a_drawing_is_drawn_and_runs_nothing(trap: Trap) -> None:
    drawing = f"""<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60">
<rect width="120" height="60" fill="#00aa00"/><script>fetch("http://{trap.name}/")</script>
<image href="http://{trap.name}/a.png" width="9" height="9"/>
<foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml"
src="http://{trap.name}/"/></foreignObject></svg>"""
    shown = seen(await pages.svg(drawing.encode()))
    assert shown.size == (120, 60)
    assert shown.getpixel((100, 50)) == GREEN
    assert trap.visits == 0


async def test_a_bad_drawing_is_refused() -> None:
    assert await pages.svg(b"<svg xmlns='x'/>") == BadPicture("picture.damaged")


async def test_without_a_browser_it_is_said(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setenv(VARIABLE, "/no/such/browser")
    assert await pages.svg(b"<svg/>") == BadPicture("picture.svg")
    with pytest.raises(KimiError, match="Chrome, Edge or Chromium"):
        await pages.page(site.url)
    assert not site.asked
