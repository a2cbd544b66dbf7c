"""Opening a picture with Pillow: upright, in plain colours, and no larger than the model sees it.

Runs in the worker only.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

from PIL import Image, ImageCms, ImageOps

from kimi_lsp.core.containers import DAMAGED, MOST_PIXELS
from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.core.sight import plan

MOST_LOSSLESS = 4 << 20
"""Bytes of a PNG; a photograph that comes to more is sent as JPEG."""

QUALITY = 90

Shown = tuple[str, int, int, bytes]
"""Type, width, height and file of a picture as it is sent."""


def shown(data: bytes, kind: str) -> list[Shown] | BadPicture:
    """What is sent of a picture whose type, such as ``image/png``, was seen from its bytes."""
    name = kind.removeprefix("image/").upper()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(io.BytesIO(data), formats=(name,))
        picture.load()
        picture = _upright(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return BadPicture("picture.too_many_pixels")
    except Exception:  # noqa: BLE001 - whatever a decoder stumbles over, the file is no good
        return DAMAGED
    return list(_slices(picture))


def _upright(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    picture = _eight_bits(ImageOps.exif_transpose(picture))
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture)
        picture = white
    wanted = plan(*picture.size)
    picture = picture.convert("RGB")
    if picture.size != (wanted.width, wanted.height):
        size = (wanted.width, wanted.height)
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _plain_colours(picture, profile)


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # Sixteen bits a pixel; a plain conversion would cut them off instead of scaling.
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return picture


def _plain_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as a browser would show them: those of a wide screen are brought to sRGB."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        changed = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return changed or picture


def _slices(picture: Image.Image) -> Iterator[Shown]:
    for top, bottom in plan(*picture.size).slices:
        part = picture.crop((0, top, picture.width, bottom))
        part.info.clear()
        file = io.BytesIO()
        part.save(file, "PNG", compress_level=6)
        if file.tell() <= MOST_LOSSLESS:
            yield "image/png", part.width, part.height, file.getvalue()
            continue
        smaller = io.BytesIO()
        part.save(smaller, "JPEG", quality=QUALITY)
        yield "image/jpeg", part.width, part.height, smaller.getvalue()
