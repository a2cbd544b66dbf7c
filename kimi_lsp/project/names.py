"""Names of components and of their files, in the cases that projects write them in."""

from __future__ import annotations

import re


def pascal(name: str) -> str:
    """A name in the case that components have."""
    words = re.split(r"[^0-9A-Za-z]+", name)
    return "".join(word[:1].upper() + word[1:] for word in words)


def kebab(name: str) -> str:
    """A name in small letters, its words parted by dashes."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return re.sub(r"[^0-9a-z]+", "-", parted.lower()).strip("-")


def stem(path: str) -> str:
    """The name of a file before its first dot; of its folder where the file is an index."""
    steps = path.split("/")
    name = steps[-1].partition(".")[0]
    return steps[-2] if name == "index" and len(steps) > 1 else name
