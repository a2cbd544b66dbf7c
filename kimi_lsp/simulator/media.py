"""What bytes are, by looking at them: labels are not trusted."""

from __future__ import annotations

import base64
import binascii
import math
import struct

IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
VIDEOS = (
    "video/mp4",
    "video/mpeg",
    "video/quicktime",
    "video/avi",
    "video/x-flv",
    "video/webm",
    "video/x-ms-wmv",
    "video/3gpp",
)
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"FLV", "video/x-flv"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"0&\xb2u", "video/x-ms-wmv"),
    (b"<?xml", "text/xml; charset=utf-8"),
    (b"<!DOCTYPE HTML", "text/html; charset=utf-8"),
    (b"<!doctype html", "text/html; charset=utf-8"),
    (b"<html", "text/html; charset=utf-8"),
)
BRANDS = {
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
}

TILE = 28
"""Pixels of a side; what one token shows."""

MOST_PATCHES = 16384
MOST_SIDE = 7168
AROUND_IMAGE = 5


def sniff(data: bytes) -> str:
    """The media type of some bytes."""
    if data[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/avi"}.get(data[8:12], "audio/wave")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        if brand[:2] in (b"3g", b"qt"):
            return "video/3gpp" if brand[:2] == b"3g" else "video/quicktime"
        return BRANDS.get(brand, "video/mp4")
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    binary = any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in data[:512])
    return "application/octet-stream" if binary else "text/plain; charset=utf-8"


def decoded(url: str) -> bytes | None:
    """The bytes of a ``data:`` URL; None where they cannot be read."""
    head, comma, payload = url.partition(",")
    if not comma or not head.endswith(";base64"):
        return None
    try:
        return base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return None


def image_tokens(data: bytes) -> int:
    """What a picture costs: it is scaled down till its patches are few enough, then tiled."""
    width, height = size(data) or (1280, 720)
    patches = max(1, width * 2 // TILE) * max(1, height * 2 // TILE)
    scale = min(1.0, math.sqrt(MOST_PATCHES / patches))
    scale = min(scale, MOST_SIDE / max(width, height, 1))
    wide, high = (math.ceil(int(side * scale) / TILE) for side in (width, height))
    return max(1, wide) * max(1, high) + AROUND_IMAGE


def size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where the header does not say."""
    try:
        if data.startswith(b"\x89PNG"):
            return struct.unpack_from(">II", data, 16)
        if data.startswith(b"GIF8"):
            return struct.unpack_from("<HH", data, 6)
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data[8:16] == b"WEBPVP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        if data[8:16] == b"WEBPVP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        if data[8:16] == b"WEBPVP8X":
            sides = data[24:27], data[27:30]
            width, height = (int.from_bytes(side, "little") + 1 for side in sides)
            return width, height
    except struct.error:
        pass
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """From the first frame header, over whatever segments stand before it."""
    at = 2
    while at + 9 < len(data):
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
