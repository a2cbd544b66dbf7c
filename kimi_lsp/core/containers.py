"""The files that hold pictures, walked without decoding: where a picture ends, and what is in it.

Only a file that is one whole picture and nothing else is walked to its end. A file that is also
something else could be shown to a person as one thing and read by a program as another.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from kimi_lsp.core.pictures import BadPicture, media_type

MOST_PIXELS = 50_000_000

DAMAGED = BadPicture("picture.damaged")
DOUBLE = BadPicture("picture.double")

# What the colours depend on stays; texts, times, places, profiles and further frames go.
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"})
_JPEG_KEPT = frozenset({0xE0, 0xEE})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_OTHER_KINDS = re.compile(rb"<script|<html|<!doctype|<\?php|%PDF-", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 66_000
_PADDING = 64 << 10


@dataclass(frozen=True)
class Walked:
    """A whole picture. ``width`` and ``height`` are pixels as stored.

    ``plain`` is the file without its metadata, empty for WebP and GIF. ``upright`` is false where
    the metadata ask for it to be turned.
    """

    kind: str
    width: int
    height: int
    plain: bytes = b""
    upright: bool = True


def walk(data: bytes) -> Walked | BadPicture:
    """A picture by the bytes of its file, or why it is none that can be sent."""
    if not data:
        return BadPicture("picture.empty")
    kind = media_type(data)
    if kind is None:
        return BadPicture("picture.svg" if is_svg(data) else "picture.format")
    try:
        walked, end = _WALKS[kind](data)
    except (struct.error, IndexError, ValueError):
        return DAMAGED
    if not (walked.width and walked.height):
        return DAMAGED
    if walked.width * walked.height > MOST_PIXELS:
        return BadPicture("picture.too_many_pixels")
    return DOUBLE if _is_double(data, kind, end) else walked


def is_svg(data: bytes) -> bool:
    """Whether some bytes are an SVG drawing."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in head


def _is_double(data: bytes, kind: str, end: int) -> bool:
    rest = data[end : end + _PADDING]
    # Cameras put a second, smaller picture behind the first.
    second = kind == "image/jpeg" and rest.startswith(b"\xff\xd8\xff")
    if rest.strip(b"\0\r\n") and not second:
        return True
    return _ZIP_END in data[-_ZIP_TAIL:] or _OTHER_KINDS.search(data) is not None


def _png(data: bytes) -> tuple[Walked, int]:
    at, kept = 8, [data[:8]]
    width, height = struct.unpack_from(">II", data, 16)
    pixels = False
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        (sum_,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(data[at + 4 : end - 4]) != sum_ or (at == 8) != (name == b"IHDR"):
            raise ValueError(name)
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        pixels = pixels or name == b"IDAT"
        at = end
        if name == b"IEND":
            break
    if not pixels:
        raise ValueError("no pixels")
    return Walked("image/png", width, height, b"".join(kept)), at


def _jpeg(data: bytes) -> tuple[Walked, int]:
    width = height = 0
    upright, kept = True, [data[:2]]
    at = 2
    for start, marker, end in _segments(data, at):
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, start + 5)
        if marker == 0xE1 and data[start + 4 : start + 10] == b"Exif\0\0":
            upright = upright and _orientation(data[start + 10 : end]) in (0, 1)
        if marker < 0xE0 or marker in _JPEG_KEPT:
            kept.append(data[start:end])
        at = end
    return Walked("image/jpeg", width, height, b"".join(kept), upright), at


def _segments(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Start, marker and end of each segment; a scan's pixels belong to it. The last is the end."""
    while True:
        found = _JPEG_MARKER.match(data, at) or _JPEG_MARKER.search(data, at)
        if found is None or data[at : found.start()].strip(b"\xff"):
            raise ValueError("no marker")
        start, marker = found.start(), data[found.start() + 1]
        if marker == 0xD9:
            yield start, marker, start + 2
            return
        (length,) = struct.unpack_from(">H", data, start + 2)
        at = start + 2 + length
        if length < 2 or at > len(data):
            raise ValueError("segment")
        if marker == 0xDA:
            following = _JPEG_MARKER.search(data, at)
            if following is None:
                raise ValueError("cut")
            at = following.start()
        yield start, marker, at


def _orientation(exif: bytes) -> int:
    """How a picture is to be turned, as Exif counts it; 0 where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 0
    (first,) = struct.unpack_from(f"{order}I", exif, 4)
    (count,) = struct.unpack_from(f"{order}H", exif, first)
    for entry in range(first + 2, first + 2 + 12 * count, 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
        if tag == 0x0112:
            return value
    return 0


def _gif(data: bytes) -> tuple[Walked, int]:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _table(flags)
    frames = 0
    while data[at] != 0x3B:
        if data[at] == 0x21:
            at = _blocks(data, at + 2)
        elif data[at] == 0x2C:
            frames += 1
            at = _blocks(data, at + 11 + _table(data[at + 9]))
        else:
            raise ValueError("block")
    if not frames:
        raise ValueError("no pixels")
    return Walked("image/gif", width, height), at + 1


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    while size := data[at]:
        at += 1 + size
    return at + 1


def _webp(data: bytes) -> tuple[Walked, int]:
    (length,) = struct.unpack_from("<I", data, 4)
    end = 8 + length + (length & 1)
    if len(data) < 8 + length:
        raise ValueError("cut")
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return Walked("image/webp", width & 0x3FFF, height & 0x3FFF), end
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return Walked("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), end
        case b"VP8X":
            wide, high = data[24:27], data[27:30]
            width, height = (int.from_bytes(side, "little") + 1 for side in (wide, high))
            return Walked("image/webp", width, height), end
        case _:
            raise ValueError("chunk")


_WALKS = {"image/png": _png, "image/jpeg": _jpeg, "image/gif": _gif, "image/webp": _webp}
