"""Pictures out of a video, by the ffmpeg that is there, for models that take no videos."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from kimi_lsp.core.footage import DAMAGED, Footage
from kimi_lsp.core.model import ContentPart, TextPart
from kimi_lsp.core.pictures import BadPicture
from kimi_lsp.vision.intake import child, opened

SECONDS = 60.0
"""Longest time for ffmpeg."""

FRAMES = 8
WIDEST = 1280
MOST_PIXELS = 50_000_000
UNKNOWN_RATE = 1.0
"""Frames a second of a video that does not say how long it is."""


def able() -> bool:
    """Whether there is an ffmpeg."""
    return child.program("ffmpeg") is not None


async def parts(footage: Footage) -> tuple[ContentPart, ...] | BadPicture:
    """Frames of a video, evenly over its length, and a word that says so."""
    program = child.program("ffmpeg")
    if program is None:
        return DAMAGED
    rate = FRAMES / footage.seconds if footage.seconds else UNKNOWN_RATE
    with tempfile.TemporaryDirectory(prefix="kimi-lsp-") as folder:
        file = Path(folder) / "video"
        await asyncio.to_thread(file.write_bytes, footage.data)
        command = (program, *_arguments(footage.kind, file, rate, Path(folder)))
        said = await child.run(command, seconds=SECONDS, most=1 << 16)
        if said is None or said.code != 0:
            return DAMAGED
        shots = await asyncio.to_thread(_shots, Path(folder))
    made: list[ContentPart] = []
    for shot in shots:
        frame = await opened.parts(shot)
        if isinstance(frame, BadPicture):
            return frame
        made += frame
    if not made:
        return DAMAGED
    caption = (
        f"The {len(shots)} pictures above are frames of one video, in their order, "
        f"{1 / rate:.2g} seconds apart."
    )
    return (*made, TextPart(caption))


def _shots(folder: Path) -> list[bytes]:
    return [one.read_bytes() for one in sorted(folder.glob("*.png"))]


def _arguments(kind: str, file: Path, rate: float, folder: Path) -> tuple[str, ...]:
    # The form is named and only files are read, so that a playlist in disguise fetches nothing.
    form = "matroska" if kind == "video/webm" else "mov"
    return (
        *("-nostdin", "-loglevel", "error", "-threads", "1", "-max_pixels", str(MOST_PIXELS)),
        *("-protocol_whitelist", "file", "-f", form, "-i", f"file:{file}", "-an", "-sn", "-dn"),
        *("-vf", f"fps={rate:.6f}:round=up,scale='min({WIDEST},iw)':-2"),
        *("-frames:v", str(FRAMES), "-f", "image2", f"file:{folder}/%02d.png"),
    )
