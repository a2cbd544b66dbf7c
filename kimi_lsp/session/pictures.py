"""The pictures of one command: taken, opened, and made what the model is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kimi_lsp.core.model import ContentPart, TextPart
from kimi_lsp.core.pictures import BadPicture, from_data_url
from kimi_lsp.errors import KimiError

Way = Literal["path", "data_url", "clipboard", "screen", "url"]
Report = Callable[..., None]

MOST = 20
"""Pictures of one question."""

MOST_BYTES = 90 << 20
"""Of all pictures of a question as text; endpoints take requests of 100 MB."""


@dataclass(frozen=True)
class Given:
    """A picture as a person names it; ``value`` is the path, the data URL or the address."""

    way: Way
    value: str = ""


async def parts(given: Sequence[Given], report: Report) -> tuple[ContentPart, ...]:
    """What is sent of the pictures, in their order; ``report`` is told what is happening.

    Raises ``KimiError`` (``bad_picture``, ``unsupported``) for the first that cannot be sent.
    """
    if not given:
        return ()
    if len(given) > MOST:
        raise KimiError("bad_picture", "picture.too_many", most=MOST)
    made: list[ContentPart] = []
    for number, one in enumerate(given, 1):
        report("job.picture", number=number, count=len(given))
        made += await _parts(one)
        if sum(len(part.data_url) for part in made if not isinstance(part, TextPart)) > MOST_BYTES:
            raise KimiError("bad_picture", "picture.too_large_together")
    shown = [part.tokens for part in made if not isinstance(part, TextPart)]
    key = "job.pictures" if len(shown) > 1 else "job.pictures.one"
    report(key, count=len(shown), tokens=f"{sum(shown):,}")
    return tuple(made)


async def _parts(given: Given) -> tuple[ContentPart, ...]:
    from kimi_lsp.vision.intake import opened

    data = await _data(given)
    if isinstance(data, BadPicture):
        raise KimiError("bad_picture", data.detail)
    made = await opened.parts(data, bitmap=given.way == "clipboard")
    if isinstance(made, BadPicture):
        raise KimiError("bad_picture", made.detail)
    return made


async def _data(given: Given) -> bytes | BadPicture:
    match given.way:
        case "path":
            import asyncio

            from kimi_lsp.workspace.pictures import from_file

            return await asyncio.to_thread(from_file, Path(given.value))
        case "data_url":
            return from_data_url(given.value)
        case "clipboard":
            from kimi_lsp.vision.intake import clipboard

            return await clipboard.picture()
        case "screen":
            from kimi_lsp.vision.intake import screen

            return await screen.picture()
        case "url":
            raise KimiError("unsupported", "picture.no_browser")
