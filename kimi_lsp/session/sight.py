"""What a job needs to look at what it made: a studio, the picture to come near to, the view."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kimi_lsp.core.containers import walk
from kimi_lsp.core.model import ContentPart, ImagePart, TextPart
from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.errors import KimiError
from kimi_lsp.project.files import join
from kimi_lsp.session.session import Session
from kimi_lsp.session.show import write_bytes
from kimi_lsp.session.survey import Survey
from kimi_lsp.vision import browser
from kimi_lsp.vision.rendering import Candidate, Framework, View
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
_PHONE = 1.6
"""From this ratio of height to width on, a narrow picture is taken for a phone's."""


@dataclass(frozen=True)
class Target:
    """A picture to come near to: the bytes of a PNG, and the window it was taken in."""

    png: bytes
    view: View


def target_of(images: Sequence[ContentPart]) -> Target | None:
    """The target among the pictures of a question; None where there is no single whole one."""
    pictures = [one for one in images if not isinstance(one, TextPart)]
    if len(pictures) != 1 or not isinstance(pictures[0], ImagePart):
        return None
    kind, _, data = pictures[0].data_url.partition(";base64,")
    png = base64.b64decode(data)
    walked = walk(png)
    if kind != "data:image/png" or isinstance(walked, BadPicture):
        return None
    return Target(png, view_of(walked.width, walked.height))


def view_of(width: int, height: int) -> View:
    """The window that a picture of so many pixels was most likely taken in."""
    ratio = 1.0
    if height >= _PHONE * width and 640 <= width <= 1320:
        ratio = 3.0 if width >= 1000 else 2.0
    elif width >= 2200:
        ratio = 2.0
    return View(max(1, round(width / ratio)), max(1, round(height / ratio)), ratio)


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
