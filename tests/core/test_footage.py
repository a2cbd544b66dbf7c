"""Files of videos: told by their bytes, measured, and rid of what they tell besides."""

from __future__ import annotations

import struct

import pytest

from kimi_lsp.core.footage import DAMAGED, Footage, examine, video_type


def box(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(data), name) + data


def mvhd(scale: int, length: int, *, long: bool = False) -> bytes:
    if long:
        return box(b"mvhd", b"\1\0\0\0" + bytes(16) + struct.pack(">IQ", scale, length) + bytes(80))
    return box(b"mvhd", bytes(12) + struct.pack(">II", scale, length) + bytes(80))


FTYP = box(b"ftyp", b"isom" + bytes(8))
PLACE = box(b"udta", b"\xa9xyz+48.85+002.29/Canary")
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"

KINDS = {
    "mp4": (FTYP, "video/mp4"),
    "quicktime": (box(b"ftyp", b"qt  " + bytes(8)), "video/quicktime"),
    "old quicktime": (box(b"moov", mvhd(1, 1)), "video/quicktime"),
    "webm": (WEBM, "video/webm"),
    "matroska": (WEBM.replace(b"webm", b"mkv_"), None),
    "phone": (box(b"ftyp", b"3gp5" + bytes(8)), None),
    "avif": (box(b"ftyp", b"avif" + bytes(8)), None),
    "heic": (box(b"ftyp", b"heic" + bytes(8)), None),
    "png": (b"\x89PNG\r\n\x1a\n", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("case", KINDS)
def test_kinds(case: str) -> None:
    data, kind = KINDS[case]
    assert video_type(data) == kind


@pytest.mark.parametrize(
    ("movie", "seconds"),
    [
        (mvhd(1000, 12_500), 12.5),
        (mvhd(600, 6000, long=True), 10.0),
        (mvhd(0, 6000), None),
        (mvhd(600, 0), None),
        (b"", None),
    ],
)
def test_lengths(movie: bytes, seconds: float | None) -> None:
    footage = examine(FTYP + box(b"moov", movie) + box(b"mdat", bytes(50)), "video/mp4")
    assert isinstance(footage, Footage)
    assert footage.seconds == seconds


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        (b"\x44\x89\x88" + struct.pack(">d", 4000.0), 4.0),
        (b"\x44\x89\x84" + struct.pack(">f", 4000.0), 4.0),
        (b"\x2a\xd7\xb1\x83\x0f\x42\x40\x44\x89\x84" + struct.pack(">f", 500.0), 0.5),
        (b"\x44\x89\x84" + struct.pack(">f", float("nan")), None),
        (b"", None),
    ],
)
def test_lengths_of_webm(duration: bytes, seconds: float | None) -> None:
    footage = examine(WEBM + duration, "video/webm")
    assert isinstance(footage, Footage)
    assert footage.seconds == seconds


def test_places_are_gone_and_nothing_moves() -> None:
    movie = box(b"moov", mvhd(1, 4) + box(b"trak", PLACE + box(b"tkhd", bytes(84))) + PLACE)
    data = FTYP + box(b"mdat", b"pixels") + movie + box(b"uuid", b"Canary") + PLACE
    footage = examine(data, "video/mp4")
    assert isinstance(footage, Footage)
    assert b"Canary" not in footage.data
    assert len(footage.data) == len(data)
    assert footage.data.index(b"pixels") == data.index(b"pixels")
    assert footage.data.index(b"tkhd") == data.index(b"tkhd")


@pytest.mark.parametrize(
    "data",
    [
        FTYP,
        FTYP + box(b"mdat", b"pixels"),
        FTYP + box(b"moov", mvhd(1, 1))[:-1],
        FTYP + struct.pack(">I4s", 4, b"moov"),
        FTYP + box(b"moov", struct.pack(">I4s", 500, b"mvhd")),
        FTYP + b"\0\0",
    ],
)
def test_what_is_not_whole_is_refused(data: bytes) -> None:
    assert examine(data, "video/mp4") == DAMAGED


def test_tokens_are_the_most_they_may_be() -> None:
    assert Footage("video/mp4", b"", 4.0).tokens == 2048
    assert Footage("video/mp4", b"", 60.0).tokens == 30 * 1024
    assert Footage("video/webm", bytes(250_000), None).tokens == 5 * 1024
