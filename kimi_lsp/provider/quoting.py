"""A server's own words, made fit to be shown: short, plain, and without what is not its to tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 200
ECHO = 16
"""Characters in a row that count as quoted from the prompt."""

_SECRET = re.compile(r"\b(?:org|proj|ak|sk)-[\w*.-]+|<[^>]*>|\bdata:\S+|\bBearer\s+\S+", re.I)
_LINK = re.compile(r"\]\s*\(")
_ESCAPE = re.compile(r"\\[nrt]")


def quoted(message: object, key: str | None = None, prompt: Sequence[str] = ()) -> str:
    """A message without account ids, the key, and any stretch of the prompt."""
    text = message if isinstance(message, str) else ""
    text = _plain(_ESCAPE.sub(" ", text[: 20 * LONGEST]))
    if key:
        text = text.replace(key, "…")
    text = _LINK.sub("] (", _SECRET.sub("…", text))[: 2 * LONGEST]
    for part in prompt:
        text = _without(text, _plain(part))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _plain(text: str) -> str:
    """Without control and direction characters, and with single spaces."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _without(text: str, prompt: str) -> str:
    """A text with every stretch of ``ECHO`` characters that a prompt holds left out."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        end = at + ECHO
        if end > len(text) or text[at:end] not in prompt:
            kept.append(text[at])
            at += 1
            continue
        while end < len(text) and text[end - ECHO + 1 : end + 1] in prompt:
            end += 1
        kept.append("…")
        at = end
    return "".join(kept)
