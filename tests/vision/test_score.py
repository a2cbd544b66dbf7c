"""The score: the same every time, near 1 for the same page, low for what a person calls wrong."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.browser import Browser, NoBrowser
from kimi_lsp.vision.rendering import Rendering
from kimi_lsp.vision.studio import Studio
from kimi_lsp.vision.worker.score import score
from kimi_lsp.vision.worker.score.total import WEIGHTS
from kimi_lsp.vision.worker.unable import UnableError
from tests.vision.agreement import judged, of_kind, order
from tests.vision.faults import FAULTS
from tests.vision.templates import HELD_OUT, TUNED


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawing(*, width: int = 800, button: str = "#16a34a", at: int = 40, words: int = 9) -> bytes:
    picture = Image.new("RGB", (width, 500), "#f8fafc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 60), fill="#312e81")
    draw.text((20, 20), "Acme Home Pricing", fill="white")
    for line in range(words):
        draw.text((at, 100 + line * 30), f"Line {line} of what is written here", fill="#334155")
    draw.rectangle((at, 400, at + 160, 440), fill=button)
    draw.text((at + 20, 412), "Buy it now", fill="white")
    return png(picture)


def test_the_same_picture_is_1() -> None:
    found = score(drawing(), drawing(), 3)
    assert found.total == pytest.approx(1)
    assert all(part == pytest.approx(1) for part in found.parts.values())
    assert (found.regions, found.crops) == ((), ())


def test_it_is_the_same_every_time() -> None:
    assert score(drawing(), drawing(words=6), 3) == score(drawing(), drawing(words=6), 3)


def test_the_weights_come_to_1() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert set(score(drawing(), drawing(), 0).parts) == set(WEIGHTS)


def test_worse_is_lower() -> None:
    faults = [drawing(), drawing(at=44), drawing(at=140), drawing(at=140, words=1)]
    totals = [score(drawing(), one, 0).total for one in faults]
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] < 0.7


def test_what_is_off_is_told() -> None:
    gone = score(drawing(), drawing(words=5), 3)
    missing = [one for one in gone.regions if one.fault == "missing"]
    assert {round(one.y, -1) for one in missing} >= {250, 280, 310, 340}
    assert gone.crops
    extra = score(drawing(words=5), drawing(), 3)
    assert any(one.fault == "extra" for one in extra.regions)
    moved = score(drawing(), drawing(at=60), 0)
    assert any((one.fault, one.dx, one.dy) == ("off", 20, 0) for one in moved.regions)
    red = score(drawing(), drawing(button="#dc2626"), 0)
    assert any(one.fault == "colour" and 380 <= one.y <= 440 for one in red.regions)


@pytest.mark.parametrize("ratio", [2, 1.5])
def test_a_target_of_another_ratio(ratio: float) -> None:
    """A screenshot of a finer screen: the same page, and places in the target's own pixels."""
    small = Image.open(io.BytesIO(drawing()))
    size = round(small.width * ratio), round(small.height * ratio)
    large = png(small.resize(size, Image.Resampling.LANCZOS))
    assert score(large, drawing(), 0).total > 0.8
    found = score(large, drawing(words=5), 0)
    assert any(one.fault == "missing" and one.y > 240 * ratio for one in found.regions)


@pytest.mark.parametrize("data", [b"", b"no picture", drawing()[:400]])
def test_no_picture(data: bytes) -> None:
    with pytest.raises(UnableError):
        score(data, drawing(), 0)


def test_odd_sizes() -> None:
    for size in ((1, 1), (3, 2000), (2000, 3), (17, 17)):
        dot = png(Image.new("RGB", size, "red"))
        assert 0 <= score(dot, drawing(), 3).total <= 1
        assert 0 <= score(drawing(), dot, 3).total <= 1
        assert score(dot, dot, 3).total == pytest.approx(1)


async def test_without_a_browser() -> None:
    """Scoring needs none; a rendering with no picture is 0, and a target that is none is told."""
    studio = Studio(NoBrowser())
    try:
        found = await studio.score(drawing(), Rendering(drawing(words=7), "html"))
        assert 0 < found.total < 1
        assert (await studio.score(drawing(), Rendering(None, "html"))).total == 0
        with pytest.raises(KimiError) as raised:
            await studio.score(b"none", Rendering(drawing(), "html"))
        assert raised.value.reason == "bad_picture"
    finally:
        await studio.close()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_it_agrees_with_documents_of_pages_it_was_not_tuned_on(browser: Browser) -> None:
    """Faults of real pages, in the order that their documents give, and plain SSIM beside it."""
    pages = {name: paths[1:2] for name, paths in HELD_OUT.items()}
    kept = [fault for fault in FAULTS if fault.degree != 1]
    found = list(judged(pages, browser.path, kept))
    agreed, asked = order(found)
    assert asked > 80
    assert agreed / asked >= 0.85
    plain, _ = order(found, "ssim")
    assert plain < agreed
    for name, most in (("blank", 0.15), ("unstyled", 0.40)):
        assert max(of_kind(found, name)) < most
        assert max(of_kind(found, name, "ssim")) > most


def test_tuned_and_held_out_are_apart() -> None:
    assert not set(TUNED) & set(HELD_OUT)
