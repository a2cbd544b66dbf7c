"""Videos, which an endpoint takes as files: lent to it for one answer, and taken back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING

from kimi_lsp.core.model import ChatRequest, VideoPart
from kimi_lsp.errors import KimiError

if TYPE_CHECKING:
    from kimi_lsp.provider.connection import Connection

log = logging.getLogger(__name__)

UPLOAD_SECONDS = 300.0
RETURN_SECONDS = 10.0


def videos(request: ChatRequest) -> tuple[VideoPart, ...]:
    """The videos of a request, each once."""
    parts = (part for message in request.messages for part in message.parts)
    return tuple(dict.fromkeys(part for part in parts if isinstance(part, VideoPart)))


@contextlib.asynccontextmanager
async def lent(
    connection: Connection, request: ChatRequest
) -> AsyncGenerator[Mapping[VideoPart, str], None]:
    """The addresses of a request's videos at the endpoint, which has them until this is left.

    Raises what the connection raises, and ``KimiError`` (``timeout``).
    """
    files: dict[VideoPart, str] = {}
    try:
        try:
            async with asyncio.timeout(UPLOAD_SECONDS):
                for video in videos(request):
                    files[video] = await connection.upload(video)
        except TimeoutError:
            raise KimiError("timeout", "provider.timeout.upload") from None
        yield {video: f"ms://{name}" for video, name in files.items()}
    finally:
        if files:
            # Shielded: a cancelled answer is the usual reason to be here.
            await asyncio.shield(_returned(connection, tuple(files.values())))


async def _returned(connection: Connection, files: tuple[str, ...]) -> None:
    try:
        async with asyncio.timeout(RETURN_SECONDS):
            for name in files:
                await connection.remove(name)
    except Exception as error:  # noqa: BLE001 - the answer is there, whatever becomes of the file
        log.warning("a video stayed at the endpoint: %s", type(error).__name__)
