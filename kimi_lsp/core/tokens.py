"""How many tokens a text comes to, without a tokenizer."""

from __future__ import annotations


def estimated_tokens(text: str) -> int:
    """Tokens of a text, roughly and rather too many: three characters, or one beyond ASCII."""
    wide = len(text) - len(text.encode("ascii", "ignore"))
    return (len(text) - wide) // 3 + wide + 1
