"""The process that opens pictures: one a picture, with bounds, for a decoder may have faults.

``python -P -m kimi_lsp.vision.intake.opener [--bitmap]``: a file on stdin; on stdout a line of
JSON and then the files it names. It is given no key and opens nothing.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence

from kimi_lsp.core import containers, sight
from kimi_lsp.core.pictures import BadPicture

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 20

Shown = tuple[str, int, int, bytes]


def main(arguments: Sequence[str]) -> int:
    """Answer for one picture."""
    _bound()
    made = _shown(sys.stdin.buffer.read(), bitmap="--bitmap" in arguments)
    if isinstance(made, BadPicture):
        head: dict[str, object] = {"bad": made.detail}
        files: list[bytes] = []
    else:
        head = {"shown": [(kind, width, height, len(data)) for kind, width, height, data in made]}
        files = [data for _, _, _, data in made]
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for data in files:
        out.write(data)
    out.flush()
    return 0


def _bound() -> None:
    """Hold this process to its memory and time where the system can."""
    try:
        import resource
    except ImportError:
        return
    bounds = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in bounds:
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or most <= hard:
            resource.setrlimit(what, (most, hard))


def _shown(data: bytes, *, bitmap: bool) -> list[Shown] | BadPicture:
    able = importlib.util.find_spec("PIL") is not None
    if bitmap and data.startswith(b"BM"):
        kind = "image/bmp"
    else:
        walked = containers.walk(data)
        if isinstance(walked, BadPicture):
            return walked
        if not able:
            return _plain(walked)
        kind = walked.kind
    if not able:
        return BadPicture("picture.needs_extra")
    from kimi_lsp.vision.intake.decode import shown

    return shown(data, kind)


def _plain(walked: containers.Walked) -> list[Shown] | BadPicture:
    """A picture that needs no work but to lose its metadata."""
    size = walked.width, walked.height
    if not walked.plain or not walked.upright or sight.seen_size(*size) != size:
        return BadPicture("picture.needs_extra")
    return [(walked.kind, *size, walked.plain)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
