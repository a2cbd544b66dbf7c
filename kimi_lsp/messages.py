"""Every sentence a person reads, in one table, so that it can be translated.

Keys are ``room.what``. Values are filled in by name. No key, no code and no traceback belongs in a
value.
"""

from __future__ import annotations

ENGLISH: dict[str, str] = {}

LANGUAGES: dict[str, dict[str, str]] = {"en": ENGLISH}


def say(key: str, language: str = "en", **values: object) -> str:
    """The sentence of a key in a language, English where that language lacks it."""
    table = LANGUAGES.get(language, ENGLISH)
    return (table.get(key) or ENGLISH[key]).format(**values)
