"""Paths that a model names: which are never followed, and which name the document.

Judged by their letters alone; what is on the disk, links above all, is the caller's to check.
"""

from __future__ import annotations

import re

_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_DECORATION = re.compile(r"^(?:[#>*\-\s]+|(?:file|path)\s*:\s*)*", re.IGNORECASE)
_PATH_LIKE = re.compile(
    r"(?!https?:)[^\s\"'<>|*?;,=]*(?:[/\\]|\.\w)[^\s\"'<>|*?;,=]*[^\s\"'<>|*?;,=.:)(]"
)


def unsafe(path: str) -> bool:
    """Whether a path is absolute, on a drive or share, climbs out, or names a device."""
    if not path or "\0" in path or path[0] in "/\\~" or ":" in path:
        return True
    depth = 0
    for step in re.split(r"[/\\]", path):
        name = step.rstrip(" .")
        if step == "..":
            depth -= 1
        elif name:
            depth += 1
            if _DEVICE.fullmatch(name):
                return True
        elif step not in ("", "."):
            return True
        if depth < 0:
            return True
    return False


def normal(path: str) -> str:
    """A path with ``/`` only, and without ``.`` and ``..`` steps."""
    steps: list[str] = []
    for step in re.split(r"[/\\]", path):
        if step == "..":
            if steps:
                steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def path_in(line: str, known: str) -> str | None:
    """The path that a line of a reply consists of, stripped of what models put around it."""
    text = (
        _DECORATION.sub("", line.strip()).strip().rstrip(":").strip("*_ ").strip("`\"'").rstrip(":")
    )
    if text and (text == known or _PATH_LIKE.fullmatch(text)):
        return text
    return None
