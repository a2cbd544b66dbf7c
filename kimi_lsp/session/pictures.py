"""The pictures of one command: taken, opened, and made what the model is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from kimi_lsp.core.model import ContentPart, ImagePart, TextPart, VideoPart
from kimi_lsp.core.pictures import BadPicture, from_data_url
from kimi_lsp.errors import KimiError

Way = Literal["path", "data_url", "clipboard", "screen", "url"]
Report = Callable[..., None]
TakesVideos = Callable[[], Awaitable[bool]]
Made = TypeVar("Made")

MOST = 20
"""Pictures of one question."""

MOST_BYTES = 90 << 20
"""Of all pictures of a question as text; endpoints take requests of 100 MB."""


@dataclass(frozen=True)
class Given:
    """A picture as a person names it; ``value`` is the path, the data URL or the address."""

    way: Way
    value: str = ""


async def parts(
    given: Sequence[Given], report: Report, takes_videos: TakesVideos
) -> tuple[ContentPart, ...]:
    """What is sent of the pictures, in their order; ``report`` is told what is happening.

    ``takes_videos`` is asked where there is a video; where it says no, frames take its place.
    Raises ``KimiError`` (``bad_picture``, ``unsupported``) for the first that cannot be sent.
    """
    if not given:
        return ()
    if len(given) > MOST:
        raise KimiError("bad_picture", "picture.too_many", most=MOST)
    made: list[ContentPart] = []
    for number, one in enumerate(given, 1):
        report("job.picture", number=number, count=len(given))
        made += await _parts(one, takes_videos)
        if sum(len(part.data_url) for part in made if isinstance(part, ImagePart)) > MOST_BYTES:
            raise KimiError("bad_picture", "picture.too_large_together")
    _tell(made, report)
    return tuple(made)


def _tell(made: Sequence[ContentPart], report: Report) -> None:
    shown = [part for part in made if not isinstance(part, TextPart)]
    tokens = f"{sum(part.tokens for part in shown):,}"
    if any(isinstance(part, VideoPart) for part in shown):
        report("job.video", tokens=tokens)
    else:
        key = "job.pictures" if len(shown) > 1 else "job.pictures.one"
        report(key, count=len(shown), tokens=tokens)


async def _parts(given: Given, takes_videos: TakesVideos) -> tuple[ContentPart, ...]:
    from kimi_lsp.core.containers import is_svg
    from kimi_lsp.core.footage import video_type
    from kimi_lsp.vision.intake import opened

    data = _good(await _data(given))
    kind = video_type(data)
    if kind is not None:
        return await _video(data, kind, takes_videos)
    if is_svg(data):
        from kimi_lsp.vision.intake import pages

        # What the browser drew is sent, never the drawing's text.
        data = _good(await pages.svg(data))
    return _good(await opened.parts(data, bitmap=given.way == "clipboard"))


async def _video(data: bytes, kind: str, takes_videos: TakesVideos) -> tuple[ContentPart, ...]:
    from kimi_lsp.core.footage import examine
    from kimi_lsp.vision.intake import frames

    footage = _good(await asyncio.to_thread(examine, data, kind))
    if await takes_videos():
        return (VideoPart(footage.kind, footage.data, footage.tokens),)
    if not frames.able():
        raise KimiError("unsupported", "picture.no_video")
    return _good(await frames.parts(footage))


def _good(made: Made | BadPicture) -> Made:
    if isinstance(made, BadPicture):
        raise KimiError("bad_picture", made.detail)
    return made


async def _data(given: Given) -> bytes | BadPicture:
    match given.way:
        case "path":
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
            from kimi_lsp.vision.intake import pages

            return await pages.page(given.value)
