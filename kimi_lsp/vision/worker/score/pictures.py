"""Two pictures made comparable: the same width, no alpha, one below the other's lower end."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from kimi_lsp.vision.scored import COMPARED_HEIGHT, COMPARED_WIDTH
from kimi_lsp.vision.worker.unable import UnableError

MOST_PIXELS = 64_000_000

Pixels = np.ndarray
"""Height by width by 3, 8 bits each."""


@dataclass(frozen=True)
class Pair:
    """The pictures at one width and padded to one height, each with its own ground colour.

    ``scale`` is what a pixel here is in pixels of the target, ``shrunk`` in those of the
    rendering. ``alike_high`` is the smaller height of content over the larger.
    """

    target: Pixels
    rendering: Pixels
    scale: float
    shrunk: float
    alike_high: float
    whole_target: Image.Image
    whole_rendering: Image.Image

    @property
    def height(self) -> int:
        return int(self.target.shape[0])


def joined(pieces: Sequence[bytes], overlap: int) -> bytes:
    """One PNG of the pieces of a picture, each of which repeats rows of the one before.

    Raises ``UnableError`` as ``pair`` does.
    """
    parts = [_open(one) for one in pieces]
    height = sum(one.height - overlap for one in parts) + overlap
    whole = Image.new("RGB", (max(one.width for one in parts), height), "white")
    top = 0
    for one in parts:
        whole.paste(one, (0, top))
        top += one.height - overlap
    file = io.BytesIO()
    whole.save(file, "PNG", compress_level=1)
    return file.getvalue()


def pair(target: bytes, rendering: bytes) -> Pair:
    """Raises ``UnableError`` for what is no picture, or too large a one."""
    first, second = _open(target), _open(rendering)
    width = min(COMPARED_WIDTH, first.width)
    one, other = _narrow(first, width), _narrow(second, width)
    grounds = ground(one), ground(other)
    heights = _content_height(one, grounds[0]), _content_height(other, grounds[1])
    height = min(max(len(one), len(other)), COMPARED_HEIGHT)
    return Pair(
        _padded(one, height, grounds[0]),
        _padded(other, height, grounds[1]),
        first.width / width,
        second.width / width,
        min(heights) / max(*heights, 1),
        first,
        second,
    )


def ground(pixels: Pixels) -> Pixels:
    """The colour most of a picture's edge has."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return most_common(edge)


def most_common(colours: Pixels) -> Pixels:
    """The middle of the most frequent colours, to an eighth of the range."""
    keys = (colours >> 4).astype(np.int32) @ np.array([256, 16, 1])
    return np.median(colours[keys == np.bincount(keys).argmax()], axis=0).astype(np.uint8)


def _open(data: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF"])
        if picture.width * picture.height > MOST_PIXELS:
            raise UnableError("bad_picture", "picture.too_large")
        picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise UnableError("bad_picture", "picture.unreadable") from None
    if picture.mode in ("RGBA", "LA", "PA", "P"):
        clear = picture.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        picture = white
    return picture.convert("RGB")


def _narrow(picture: Image.Image, width: int) -> Pixels:
    if picture.width != width:
        size = (width, max(1, round(picture.height * width / picture.width)))
        way = Image.Resampling.BOX if picture.width > width else Image.Resampling.BILINEAR
        picture = picture.resize(size, way)
    return np.asarray(picture)[:COMPARED_HEIGHT]


def _content_height(pixels: Pixels, colour: Pixels) -> int:
    rows = np.flatnonzero((np.abs(pixels.astype(np.int16) - colour).max(-1) > 8).any(1))
    return int(rows[-1]) + 1 if len(rows) else 1


def _padded(pixels: Pixels, height: int, colour: Pixels) -> Pixels:
    if len(pixels) >= height:
        return pixels[:height]
    below = np.broadcast_to(colour, (height - len(pixels), pixels.shape[1], 3))
    return np.concatenate([pixels, below])
