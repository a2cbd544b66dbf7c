"""Pictures as they may be sent: a ``data:`` URL that is what it says it is."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from kimi_lsp.core.model import ImagePart

MOST_BYTES = 20 << 20
"""Of a data URL, as its text."""

_DATA_URL = re.compile(r"data:image/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)")


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


def from_bytes(data: bytes) -> ImagePart | BadPicture:
    """A picture from the bytes of its file."""
    kind = media_type(data)
    if kind is None:
        return BadPicture("picture.format")
    encoded = base64.b64encode(data).decode("ascii")
    if len(encoded) > MOST_BYTES:
        return BadPicture("picture.too_large")
    return ImagePart(f"data:{kind};base64,{encoded}")


def from_data_url(url: str) -> ImagePart | BadPicture:
    """A picture from a data URL; its type is taken from its bytes, not from its label."""
    if len(url) > MOST_BYTES:
        return BadPicture("picture.too_large")
    match = _DATA_URL.fullmatch(url)
    if match is None:
        return BadPicture("picture.data_url")
    try:
        data = base64.b64decode("".join(match[1].split()), validate=True)
    except binascii.Error:
        return BadPicture("picture.data_url")
    return from_bytes(data)
