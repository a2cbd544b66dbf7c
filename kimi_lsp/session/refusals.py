"""Why an answer was not used, in the language of the person who asked."""

from __future__ import annotations

from kimi_lsp.core import Refused
from kimi_lsp.messages import table

ROOM = "refused."
"""What the keys of the core's sentences begin with among the translations."""


def told(found: Refused, language: str) -> str:
    """The message of a refusal in a language, English where that language lacks it."""
    text = table(language).get(ROOM + found.key)
    return text.format(**found.values) if text else found.message
