"""Pictures as they are given: bytes or a ``data:`` URL, told apart by what they are."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

MOST_BYTES = 20 << 20
"""Of a picture's file, and of a data URL as its text."""

_DATA_URL = re.compile(r"data:(?:image|video)/[\w.+-]+;base64,([A-Za-z0-9+/=\s]*)")


@dataclass(frozen=True)
class BadPicture:
    """Why a picture cannot be sent: ``detail`` is a key of the message table."""

    detail: str


def media_type(data: bytes) -> str | None:
    """The type of a picture by its first bytes; None for anything the model does not read."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return None


def from_data_url(url: str) -> bytes | BadPicture:
    """The bytes of a data URL; what they are is seen from them, not from its label."""
    if len(url) > MOST_BYTES:
        return BadPicture("picture.too_large")
    match = _DATA_URL.fullmatch(url)
    if match is None:
        return BadPicture("picture.data_url")
    try:
        return base64.b64decode("".join(match[1].split()), validate=True)
    except binascii.Error:
        return BadPicture("picture.data_url")
