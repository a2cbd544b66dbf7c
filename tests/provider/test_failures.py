"""Every way an endpoint says no: its reason, whether it may be asked again, and the words shown."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.errors import KimiError
from kimi_lsp.messages import ENGLISH
from kimi_lsp.provider import failures, limits
from kimi_lsp.provider.attempts import BLIND_RETRIES, LONGEST_WAIT, RETRIES, Attempts
from kimi_lsp.provider.failures import Asked, Failure, Refusal
from kimi_lsp.provider.governor import Limit
from kimi_lsp.provider.quoting import LONGEST, quoted

NOW = 1_800_000_000.0
DATE = "Fri, 15 Jan 2027 08:00:07 GMT"
HOST = Asked("cluster.example", "k-secret-key")


def moonshot(kind: str, message: str = "m") -> dict[str, Any]:
    return {"error": {"message": message, "type": kind}}


def flat(kind: str, message: str, code: int) -> dict[str, Any]:
    return {"object": "error", "message": message, "type": kind, "param": None, "code": code}


def inner(kind: str, message: str, code: int) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


LONG = "Invalid request: Your request exceeded model token limit: 262144 (requested: 269030)"
VLLM_LONG = "This model's maximum context length is 262144 tokens. However, you requested 270000"
SGLANG_LONG = "The input (300000 tokens) is longer than the model's context length (262144 tokens)."
RPM = "Your account o<a> request reached organization max RPM: 3, please try again after 1 seconds"
CONCURRENT = "request reached max organization concurrency: 1, please try again after 1 seconds"
TPM = "Your account 1<ak-1> request reached TPM rate limit, current:500100, limit:500000"
TPD = "organization TPD rate limit, current: 1507272, limit: 1500000"
OVERLOAD = "The engine is currently overloaded, please try again later"


@pytest.mark.parametrize(
    ("status", "body", "reason", "again"),
    [
        (400, moonshot("content_filter"), "content_filter", "no"),
        (
            400,
            moonshot("invalid_request_error", "it was considered high risk"),
            "content_filter",
            "no",
        ),
        (400, moonshot("invalid_request_error"), "protocol", "no"),
        (400, moonshot("invalid_request_error", LONG), "too_large", "no"),
        (400, moonshot("invalid_request_error", "Input token length too long"), "too_large", "no"),
        (400, inner("BadRequestError", VLLM_LONG, 400), "too_large", "no"),
        (400, flat("BadRequestError", SGLANG_LONG, 400), "too_large", "no"),
        (400, {"error": {"code": "context_length_exceeded"}}, "too_large", "no"),
        (
            400,
            {"error": {"message": "moon/x is not a valid model ID", "code": 400}},
            "no_such_model",
            "no",
        ),
        (400, moonshot("server_error"), "protocol", "no"),
        (401, moonshot("invalid_authentication_error"), "unauthorized", "no"),
        (401, moonshot("incorrect_api_key_error"), "unauthorized", "no"),
        (401, {"error": "Unauthorized"}, "unauthorized", "no"),
        (400, moonshot("invalid_authentication_error"), "unauthorized", "no"),
        (402, None, "quota", "no"),
        (403, moonshot("permission_denied_error"), "forbidden", "no"),
        (403, None, "forbidden", "no"),
        (404, moonshot("resource_not_found_error"), "no_such_model", "no"),
        (404, inner("NotFoundError", "The model `x` does not exist.", 404), "no_such_model", "no"),
        (404, {"detail": "Not Found"}, "no_such_model", "no"),
        (405, {"detail": "Method Not Allowed"}, "protocol", "no"),
        (408, None, "protocol", "no"),
        (413, None, "too_large", "no"),
        (422, {"detail": [{"loc": ["body"], "msg": "m"}]}, "protocol", "no"),
        (429, moonshot("engine_overloaded_error", OVERLOAD), "overloaded", "soon"),
        (429, moonshot("rate_limit_reached_error", RPM), "rate_limited", "limit"),
        (429, moonshot("rate_limit_reached_error", TPD), "rate_limited", "no"),
        (
            429,
            moonshot("rate_limit_reached_error", "your quota of requests"),
            "rate_limited",
            "limit",
        ),
        (429, moonshot("exceeded_current_quota_error"), "quota", "no"),
        (429, {"error": {"message": "You exceeded your current quota"}}, "quota", "no"),
        (429, None, "rate_limited", "limit"),
        (429, {"error": {"code": 429, "message": "Rate limit exceeded"}}, "rate_limited", "limit"),
        (500, moonshot("server_error"), "overloaded", "soon"),
        (500, moonshot("unexpected_output"), "overloaded", "soon"),
        (500, inner("InternalServerError", VLLM_LONG, 500), "too_large", "no"),
        (502, None, "overloaded", "soon"),
        (503, moonshot("server_unavailable"), "overloaded", "soon"),
        (504, None, "overloaded", "soon"),
        (529, None, "overloaded", "soon"),
        (302, None, "protocol", "no"),
        (307, None, "protocol", "no"),
        (418, None, "protocol", "no"),
        (None, moonshot("server_error"), "overloaded", "soon"),
        (None, moonshot("rate_limit_reached_error", RPM), "rate_limited", "limit"),
        (None, moonshot("content_filter"), "content_filter", "no"),
        (None, inner("BadRequestError", "bad", 400), "protocol", "no"),
        (None, inner("InternalServerError", "bad", 500), "overloaded", "soon"),
        (None, {"error": {"code": 402, "message": "Insufficient credits"}}, "quota", "no"),
        (None, {"error": "words"}, "overloaded", "soon"),
        (500, ["no", "object"], "overloaded", "soon"),
        (400, {"error": {"type": 3, "message": {"a": 1}, "code": []}}, "protocol", "no"),
    ],
)
def test_refusals(status: int | None, body: Any, reason: str, again: str) -> None:
    failure = failures.of_answer(Refusal(status, body), HOST, NOW)
    assert (failure.error.reason, failure.again) == (reason, again)
    assert str(failure.error).endswith(".")
    assert "{" not in str(failure.error)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (RPM, Limit("requests", 3)),
        (CONCURRENT, Limit("concurrency", 1)),
        (TPM, Limit("tokens", 500_000)),
        (TPD, None),
        ("max RPM: 0", None),
        ("RPM", None),
        ("limit: 7", None),
        (OVERLOAD, None),
    ],
)
def test_limits(message: str, expected: Limit | None) -> None:
    assert limits.limit_of(message) == expected


@pytest.mark.parametrize(
    ("message", "headers", "expected"),
    [
        ("try again after 7 seconds", {}, 7),
        ("try again after 1 second.", {}, 1),
        ("Please try again in 6.5s.", {}, 6.5),
        ("Please try again in 20ms.", {}, 0.02),
        ("try again after 2 minutes", {}, 120),
        ("try again after 7 seconds", {"retry-after": "3"}, 3),
        ("", {"retry-after": "1152"}, 1152),
        ("", {"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ("", {"retry-after": DATE}, 7),
        ("", {"retry-after": "Fri, 15 Jan 2021 08:00:07 GMT"}, 0),
        ("", {"retry-after": "9" * 15}, limits.LONGEST),
        ("", {"retry-after": "9" * 400}, None),
        ("slow down", {"retry-after": "nan"}, None),
        ("slow down", {"retry-after": "-1"}, None),
        ("slow down", {"retry-after": "Fri, 99 Jan 2027 08:00:07 GMT"}, None),
        ("slow down", {}, None),
    ],
)
def test_waits(message: str, headers: dict[str, str], expected: float | None) -> None:
    assert limits.wait_of(message, headers, NOW) == expected


SOON = Failure(KimiError("overloaded", "provider.overloaded", host="h"), "soon")
LIMIT = Failure(KimiError("rate_limited", "provider.rate_limited.wait", time="t"), "limit")


def waiting(failure: Failure, wait: float) -> Failure:
    return Failure(failure.error, failure.again, wait)


@pytest.mark.parametrize(
    ("failure", "pauses"),
    [
        (SOON, [1, 2]),
        (waiting(SOON, 5), [5, 5]),
        (waiting(SOON, LONGEST_WAIT + 1), []),
        (LIMIT, [1, 2, 4]),
        (waiting(LIMIT, 1), [1, 1, 2, 4, 8, 10, 10, 10, 10]),
        (waiting(LIMIT, 0), [0, 1, 2, 4, 8, 10, 10, 10, 10]),
        (waiting(LIMIT, LONGEST_WAIT), [LONGEST_WAIT]),
        (waiting(LIMIT, LONGEST_WAIT + 1), []),
        (Failure(KimiError("quota", "provider.quota")), []),
    ],
)
def test_pauses(failure: Failure, pauses: list[float]) -> None:
    attempts = Attempts(lambda: 1.0)
    found = []
    with pytest.raises(KimiError):
        found.extend(attempts.pause(failure) for _ in range(100))
    assert found == pauses
    assert sum(found) <= LONGEST_WAIT
    if failure.again == "soon":
        assert len(found) <= RETRIES
    if failure is LIMIT:
        assert len(found) == BLIND_RETRIES


PROMPT = "def secret_formula(amount):\n    return amount * 0.0173 + customer_discount\n"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Your account org-abc/proj-def <ak-ghi> has sk-jkl", "Your account …/… … has …"),
        ("bad key k-secret-key here", "bad key … here"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        ("unsupported image url: data:image/png;base64,AAAA", "unsupported image url: …"),
        ("input 'def secret_formula(amount):\\n return amount * 0.0173 + x'", "input '…x'"),
        ("input return   amount *\n0.0173 then", "input…then"),
        ("see [this](command:x)\x1b[31m\u202e", "see [this] (command:x) [31m"),
        ("two\nlines", "two lines"),
        (None, ""),
        ({"a": 1}, ""),
    ],
)
def test_words_are_made_fit_to_be_shown(message: object, expected: str) -> None:
    assert quoted(message, "k-secret-key", [PROMPT]) == expected


def test_words_are_short() -> None:
    assert len(quoted("x" * 10_000_000)) <= LONGEST


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked("api.moonshot.ai", "k"), "https://api.moonshot.cn/v1"),
        (Asked("api.moonshot.cn", "k"), "https://api.moonshot.ai/v1"),
        (Asked("cluster.example", "k"), "cluster.example"),
        (Asked("cluster.example"), "KIMI_API_KEY"),
    ],
)
def test_a_key_that_is_not_taken_says_what_to_do(asked: Asked, expected: str) -> None:
    assert expected in str(failures.of_answer(Refusal(401, None), asked, NOW).error)


@pytest.mark.parametrize(
    ("seconds", "expected"), [("0", "1 s"), ("61", "61 s"), ("1152", "19 min"), ("90000", "25 h")]
)
def test_a_long_wait_is_told(seconds: str, expected: str) -> None:
    refusal = Refusal(429, None, {"retry-after": seconds})
    assert expected in str(failures.of_answer(refusal, HOST, NOW).error)


def test_every_message_says_what_to_do_next() -> None:
    for key, text in ENGLISH.items():
        if key.startswith("provider."):
            assert text.count(". ") + text.count("; ") + text.count(": ") >= 1, key
            assert text.endswith("."), key
