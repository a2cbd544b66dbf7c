"""The process that draws and compares, and this side of it.

It is started when it is first needed and holds everything that is heavy. What it is asked for has
a deadline; at it, or when the asking is cancelled, it is killed with every process it started, and
the next question starts another.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.browser import Browser, NoBrowser
from kimi_lsp.vision.parcels import HEAD, MOST_BYTES, pack, unpack
from kimi_lsp.vision.rendering import Candidate, Rendering
from kimi_lsp.vision.scored import Score

log = logging.getLogger(__name__)

Kind = TypeVar("Kind")

Read = Callable[[str], bytes | None]
"""A file by its path relative to the candidate's root; None where it stays unread."""

PAGE_SECONDS = 15.0
"""A page that did not come to rest by then hangs."""

WHOLE_SECONDS = 90.0
"""Of one question, the start of the browser and of the project's tooling included."""

SECRETS = ("MOONSHOT_API_KEY", "KIMI_API_KEY")
"""What the browser and the project's tooling have no use for."""

NEEDED = ("PIL", "numpy", "playwright", "psutil")


def installed() -> bool:
    """Whether the extra is; nothing of it is imported to find out."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def nothing(_path: str) -> None:
    """A reader that gives no file."""


class Studio:
    """Draws candidates and scores pictures, one at a time.

    ``read`` gives a page the files it asks for; it is called with paths that stay below the root.
    """

    def __init__(
        self,
        browser: Browser | NoBrowser,
        read: Read = nothing,
        *,
        page_seconds: float = PAGE_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._browser = browser
        self._read = read
        self._page_seconds = page_seconds
        self._whole_seconds = whole_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._turn = asyncio.Lock()

    async def render(self, candidate: Candidate) -> Rendering:
        """The page of a candidate, drawn with no network.

        A candidate that cannot be drawn (it does not compile, it hangs, it shows nothing) is a
        ``Rendering`` with no ``png`` that says why. Raises ``KimiError`` ``unsupported`` where
        there is no browser, no extra, or no leave to run the tooling that this candidate needs.
        """
        if isinstance(self._browser, NoBrowser):
            key = "vision.browser_missing" if self._browser.named else "vision.no_browser"
            raise KimiError("unsupported", key, path=self._browser.named or "")
        question = {
            "do": "render",
            "candidate": candidate,
            "browser": self._browser.path,
            "seconds": self._page_seconds,
        }
        try:
            return await self._ask(question, Rendering)
        except TimeoutError:
            seconds = round(self._whole_seconds)
            said = f"the page did not come to rest within {seconds} seconds"
            return Rendering(None, "html", errors=(said,), broken=True)

    async def score(self, target: bytes, rendering: Rendering, *, crops: int = 3) -> Score:
        """How near a rendering comes to a target, both PNG; needs no browser.

        A rendering with no picture scores 0. ``crops`` is how many of the worst places are cut
        out. Raises ``KimiError``: ``unsupported`` with no extra, ``bad_picture`` where the target
        is none.
        """
        if rendering.png is None:
            return Score(0.0, {})
        question = {"do": "score", "target": target, "rendering": rendering.png, "crops": crops}
        try:
            return await self._ask(question, Score)
        except TimeoutError:
            raise KimiError("timeout", "vision.slow") from None

    async def join(self, pieces: Sequence[bytes], overlap: int) -> bytes:
        """One PNG of the pieces of a picture, from top to bottom; needs no browser.

        Each repeats ``overlap`` rows of the one before. Raises ``KimiError`` as ``score`` does.
        """
        question = {"do": "join", "pieces": pieces, "overlap": overlap}
        try:
            return await self._ask(question, bytes)
        except TimeoutError:
            raise KimiError("timeout", "vision.slow") from None

    async def close(self) -> None:
        """End the process; the studio may be used again."""
        process, self._process = self._process, None
        if process is not None:
            await asyncio.shield(asyncio.to_thread(_kill, process.pid))
            await process.wait()
        if self._home is not None:
            # A browser that was killed may still be letting go of its files.
            await asyncio.to_thread(_remove, self._home)
            self._home = None

    async def _ask(self, question: dict[str, Any], kind: type[Kind]) -> Kind:
        async with self._turn:
            keep = False
            try:
                async with asyncio.timeout(self._whole_seconds):
                    answer = await self._answer(question)
                keep = not answer.get("spent", False)
            except (asyncio.IncompleteReadError, ConnectionError):
                raise KimiError("internal", "vision.died") from None
            finally:
                if not keep:
                    await self.close()
        said = answer.get("value")
        if isinstance(said, kind):
            return said
        raise KimiError(answer["reason"], answer["key"], **answer.get("values", {}))

    async def _answer(self, question: dict[str, Any]) -> dict[str, Any]:
        process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise ConnectionError
        process.stdin.write(pack(question))
        await process.stdin.drain()
        while True:
            (size,) = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
            if size > MOST_BYTES:
                raise ConnectionError
            answer = unpack(await process.stdout.readexactly(size))
            if "read" not in answer:
                return answer
            data = await asyncio.to_thread(self._read, answer["read"])
            process.stdin.write(pack({"data": data}))
            await process.stdin.drain()

    async def _start(self) -> asyncio.subprocess.Process:
        if not installed():
            raise KimiError("unsupported", "vision.no_extra")
        self._home = tempfile.TemporaryDirectory(prefix="kimi-lsp-", ignore_cleanup_errors=True)
        home = self._home.name
        environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
        # What the browser and the tooling write goes with the folder.
        environment |= {"TMPDIR": home, "TEMP": home, "TMP": home}
        self._process = await asyncio.create_subprocess_exec(
            # -P: a file of the folder we are in is not a module.
            *(sys.executable, "-P", "-m", "kimi_lsp.vision.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=home,
            env=environment,
            start_new_session=True,
        )
        return self._process


def _kill(pid: int) -> None:
    """End a process and everything that it started, whatever group they made for themselves."""
    import psutil

    try:
        top = psutil.Process(pid)
        # A stopped process starts no more children while they are listed.
        top.suspend()
        family = [*top.children(recursive=True), top]
    except psutil.Error:
        return
    for one in family:
        try:
            one.kill()
        except psutil.Error:
            log.debug("process %d had ended", one.pid)
    psutil.wait_procs(family[:-1], timeout=5)


def _remove(folder: tempfile.TemporaryDirectory[str]) -> None:
    folder.cleanup()
