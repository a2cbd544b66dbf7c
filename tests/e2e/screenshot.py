"""The picture of a page, as a person would give it."""

from __future__ import annotations

import asyncio
import base64

from kimi_lsp.vision.browser import Browser
from kimi_lsp.vision.rendering import Candidate, View
from kimi_lsp.vision.studio import Studio


def picture(browser: Browser, page: str, view: View) -> dict[str, str]:
    """A page drawn in a browser, as a member of a command's ``images``."""

    async def draw() -> bytes:
        studio = Studio(browser)
        try:
            rendering = await studio.render(Candidate(page, view=view))
        finally:
            await studio.close()
        assert rendering.png is not None
        return rendering.png

    data = base64.b64encode(asyncio.run(draw())).decode()
    return {"dataUrl": f"data:image/png;base64,{data}"}
