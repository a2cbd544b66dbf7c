"""Keys that stand where none belongs: among the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_NAME = re.compile(
    r"(?i:api[._-]?keys?)$|(?:^|[._-]|(?<=[a-z])(?=[A-Z]))"
    r"(?i:keys?|token|secret|password|passphrase|credentials?|bearer|authorization)$"
)
_VALUE = re.compile(r"\b(?:sk|ak)-[A-Za-z0-9_-]{6,}")


def is_key(name: str, value: Any) -> bool:
    """Whether a setting that there is not holds a key, by its name, its value, or within it."""
    if isinstance(value, Mapping):
        return any(is_key(str(inner), one) for inner, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(is_key(name, one) for one in value)
    if not isinstance(value, str) or not value.strip():
        return False
    return bool(_NAME.search(name) or _VALUE.search(value))
