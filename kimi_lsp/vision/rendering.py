"""What is drawn, and what was seen when it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Framework = Literal["html", "react", "preact", "vue", "svelte", "solid"]

Way = Literal["html", "esbuild", "vite"]
"""How a candidate became a page: as it is, bundled without the project's configuration, or by the
project's own Vite."""


@dataclass(frozen=True)
class View:
    """The window a page is drawn in: CSS pixels, and how many of the picture's make one."""

    width: int = 1280
    height: int = 800
    ratio: float = 1.0


@dataclass(frozen=True)
class Candidate:
    """Code that is nowhere on disk, and where it would be.

    ``root`` is the absolute folder of the project, the one with its ``package.json``; None for a
    page that stands alone. ``path`` is the code's own, relative to it and ``/``-separated;
    ``files`` are further ones of the same answer, by their paths. ``styles`` are the project's
    global style sheets, relative to ``root``. ``trusted``: the project's own tooling may be run.
    ``body`` are the classes of the page's body. ``styled``: its styles come from the project's
    tooling, so that without it there is no use in drawing.
    """

    code: str
    framework: Framework = "html"
    path: str = "index.html"
    root: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    styles: tuple[str, ...] = ()
    body: str = ""
    trusted: bool = False
    styled: bool = False
    view: View = View()


@dataclass(frozen=True)
class Box:
    """An element that can be seen: CSS pixels from the page's corner, and what it is drawn with.

    ``text`` is its own text, cut at 80 characters; ``styles`` its computed values by CSS name.
    ``clipped``: its content is larger than it and cut off; ``outside``: it leaves the page's width.
    """

    element: str
    text: str
    x: int
    y: int
    width: int
    height: int
    styles: Mapping[str, str]
    clipped: bool = False
    outside: bool = False


@dataclass(frozen=True)
class Rendering:
    """What became of a candidate. ``png`` is None where there is nothing to see.

    ``errors`` are the compiler's, the page's exceptions and its console's, in the order they
    came, as text for the model. ``broken``: one of them kept the candidate from being drawn as it
    was meant. ``refused`` are the addresses the page asked for and was not given.
    """

    png: bytes | None
    way: Way
    width: int = 0
    height: int = 0
    boxes: tuple[Box, ...] = ()
    errors: tuple[str, ...] = ()
    broken: bool = False
    refused: tuple[str, ...] = ()
