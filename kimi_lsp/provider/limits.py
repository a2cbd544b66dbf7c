"""What a refusal says of limits: which one, its number, and when to come back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from kimi_lsp.provider.governor import Kind, Limit

LONGEST = 30 * 86_400.0
"""Seconds; a longer wait is as good as this one."""

_KINDS: dict[str, Kind] = {"rpm": "requests", "tpm": "tokens", "concurrency": "concurrency"}
_NAMED = re.compile(r"\b(RPM|TPM|concurrency)\b", re.I)
_NUMBER = re.compile(r"\blimit:\s*(\d{1,12})|\b(?:RPM|TPM|concurrency):\s*(\d{1,12})", re.I)
_DAY = re.compile(r"\b[TR]PD\b|\bper.day\b|\bdaily\b", re.I)
_AFTER = re.compile(
    r"\b(?:after|in) (\d{1,9}(?:\.\d{1,9})?) ?(ms|milliseconds?|s|secs?|seconds?|m|minutes?)\b"
)
_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,9})?")


def limit_of(message: str) -> Limit | None:
    """The bound that a refusal names, where it names one that can be kept."""
    kind, number = _NAMED.search(message), _NUMBER.search(message)
    if not kind or not number or of_a_day(message):
        return None
    bound = int(number[1] or number[2])
    return Limit(_KINDS[kind[1].lower()], bound) if bound else None


def of_a_day(message: str) -> bool:
    """Whether a day's limit is reached: waiting a minute does not help."""
    return bool(_DAY.search(message))


def wait_of(message: str, headers: Mapping[str, str], now: float) -> float | None:
    """The seconds after which a refused call may be tried again, where the API names them.

    ``headers`` by lower-case name; ``now`` is the time of day, in seconds since 1970.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if _DECIMAL.fullmatch(value):
            return min(float(value) * unit, LONGEST)
    date = _date(headers.get("retry-after", ""))
    if date is not None:
        return min(max(date - now, 0.0), LONGEST)
    match = _AFTER.search(message)
    if not match:
        return None
    unit = 0.001 if match[2].startswith(("ms", "mil")) else 60 if match[2][0] == "m" else 1
    return min(float(match[1]) * unit, LONGEST)


def _date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
