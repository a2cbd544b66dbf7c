"""Pictures whose path a person gave; the only files read from outside the workspace."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kimi_lsp.core.model import ImagePart
from kimi_lsp.core.pictures import MOST_BYTES, BadPicture, from_bytes


def from_file(path: Path) -> ImagePart | BadPicture:
    """A picture from a file; anything but a regular one is refused before it is opened for long."""
    try:
        # A pipe without a writer would be waited for, for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return BadPicture("picture.unreadable")
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return BadPicture("picture.unreadable")
    return BadPicture("picture.too_large") if len(data) > MOST_BYTES else from_bytes(data)
