"""Every way a call fails, as a reason and a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kimi_lsp.errors import KimiError

_SECRET = re.compile(r"\b(?:org|proj|ak|sk)-[\w-]+|<[^>]*>")
_TOO_LONG = re.compile(
    r"model token limit|token length too long|context.length|maximum context", re.I
)
_AFTER = re.compile(r"after (\d+) seconds?")

LONGEST_WAIT = 60.0


def quoted(message: object) -> str:
    """A server's words, short and without account or key ids."""
    text = " ".join(_SECRET.sub("…", str(message or "")).split())
    return text[:200]


def wait_of(message: str, header: str | None) -> float | None:
    """The seconds after which a refused call may be tried again, where the API names them."""
    if header is not None and header.strip().isdigit():
        return float(header)
    match = _AFTER.search(message)
    return float(match[1]) if match else None


def of_status(status: int, body: Any, host: str) -> KimiError:
    """The failure of an error answer; the API's ``error.type`` decides before the status."""
    inner = body.get("error") if isinstance(body, Mapping) else None
    error = inner if isinstance(inner, Mapping) else {}
    kind, message = str(error.get("type") or ""), quoted(error.get("message"))
    if kind == "content_filter":
        return KimiError("content_filter", "provider.content_filter")
    if status == 413 or (status == 400 and _TOO_LONG.search(message)):
        return KimiError("too_large", "provider.too_large")
    if kind == "exceeded_current_quota_error" or status == 402:
        return KimiError("quota", "provider.quota")
    if kind == "engine_overloaded_error" or status >= 500:
        return KimiError("overloaded", "provider.overloaded", host=host)
    if status == 429:
        return KimiError("rate_limited", "provider.rate_limited", message=message or host)
    if status == 401:
        return KimiError("unauthorized", "provider.unauthorized", host=host)
    if status == 403:
        return KimiError("forbidden", "provider.forbidden", message=message or host)
    if status == 404:
        return KimiError("no_such_model", "provider.no_such_model", message=message or host)
    if 300 <= status < 400:
        return KimiError("protocol", "provider.redirect", host=host)
    return KimiError("protocol", "provider.refused", status=status, message=message or "no reason")
