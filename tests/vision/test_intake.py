"""What is taken of a picture, and which are refused: decided in the worker, by their bytes."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import sys
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from kimi_lsp.core.model import ImagePart, TextPart
from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.vision.intake import child, opened, opener
from tests.vision.samples import encoded, frames, picture, png_of, with_exif

PNG, JPEG, GIF, WEBP = (encoded(kind) for kind in ("PNG", "JPEG", "GIF", "WEBP"))
ZIP_END = b"PK\x05\x06" + bytes(18)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'

BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "picture.empty"),
    "text": (b"hello, no picture", "picture.format"),
    "a bitmap that was not copied": (encoded("BMP"), "picture.format"),
    "tiff": (encoded("TIFF"), "picture.format"),
    "photoshop, named png": (b"8BPS\0\1" + bytes(40), "picture.format"),
    "heic": (b"\0\0\0\x18ftypheic" + bytes(60), "picture.format"),
    "avif": (b"\0\0\0\x1cftypavif" + bytes(60), "picture.format"),
    "pdf": (b"%PDF-1.7\n", "picture.format"),
    "svg": (SVG, "picture.svg"),
    "svg after blanks": (b"\n  <svg width='1'/>", "picture.svg"),
    "one bit bomb": (png_of(60_000, 60_000, bytes(1_000_000)), "picture.too_many_pixels"),
    "bomb at the bound": (png_of(50_001, 1000, bytes(1000)), "picture.too_many_pixels"),
    "gif bomb": (b"GIF89a\xff\xff\xff\xff" + GIF[10:], "picture.too_many_pixels"),
    "pixels of less than it says": (png_of(4000, 4000, bytes(100)), "picture.damaged"),
    "no pixels": (png_of(0, 0, b""), "picture.damaged"),
    "signature alone": (PNG[:8], "picture.damaged"),
    "png without its end": (PNG[:-12], "picture.damaged"),
    "png cut in its pixels": (PNG[:-30], "picture.damaged"),
    "png with a bit turned": (PNG[:50] + bytes([PNG[50] ^ 1]) + PNG[51:], "picture.damaged"),
    "jpeg cut": (JPEG[: len(JPEG) // 2], "picture.damaged"),
    "jpeg without its end": (JPEG[:-2], "picture.damaged"),
    "jpeg head alone": (JPEG[:4], "picture.damaged"),
    "gif cut": (GIF[:-20], "picture.damaged"),
    "webp cut": (WEBP[:-10], "picture.damaged"),
    "webp of nothing": (b"RIFF\x04\0\0\0WEBP", "picture.damaged"),
    "zip behind a png": (PNG + b"PK\x03\x04archive" + ZIP_END, "picture.double"),
    "page behind a png": (PNG + b"<p>hello</p>", "picture.double"),
    "page behind a jpeg": (JPEG + b"<?php echo 1;", "picture.double"),
    "program behind a gif": (GIF + b"MZ\x90", "picture.double"),
    "archive behind a webp": (WEBP + b"7z\xbc\xaf", "picture.double"),
    "page in a comment": (encoded("JPEG", comment=b"<script>alert(1)</script>"), "picture.double"),
    "pdf in a comment": (encoded("GIF", comment=b"%PDF-1.4 1 0 obj"), "picture.double"),
}


async def sent(data: bytes, *, bitmap: bool = False) -> list[tuple[ImagePart, Image.Image]]:
    made = await opened.parts(data, bitmap=bitmap)
    assert not isinstance(made, BadPicture), made.detail
    images = [part for part in made if isinstance(part, ImagePart)]
    return [(part, Image.open(io.BytesIO(_bytes(part)))) for part in images]


def _bytes(part: ImagePart) -> bytes:
    return base64.b64decode(part.data_url.partition(",")[2])


@pytest.mark.parametrize("case", BAD)
async def test_bad_pictures_are_refused(case: str) -> None:
    data, detail = BAD[case]
    assert await opened.parts(data) == BadPicture(detail)


@pytest.mark.parametrize("case", BAD)
def test_without_the_extra_they_are_refused_as_well(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, detail = BAD[case]
    monkeypatch.setattr(opener.importlib.util, "find_spec", lambda _: None)
    made = opener._shown(data, bitmap=False)
    if case == "pixels of less than it says":
        # That takes a decoder; the endpoint has one.
        assert not isinstance(made, BadPicture) or made.detail == "picture.needs_extra"
    else:
        assert made == BadPicture(detail)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_good_pictures_are_sent(kind: str) -> None:
    ((part, shown),) = await sent(encoded(kind))
    assert part.data_url.startswith("data:image/png;base64,")
    assert shown.size == (64, 48)
    assert part.tokens == 3 * 2 + 5
    red, green, _ = shown.convert("RGB").getpixel((3, 3))  # type: ignore[misc]
    assert red > 200 > 60 > green


async def test_a_copied_bitmap_is_sent_as_png() -> None:
    ((part, shown),) = await sent(encoded("BMP"), bitmap=True)
    assert (shown.format, shown.size) == ("PNG", (64, 48))
    assert part.tokens == 11


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))]
)
async def test_it_is_turned_upright_and_tells_nothing_of_where(
    orientation: int, corner: tuple[int, int]
) -> None:
    data = with_exif(picture(80, 40), orientation)
    assert b"Canary camera" in data
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    ((part, shown),) = await sent(data)
    assert shown.size == ((40, 80) if orientation > 4 else (80, 40))
    at = tuple((size - 1) * side for size, side in zip(shown.size, corner, strict=True))
    red, green, _ = shown.convert("RGB").getpixel(at)  # type: ignore[misc]
    assert red > 200 > 60 > green
    assert not shown.getexif()
    assert b"Canary" not in _bytes(part)
    assert set(shown.info) <= {"dpi"}


async def test_texts_and_profiles_of_a_png_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Author", "Canary author")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded("PNG", pnginfo=text, icc_profile=profile)
    assert b"Canary author" in data
    ((part, shown),) = await sent(data)
    assert b"Canary" not in _bytes(part)
    assert shown.info == {}


async def test_what_is_transparent_is_white() -> None:
    ((_, shown),) = await sent(encoded("PNG", Image.new("RGBA", (20, 20), (0, 0, 0, 0))))
    assert shown.getpixel((5, 5)) == (255, 255, 255)


async def test_sixteen_bits_keep_their_tone() -> None:
    grey = Image.new("I;16", (20, 20), 0x8000)
    ((_, shown),) = await sent(encoded("PNG", grey))
    assert abs(shown.convert("L").getpixel((5, 5)) - 128) <= 1  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_an_animation_shows_its_first_frame(kind: str) -> None:
    ((_, shown),) = await sent(frames(kind))
    red, _, blue = shown.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > 60 > blue


async def test_a_large_picture_is_as_large_as_it_is_seen() -> None:
    ((part, shown),) = await sent(encoded("PNG", picture(3840, 2160)))
    assert shown.size == (2392, 1345)
    assert part.tokens == 4219


async def test_a_tall_page_is_cut_at_its_own_scale() -> None:
    page = Image.new("RGB", (1280, 6000), "white")
    for row in range(0, 6000, 100):
        page.paste((row // 25, 0, 0), (0, row, 1280, row + 100))
    made = await opened.parts(encoded("PNG", page))
    assert not isinstance(made, BadPicture)
    *images, caption = made
    assert isinstance(caption, TextPart)
    assert "3 pictures above are one tall page" in caption.text
    slices = await asyncio.gather(*(sent(_bytes(part)) for part in images))  # type: ignore[arg-type]
    shown = [one for ((_, one),) in slices]
    assert {one.width for one in shown} == {1280}
    assert sum(one.height for one in shown) == 6000 + 2 * 56
    for above, below in pairwise(shown):
        end = above.crop((0, above.height - 56, 1280, above.height))
        assert end.tobytes() == below.crop((0, 0, 1280, 56)).tobytes()


async def test_a_photograph_too_heavy_for_png_is_jpeg() -> None:
    noise = Image.frombytes("RGB", (1400, 1400), os.urandom(1400 * 1400 * 3))
    ((part, shown),) = await sent(encoded("PNG", noise))
    assert part.data_url.startswith("data:image/jpeg;base64,")
    assert shown.size == (1400, 1400)


async def test_the_second_picture_of_a_camera_is_left_behind() -> None:
    ((_, shown),) = await sent(JPEG + encoded("JPEG", picture(8, 8)))
    assert shown.size == (64, 48)


async def test_a_worker_that_hangs_or_dies_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opened, "SECONDS", 0.3)
    real = sys.executable
    for code in ("while True: pass", "raise SystemExit(3)", "print('{}')", "print('[]')"):
        fake = tmp_path / "python"
        fake.write_text(f"#!{real}\n{code}\n")
        fake.chmod(0o700)
        monkeypatch.setattr(opened.sys, "executable", str(fake))
        assert await opened.parts(PNG) == BadPicture("picture.too_hard")


async def test_a_cancelled_opening_ends_its_process(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    work = asyncio.create_task(child.run((sys.executable, "-c", code), seconds=60, most=10))
    async with asyncio.timeout(30):
        while not (mark.exists() and mark.read_text()):
            await asyncio.sleep(0.02)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


async def test_the_worker_is_bound_and_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOONSHOT_API_KEY", "canary")
    code = (
        "import os, resource; from kimi_lsp.vision.intake import opener; opener._bound(); "
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], 'MOONSHOT_API_KEY' in os.environ); "
        "bytearray(3 << 30)"
    )
    said = await child.run((sys.executable, "-c", code), seconds=60, most=1000)
    assert said
    assert said.out.decode().split() == [str(2 << 30), "False"]
    assert said.code == 1, "more memory was given than allowed"


def test_without_the_extra_plain_pictures_lose_their_metadata(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opener.importlib.util, "find_spec", lambda _: None)
    made = opener._shown(with_exif(picture(), 1), bitmap=False)
    assert not isinstance(made, BadPicture)
    ((kind, width, height, data),) = made
    assert (kind, width, height) == ("image/jpeg", 64, 48)
    assert b"Canary" not in data
    assert (
        Image.open(io.BytesIO(data)).convert("RGB").tobytes()
        == Image.open(io.BytesIO(with_exif(picture(), 1))).convert("RGB").tobytes()
    )


@pytest.mark.parametrize(
    "data",
    [with_exif(picture(), 6), encoded("PNG", picture(3840, 2160)), GIF, WEBP],
    ids=["turned", "large", "gif", "webp"],
)
def test_without_the_extra_the_rest_says_what_to_install(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opener.importlib.util, "find_spec", lambda _: None)
    assert opener._shown(data, bitmap=False) == BadPicture("picture.needs_extra")


def test_random_damage_is_never_a_crash() -> None:
    for number in range(0, len(PNG), 3):
        data = PNG[:number] + bytes([PNG[number] ^ 0x55]) + PNG[number + 1 :]
        assert isinstance(opener._shown(data, bitmap=False), BadPicture), number
    squeezed = zlib.compress(PNG)
    assert opener._shown(squeezed, bitmap=False) == BadPicture("picture.format")
