"""What stands between a bracket and its partner, in code that is not parsed otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    r"|=>|[\[({<>})\],;\n]",
    re.DOTALL,
)
_OPENS = {"(": ")", "[": "]", "{": "}"}
_CLOSES = frozenset(_OPENS.values())


def inside(text: str, opening: int) -> str:
    """The text between the bracket at an offset and its partner, or up to the end without one."""
    depth = 0
    for token in _TOKEN.finditer(text, opening):
        if token[0] in _OPENS:
            depth += 1
        elif token[0] in _CLOSES:
            depth -= 1
            if depth == 0:
                return text[opening + 1 : token.start()]
    return text[opening + 1 :]


def members(text: str, separators: str = ",;\n") -> Iterator[str]:
    """The parts of a list, without comments; what stands in brackets does not part it."""
    depth, angle, part, last = 0, 0, list[str](), 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if len(sign) > 1:
            if sign.startswith(("//", "/*")):
                part.append(text[last : token.start()])
                last = token.end()
        elif sign in _OPENS:
            depth += 1
        elif sign in _CLOSES:
            depth -= 1
        elif sign == "<":
            angle += 1
        elif sign == ">":
            angle = max(angle - 1, 0)
        elif sign in separators and depth == 0 and (angle == 0 or sign == ";"):
            part.append(text[last : token.start()])
            last, angle = token.end(), 0
            yield from _told(part)
            part = []
    part.append(text[last:])
    yield from _told(part)


def _told(part: list[str]) -> Iterator[str]:
    whole = " ".join("".join(part).split())
    if whole:
        yield whole
