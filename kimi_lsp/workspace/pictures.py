"""Pictures whose path a person gave; the only files read from outside the workspace."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kimi_lsp.core.footage import MOST_VIDEO_BYTES, video_type
from kimi_lsp.core.pictures import MOST_BYTES, BadPicture


def from_file(path: Path) -> bytes | BadPicture:
    """The bytes of a file, of a video's too.

    Anything but a regular file is refused before it is opened for long.
    """
    try:
        # A pipe without a writer would be waited for, for ever.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return BadPicture("picture.unreadable")
            data = file.read(MOST_BYTES + 1)
            if video_type(data):
                return data + file.read(MOST_VIDEO_BYTES + 1 - len(data))
    except (OSError, ValueError):
        return BadPicture("picture.unreadable")
    return BadPicture("picture.too_large") if len(data) > MOST_BYTES else data
