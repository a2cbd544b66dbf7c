"""What answers an address of a page."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """The answer to one address."""

    body: bytes
    kind: str
    status: int = 200


def kind_of(name: str) -> str:
    """The media type of a file by its name."""
    if name.endswith((".js", ".mjs")):
        return "text/javascript; charset=utf-8"
    guess = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{guess}; charset=utf-8" if guess.startswith("text/") else guess
