"""The files that hold videos: which are known, how long they are, and what they tell besides."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from kimi_lsp.core.pictures import BadPicture

MOST_VIDEO_BYTES = 100 << 20
"""What endpoints take as one file."""

FRAMES_A_SECOND = 2
MERGED = 4
"""Frames of which the model makes one."""

MOST_FRAME_TOKENS = 1024
SLOWEST = 25_000
"""Bytes a second of a video that does not say how long it is: it is taken to be long."""

DAMAGED = BadPicture("picture.video_damaged")

_APPLE_FIRST = (b"moov", b"mdat", b"wide", b"free", b"skip")
_PICTURES = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_PRIVATE = (b"udta", b"meta", b"uuid")
_CONTAINERS = (b"moov", b"trak", b"mdia")
_WEBM_DURATION = re.compile(rb"\x44\x89(\x84(?P<single>.{4})|\x88(?P<double>.{8}))", re.DOTALL)
_WEBM_SCALE = re.compile(rb"\x2a\xd7\xb1\x83(.{3})", re.DOTALL)
_WEBM_HEAD = 64 << 10


@dataclass(frozen=True)
class Footage:
    """A whole video: ``data`` is its file without its places, makers and texts.

    ``seconds`` is None where the file does not say.
    """

    kind: str
    data: bytes
    seconds: float | None

    @property
    def tokens(self) -> int:
        """The most tokens that the model makes of it."""
        seconds = self.seconds or len(self.data) / SLOWEST
        return math.ceil(seconds * FRAMES_A_SECOND / MERGED) * MOST_FRAME_TOKENS


def video_type(data: bytes) -> str | None:
    """The type of a video by its first bytes: MP4, QuickTime or WebM; None for all else."""
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        if brand in _PICTURES or brand.startswith(b"3g"):
            return None
        return "video/quicktime" if brand == b"qt  " else "video/mp4"
    if data[4:8] in _APPLE_FIRST:
        return "video/quicktime"
    if data.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in data[:64]:
        return "video/webm"
    return None


def examine(data: bytes, kind: str) -> Footage | BadPicture:
    """A video of a type that was seen from its bytes, or why it is none that can be sent."""
    if len(data) > MOST_VIDEO_BYTES:
        return BadPicture("picture.video_too_large")
    if kind == "video/webm":
        return Footage(kind, data, _webm_seconds(data))
    plain = bytearray(data)
    seconds, moving = None, False
    try:
        for name, start, end in _boxes(data, 0, len(data)):
            if name in _PRIVATE:
                _blank(plain, start, end)
            elif name == b"moov":
                moving = True
                seconds = _movie(data, plain, start + 8, end)
    except (struct.error, ValueError):
        return DAMAGED
    return Footage(kind, bytes(plain), seconds) if moving else DAMAGED


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each box; one that does not fit is a ``ValueError``."""
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        size = size or end - at
        if size < 8 or at + size > end:
            raise ValueError(name)
        yield name, at, at + size
        at += size


def _movie(data: bytes, plain: bytearray, start: int, end: int) -> float | None:
    """Blank what a movie's boxes tell besides; the length where they say it."""
    seconds = None
    for name, at, after in _boxes(data, start, end):
        if name in _PRIVATE:
            _blank(plain, at, after)
        elif name in _CONTAINERS:
            _movie(data, plain, at + 8, after)
        elif name == b"mvhd":
            long = data[at + 8] == 1
            scale, length = struct.unpack_from(
                ">IQ" if long else ">II", data, at + (28 if long else 20)
            )
            seconds = length / scale if scale and length else None
    return seconds


def _blank(plain: bytearray, start: int, end: int) -> None:
    # Where it stood stays taken, so that no other box moves.
    plain[start + 4 : end] = b"free" + bytes(end - start - 8)


def _webm_seconds(data: bytes) -> float | None:
    head = data[:_WEBM_HEAD]
    length, scale = _WEBM_DURATION.search(head), _WEBM_SCALE.search(head)
    if length is None:
        return None
    form, raw = (">f", length["single"]) if length["single"] else (">d", length["double"])
    (ticks,) = struct.unpack(form, raw)
    nanoseconds = int.from_bytes(scale[1], "big") if scale else 1_000_000
    seconds = ticks * nanoseconds / 1e9
    return seconds if 0 < seconds < 1e6 else None
