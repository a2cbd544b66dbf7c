"""Pictures made for tests, good and bad."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """A picture with a red corner at the top left, so that turning it shows."""
    made = Image.new("RGB", (width, height), "white")
    made.paste((255, 0, 0), (0, 0, width // 4, height // 4))
    return made


def encoded(kind: str, made: Image.Image | None = None, **options: Any) -> bytes:
    file = io.BytesIO()
    (made or picture()).save(file, kind, **options)
    return file.getvalue()


def png_of(width: int, height: int, pixels: bytes, depth: int = 1) -> bytes:
    """A PNG whose header says what it likes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def with_exif(made: Image.Image, orientation: int) -> bytes:
    """A JPEG that was taken somewhere, by someone's camera, in some position."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Canary camera"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (48.0, 51.0, 30.0)
    return encoded("JPEG", made, exif=exif, comment=b"Canary comment")


def frames(kind: str) -> bytes:
    """An animation: red, then blue."""
    red, blue = (Image.new("RGB", (40, 30), colour) for colour in ("red", "blue"))
    return encoded(kind, red, save_all=True, append_images=[blue], duration=50)
