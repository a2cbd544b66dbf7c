"""What a job needs to look at what it made: a studio, the picture to come near to, the view."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kimi_lsp.core.containers import walk
from kimi_lsp.core.model import ContentPart, ImagePart, TextPart
from kimi_lsp.core.pictures import BadPicture, media_type
from kimi_lsp.errors import KimiError
from kimi_lsp.project.files import join
from kimi_lsp.session.session import Session
from kimi_lsp.session.show import write_bytes
from kimi_lsp.session.survey import Survey
from kimi_lsp.vision import browser
from kimi_lsp.vision.rendering import Candidate, Framework, View
from kimi_lsp.vision.scored import COMPARED_HEIGHT, COMPARED_WIDTH
from kimi_lsp.vision.studio import Studio, installed
from kimi_lsp.workspace.gate import Withheld

MOST_ASSET = 8 << 20
"""Bytes of a file that a page asks for."""

_FRAMEWORKS: Mapping[str, Framework] = {
    "html": "html",
    "react": "react",
    "preact": "preact",
    "vue": "vue",
    "svelte": "svelte",
    "solid": "solid",
}
_MADE_BY_TOOLING = ("tailwind", "unocss")
_PHONE = 1.6
"""From this ratio of height to width on, a picture of a phone's width is taken for a phone's."""

_PHONES = (750, 828, 1080, 1125, 1170, 1179, 1206, 1242, 1284, 1290, 1320)
"""Widths of phones' screens in pixels; those of windows are others."""

_LONG = 2.4
"""From this ratio on it is a whole page, and no window is so high."""


@dataclass(frozen=True)
class Target:
    """A picture to come near to, and the window it was taken in.

    ``pieces`` are the files of a tall picture's slices, each of which repeats ``overlap`` rows of
    the one before. ``width`` and ``height`` are its pixels.
    """

    pieces: tuple[bytes, ...]
    overlap: int
    width: int
    height: int

    @property
    def view(self) -> View:
        return view_of(self.width, self.height)

    @property
    def compared(self) -> int:
        """How many of its rows are looked at."""
        scale = max(1.0, self.width / COMPARED_WIDTH)
        return min(self.height, round(COMPARED_HEIGHT * scale))

    async def png(self, eyes: Studio) -> bytes:
        """All of it as a PNG."""
        if len(self.pieces) == 1 and media_type(self.pieces[0]) == "image/png":
            return self.pieces[0]
        return await eyes.join(self.pieces, self.overlap)


def target_of(images: Sequence[ContentPart]) -> Target | None:
    """The target among the pictures of a question; None where there is none, or several."""
    shown = [one for one in images if not isinstance(one, TextPart)]
    parts = [one for one in shown if isinstance(one, ImagePart)]
    if len(parts) != len(shown) or [one.above > 0 for one in parts].count(False) != 1:
        return None
    pieces = tuple(base64.b64decode(one.data_url.partition(";base64,")[2]) for one in parts)
    walked = [one for one in map(walk, pieces) if not isinstance(one, BadPicture)]
    if len(walked) != len(pieces):
        return None
    overlap = parts[-1].above
    height = sum(one.height - overlap for one in walked) + overlap
    return Target(pieces, overlap, walked[0].width, height)


def view_of(width: int, height: int) -> View:
    """The window that a picture of so many pixels was most likely taken in."""
    ratio = 1.0
    if height >= _PHONE * width and width in _PHONES:
        ratio = 3.0 if width >= 1000 else 2.0
    elif width >= 2200:
        ratio = 2.0
    wide = max(1, round(width / ratio))
    if height >= _LONG * width:
        return View(wide, round(wide * (2 if wide < 600 else 5 / 8)), ratio)
    return View(wide, max(1, round(height / ratio)), ratio)


def studio(session: Session, around: Survey) -> Studio | KimiError:
    """A studio for the project's pages, or why nothing can be drawn here."""
    found = browser.find(os.environ)
    if not installed():
        return KimiError("unsupported", "vision.no_extra")
    if isinstance(found, browser.NoBrowser):
        key = "vision.browser_missing" if found.named else "vision.no_browser"
        return KimiError("unsupported", key, path=found.named or "")

    def read(path: str) -> bytes | None:
        uri = around.files.uri(join(around.project.root, path))
        data = session.gate.data(uri, MOST_ASSET)
        return None if isinstance(data, Withheld) else data

    return Studio(found, read)


def candidate(
    session: Session, around: Survey, path: str, files: Mapping[str, str], view: View
) -> Candidate | KimiError:
    """Code as it is drawn: ``path`` and ``files`` are named from the workspace folder."""
    project = around.project
    page = path.endswith((".html", ".htm"))
    framework = "html" if page else _FRAMEWORKS.get(project.stack.framework)
    if framework is None or (framework == "html" and not page):
        return KimiError("unsupported", "component.not_drawn", framework=project.stack.framework)
    sheet = project.style_sheet
    return Candidate(
        code=files[path],
        framework=framework,
        path=around.in_package(path),
        root=str(around.files.root / project.root),
        files={around.in_package(one): text for one, text in files.items() if one != path},
        styles=(around.in_package(sheet),) if sheet and not page else (),
        trusted=session.settings.trusted,
        styled=project.stack.styling in _MADE_BY_TOOLING,
        view=view,
    )


def picture(png: bytes) -> ImagePart:
    """A PNG of ours as a part of a message."""
    return ImagePart(f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}")


def kept(session: Session, job: str, pictures: Mapping[str, bytes | None]) -> dict[str, str]:
    """PNGs in the cache folder by their names, as URIs, for whoever shows them side by side."""
    folder = session.places.cache / "pictures"
    paths = {
        name: write_bytes(folder, f"{name}-{job}.png", png) for name, png in pictures.items() if png
    }
    return {name: path.as_uri() for name, path in paths.items() if path is not None}
