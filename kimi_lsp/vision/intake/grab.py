"""The process that looks at the screen with mss, and writes what it sees to stdout as PNG."""

from __future__ import annotations

import sys

import mss
import mss.tools


def main() -> int:
    """Take the first screen; 1 where there is none."""
    try:
        with mss.MSS() as screen:
            # The first entry is all screens together, which would be sent too small to read.
            seen = screen.grab(screen.monitors[1])
    except (mss.ScreenShotError, IndexError):
        return 1
    sys.stdout.buffer.write(mss.tools.to_png(seen.rgb, seen.size) or b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
