"""Every way a call fails, as a reason, a sentence, and whether it may be made again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeGuard

from kimi_lsp.errors import FailureReason, KimiError
from kimi_lsp.provider import limits
from kimi_lsp.provider.governor import Limit
from kimi_lsp.provider.quoting import quoted

# By the API's own `type` or `code`, spelt in lower-case letters without a final "error".
_TYPES: dict[str, FailureReason] = {
    "contentfilter": "content_filter",
    "contentpolicyviolation": "content_filter",
    "exceededcurrentquota": "quota",
    "insufficientquota": "quota",
    "insufficientbalance": "quota",
    "engineoverloaded": "overloaded",
    "overloaded": "overloaded",
    "server": "overloaded",
    "internalserver": "overloaded",
    "unexpectedoutput": "overloaded",
    "serverunavailable": "overloaded",
    "serviceunavailable": "overloaded",
    "ratelimitreached": "rate_limited",
    "ratelimitexceeded": "rate_limited",
    "ratelimit": "rate_limited",
    "toomanyrequests": "rate_limited",
    "invalidauthentication": "unauthorized",
    "incorrectapikey": "unauthorized",
    "invalidapikey": "unauthorized",
    "authentication": "unauthorized",
    "unauthorized": "unauthorized",
    "permissiondenied": "forbidden",
    "resourcenotfound": "no_such_model",
    "modelnotfound": "no_such_model",
    "notfound": "no_such_model",
    "contextlengthexceeded": "too_large",
}
_STATUSES: dict[int, FailureReason] = {
    401: "unauthorized",
    402: "quota",
    403: "forbidden",
    404: "no_such_model",
    413: "too_large",
    429: "rate_limited",
}
_TOO_LONG = re.compile(
    r"model token limit|token length too long|context.length|maximum context|exceeds the model spec"
    r"|prompt is too long|max_model_len",
    re.I,
)
_HIGH_RISK = re.compile(r"considered high risk", re.I)
_NO_MODEL = re.compile(r"not a valid model|model not exist|model .{1,100} does not exist", re.I)
_QUOTA = re.compile(r"quota|billing|balance|suspended|insufficient|credits", re.I)

OTHER_REGION = {"api.moonshot.ai": "api.moonshot.cn", "api.moonshot.cn": "api.moonshot.ai"}


@dataclass(frozen=True)
class Refusal:
    """An error answer as it came; ``status`` is None for one in the middle of a stream."""

    status: int | None
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """Who was asked what, for the words of a failure: neither key nor prompt may be in them."""

    host: str
    key: str | None = field(default=None, repr=False)
    prompt: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True)
class Failure:
    """A failed call. ``again``: may it be made once more as it is, ``limit``: after its turn.

    ``wait`` is in seconds, None where the API named none.
    """

    error: KimiError
    again: Literal["no", "soon", "limit"] = "no"
    wait: float | None = None
    limit: Limit | None = None


def of_answer(refusal: Refusal, asked: Asked, now: float) -> Failure:
    """What an error answer means; ``now`` is the time of day, in seconds since 1970."""
    names, words, status = _read(refusal.body)
    status = refusal.status or status
    reason = _reason(status, names, words)
    message = quoted(words, asked.key, asked.prompt) or str(status or "no reason")
    wait = limits.wait_of(words, refusal.headers, now)
    if reason == "rate_limited":
        return _limited(words, message, wait)
    error = _told(reason, status, asked, message)
    return Failure(error, "soon" if reason == "overloaded" else "no", wait)


def of_silence(asked: Asked, *, untrusted: bool) -> Failure:
    """No answer: nothing listens, the connection broke, or its certificate was not accepted."""
    if untrusted:
        return Failure(KimiError("offline", "provider.untrusted", host=asked.host))
    return Failure(KimiError("offline", "provider.offline", host=asked.host), "soon")


def parsed(body: bytes) -> Any:
    """The JSON of an error's body; None for a page, and for one cut at its bound."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _read(body: Any) -> tuple[list[str], str, int | None]:
    """The names of an error, its words and its status, in whichever envelope they came."""
    outer = body if isinstance(body, Mapping) else {}
    inner = outer.get("error")
    error = inner if isinstance(inner, Mapping) else outer
    names = [error.get(name) for name in ("type", "code")]
    words = [error.get("message"), inner, outer.get("message"), outer.get("detail")]
    code = error.get("code")
    return (
        [re.sub("[^a-z]", "", one.lower()).removesuffix("error") for one in names if _text(one)],
        next((one for one in words if _text(one)), ""),
        code if isinstance(code, int) and 400 <= code < 600 else None,
    )


def _text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value)


def _reason(status: int | None, names: Sequence[str], words: str) -> FailureReason:
    named: FailureReason | None = next((_TYPES[name] for name in names if name in _TYPES), None)
    client_side = status is not None and 400 <= status < 500 and status != 429
    # A 4xx is never tried again as it is, whatever it calls itself.
    if named == "overloaded" and client_side:
        named = None
    if named is not None and named != "overloaded":
        return named
    if status not in (401, 403, 429):
        if _TOO_LONG.search(words):
            return "too_large"
        if _HIGH_RISK.search(words):
            return "content_filter"
        if _NO_MODEL.search(words):
            return "no_such_model"
    if named:
        return named
    if status == 429 and _QUOTA.search(words):
        return "quota"
    if status is None or status >= 500:
        return "overloaded"
    return _STATUSES.get(status, "protocol")


def _limited(words: str, message: str, wait: float | None) -> Failure:
    if limits.of_a_day(words):
        return Failure(KimiError("rate_limited", "provider.rate_limited.day", message=message))
    if wait is None:
        error = KimiError("rate_limited", "provider.rate_limited", message=message)
    else:
        error = KimiError("rate_limited", "provider.rate_limited.wait", time=_time(wait))
    return Failure(error, "limit", wait, limits.limit_of(words))


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"


def _told(reason: FailureReason, status: int | None, asked: Asked, message: str) -> KimiError:
    host = asked.host
    match reason:
        case "unauthorized" if asked.key is None:
            return KimiError(reason, "provider.key_wanted", host=host)
        case "unauthorized" if host in OTHER_REGION:
            other = OTHER_REGION[host]
            return KimiError(reason, "provider.unauthorized.region", host=host, other=other)
        case "no_such_model":
            return KimiError(reason, "provider.no_such_model.said", host=host, message=message)
        case "protocol" if status is not None and 300 <= status < 400:
            return KimiError(reason, "provider.redirect", host=host)
        case "protocol":
            return KimiError(reason, "provider.refused", status=status, message=message)
        case _:
            return KimiError(reason, f"provider.{reason}", host=host, message=message)
