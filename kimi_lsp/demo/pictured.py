"""The step of the demo that sees: a component from a screenshot, drawn and compared with it."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kimi_lsp.demo.editor import path_of_uri
from kimi_lsp.demo.steps import Seen, Stage
from kimi_lsp.messages import say
from kimi_lsp.vision.browser import Browser, NoBrowser, find
from kimi_lsp.vision.rendering import Candidate, View
from kimi_lsp.vision.scored import shown
from kimi_lsp.vision.studio import Studio, installed

SHOP = Path(__file__).parent / "sample" / "shop"
VIEW = View(720, 460)
GOOD = 0.92

BESIDE = """<!doctype html><style>
body {{ margin: 0; background: #334155; font: 15px sans-serif; color: #fff; display: flex }}
figure {{ margin: 12px }} figcaption {{ padding: 0 0 8px }} img {{ display: block; width: 720px }}
</style><figure><figcaption>the screenshot</figcaption><img src="data:image/png;base64,{target}">
</figure><figure><figcaption>what was made of it</figcaption>
<img src="data:image/png;base64,{result}"></figure>"""


def lacking() -> str:
    """Why nothing can be drawn on this machine; empty where it can."""
    if not installed():
        return say("vision.no_extra")
    return say("vision.no_browser") if isinstance(find(os.environ), NoBrowser) else ""


async def component(stage: Stage) -> Seen:
    """A component is made from a screenshot, drawn, compared, and made again from the best."""
    found = find(os.environ)
    if not isinstance(found, Browser):
        return Seen(False, lacking())
    shop = stage.folder / "shop"
    shutil.copytree(SHOP, shop)
    page = stage.editor.open(shop / "index.html", "html")
    studio = Studio(found)
    try:
        design = (shop / "design.html.txt").read_text("utf-8")
        target = await _drawn(studio, design, VIEW)
        picture = {"dataUrl": f"data:image/png;base64,{_encoded(target)}"}
        stage.screen.say("a screenshot of a pricing page, and an empty shop")

        async def on_event(event: Mapping[str, Any], _: str) -> None:
            message = str(event.get("message") or "")
            if event.get("event") == "report" and "alike" in message:
                stage.screen.say(message)

        argument = {"uri": page.uri, "images": [picture], "instruction": "Our three plans"}
        end = await stage.ask("kimi.component", argument, on_event)
        return await _seen(studio, end)
    finally:
        await studio.close()


async def _seen(studio: Studio, end: Mapping[str, Any]) -> Seen:
    check = end.get("check") or {}
    if end["state"] != "done" or check.get("kind") != "render":
        return Seen(False, str(end.get("message") or check.get("why")))
    made = [path for path in map(path_of_uri, end.get("files") or ()) if path.is_file()]
    pictures = {name: path_of_uri(check[name]).read_bytes() for name in ("target", "result")}
    beside = BESIDE.format(**{name: _encoded(png) for name, png in pictures.items()})
    pictures["side-by-side"] = await _drawn(studio, beside, View(2 * (VIEW.width + 24), 520))
    folder = Path(tempfile.mkdtemp(prefix="kimi-lsp-demo-"))
    for name, png in pictures.items():
        (folder / f"{name}.png").write_bytes(png)
    for path in made:
        shutil.copy(path, folder)
    score = f"{shown(check['score'])} alike after {check['rounds']} rounds"
    return Seen(bool(made) and check["score"] >= GOOD, f"{folder / 'side-by-side.png'} ({score})")


async def _drawn(studio: Studio, code: str, view: View) -> bytes:
    rendering = await studio.render(Candidate(code, view=view))
    if rendering.png is None:
        raise LookupError("; ".join(rendering.errors) or "nothing was drawn")
    return rendering.png


def _encoded(png: bytes) -> str:
    return base64.b64encode(png).decode("ascii")
