"""Code that a model announced instead of writing it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_COMMENT = re.compile(r"\s*(?:#|//|/\*+|<!--|--|;+|%|\{/\*|\*)\s*(.*?)\s*(?:\*/\}?|-->)?\s*$")
_DOTS_FIRST = re.compile(r"(?:\.{3}|…)")
_ANNOUNCED = re.compile(
    r"\b(?:rest|remain(?:der|ing)?|existing|other|previous|original)\b.*"
    r"\b(?:unchanged|the same|as before|as (?:it )?is|omitted|goes here|stays?|not shown)\b"
    r"|\b(?:rest|remainder) of (?:the |your )?(?:code|file|class|function|method|implementation)\b"
    r"|\b(?:existing|unchanged|remaining|same) (?:code|methods?|lines|content|implementation)\b"
    r"(?:\s+(?:here|unchanged|continues?|as before))?\s*(?:\.{3}|…)?$"
    r"|^(?:unchanged|omitted|same as before|no changes?)\W*$",
    re.IGNORECASE,
)


def elided(new: Iterable[str], known: Iterable[str]) -> str | None:
    """The first new line that announces code left out and was not in the document before."""
    before = {line.strip() for line in known}
    for line in new:
        text = line.strip()
        if text in before:
            continue
        match = _COMMENT.fullmatch(line)
        if match and (_DOTS_FIRST.match(match[1]) or _ANNOUNCED.search(match[1])):
            return text
    return None
