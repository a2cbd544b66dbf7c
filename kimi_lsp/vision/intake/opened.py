"""From the bytes of a picture to what is sent of it, by way of the worker."""

from __future__ import annotations

import base64
import json
import sys

from kimi_lsp.core import sight
from kimi_lsp.core.model import ContentPart, ImagePart, TextPart
from kimi_lsp.core.pictures import BadPicture, media_type
from kimi_lsp.vision.intake import child

SECONDS = 30.0
"""Longest time to open one picture."""

MOST_OUT = 128 << 20


async def parts(data: bytes, *, bitmap: bool = False) -> tuple[ContentPart, ...] | BadPicture:
    """What is sent of a picture: itself, or the slices of a tall page and a word that says so.

    ``bitmap`` takes a Windows bitmap too, which clipboards hold.
    """
    command = [sys.executable, "-P", "-m", "kimi_lsp.vision.intake.opener"]
    if bitmap:
        command.append("--bitmap")
    said = await child.run(command, data, seconds=SECONDS, most=MOST_OUT)
    if said is None or said.code != 0:
        return BadPicture("picture.too_hard")
    made = _read(said.out)
    if isinstance(made, BadPicture) or len(made) == 1:
        return made
    caption = (
        f"The {len(made)} pictures above are one tall page, cut from top to bottom; each begins "
        f"with the last {sight.OVERLAP} pixels of the one before."
    )
    return (*made, TextPart(caption))


def _read(out: bytes) -> tuple[ImagePart, ...] | BadPicture:
    """The worker's answer, believed no more than the picture it opened."""
    head, _, rest = out.partition(b"\n")
    try:
        answer = json.loads(head)
        if "bad" in answer:
            return BadPicture(str(answer["bad"]))
        made: list[ImagePart] = []
        for kind, width, height, length in answer["shown"]:
            data, rest = rest[:length], rest[length:]
            if media_type(data) != kind or len(data) != length:
                return BadPicture("picture.too_hard")
            url = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
            above = sight.OVERLAP if made else 0
            made.append(ImagePart(url, sight.picture_tokens(int(width), int(height)), above))
    except (ValueError, TypeError, KeyError):
        return BadPicture("picture.too_hard")
    return tuple(made) if made and not rest else BadPicture("picture.too_hard")
