"""The picture that a result is compared with, out of what is sent of the pictures of a question."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageStat

from kimi_lsp.core.model import ContentPart, TextPart, VideoPart
from kimi_lsp.session.sight import target_of, view_of
from kimi_lsp.vision.browser import NoBrowser
from kimi_lsp.vision.intake import opened
from kimi_lsp.vision.rendering import View
from kimi_lsp.vision.studio import Studio
from tests.vision.samples import encoded, picture


def rows(width: int, height: int) -> Image.Image:
    """A picture each of whose rows is another."""
    column = Image.frombytes("RGB", (1, height), bytes(n % 251 for n in range(height * 3)))
    return column.resize((width, height))


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 90).convert("RGB")


async def parts(*shown: Image.Image) -> list[ContentPart]:
    found: list[ContentPart] = []
    for one in shown:
        made = await opened.parts(encoded("PNG", one))
        assert isinstance(made, tuple)
        found += made
    return found


@pytest.mark.parametrize(
    ("make", "pieces", "compared", "apart"),
    [
        (lambda: picture(64, 48), 1, 48, 0),
        (lambda: rows(640, 5200), 2, 3200, 0),
        # It comes to more than is sent as PNG.
        (lambda: noise(1700, 1700), 1, 1700, 30),
    ],
)
async def test_one_picture(
    make: Callable[[], Image.Image], pieces: int, compared: int, apart: float
) -> None:
    """It is whole again, however it was sent."""
    given = make()
    target = target_of(await parts(given))
    assert target is not None
    assert (len(target.pieces), target.width, target.height) == (pieces, *given.size)
    assert target.compared == compared
    studio = Studio(NoBrowser())
    try:
        whole = Image.open(io.BytesIO(await target.png(studio)))
    finally:
        await studio.close()
    assert (whole.format, whole.size) == ("PNG", given.size)
    difference = ImageStat.Stat(ImageChops.difference(whole.convert("RGB"), given)).mean
    assert max(difference) <= apart


async def test_several_are_none() -> None:
    one, tall = await parts(picture()), await parts(rows(640, 5200))
    for shown in ([], [*one, *one], [*tall, *tall], [*tall, *one], [TextPart("a")]):
        assert target_of(shown) is None
    assert target_of([VideoPart("video/mp4", b"", 1)]) is None


@pytest.mark.parametrize(
    ("size", "view"),
    [
        ((1280, 832), View(1280, 832)),
        ((2560, 1440), View(1280, 720, 2)),
        ((390, 844), View(390, 844)),
        ((1170, 2532), View(390, 844, 3)),
        ((750, 1334), View(375, 667, 2)),
        # A whole page is higher than its window.
        ((1280, 2600), View(1280, 2600)),
        ((1280, 6000), View(1280, 800)),
        ((2560, 9000), View(1280, 800, 2)),
        ((1170, 9000), View(390, 780, 3)),
        ((390, 2000), View(390, 780)),
    ],
)
def test_window(size: tuple[int, int], view: View) -> None:
    assert view_of(*size) == view
