"""Error answers: a status, a type and the API's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ACCOUNT = "org-offline/proj-offline <ak-offline>"


@dataclass(frozen=True)
class Refusal:
    """An error answer.

    ``position`` is the index in ``messages`` of what is wrong, ``wait`` the seconds after which the
    same request would pass, and ``payload`` the whole body where it is not the usual one.
    """

    status: int
    type: str
    message: str
    position: int | None = None
    wait: int | None = None
    payload: Mapping[str, Any] | None = None

    def body(self) -> Mapping[str, Any]:
        """The body: no ``code``, as the API has none."""
        if self.payload is not None:
            return self.payload
        return {"error": {"message": self.message, "type": self.type}}


def invalid(message: str, position: int | None = None) -> Refusal:
    """A request that is wrong in itself."""
    return Refusal(400, "invalid_request_error", message, position)


def no_such_model(model: object) -> Refusal:
    """A model that is not listed, or no more."""
    message = f"Not found the model {model or ''} or Permission denied"
    return Refusal(404, "resource_not_found_error", message)


def no_such_address(method: str, path: str) -> Refusal:
    """An address that is not there, in the gateway's own envelope."""
    payload = {
        "code": 5,
        "error": "url.not_found",
        "message": "没找到对象",
        "method": method,
        "scode": "0x5",
        "status": False,
        "ua": "",
        "url": path,
    }
    return Refusal(404, "url.not_found", "没找到对象", payload=payload)


TYPES = {
    400: "invalid_request_error",
    401: "invalid_authentication_error",
    403: "permission_denied_error",
    404: "resource_not_found_error",
    413: "invalid_request_error",
    429: "rate_limit_reached_error",
    500: "server_error",
    503: "server_unavailable",
}
"""The type of an error answer of which only the status is given."""

WORDS = {
    "content_filter": "The request was rejected because it was considered high risk",
    "invalid_request_error": "Invalid request: the offline stand-in was told to refuse this",
    "invalid_authentication_error": "Invalid Authentication",
    "incorrect_api_key_error": "Incorrect API key provided",
    "permission_denied_error": "The API you are accessing is not open",
    "resource_not_found_error": "Not found the model kimi-k2.5 or Permission denied",
    "engine_overloaded_error": "The engine is currently overloaded, please try again later",
    "rate_limit_reached_error": (
        "Your account offline<ak-offline> request reached TPM rate limit, current:1, limit:1"
    ),
    "exceeded_current_quota_error": (
        "Your account org-offline<ak-offline> is suspended, please check your plan and billing "
        "details"
    ),
    "server_error": "Failed to extract file: offline",
    "unexpected_output": "invalid state transition",
    "server_unavailable": "The server is currently unavailable, please try again later",
}
"""The API's words for each type of error."""


def scripted(status: int, error: Mapping[str, Any]) -> Refusal:
    """The error answer of a script line; what it leaves out is filled in as the API has it."""
    kind = str(error.get("type", TYPES.get(status, "")))
    message = str(error.get("message", WORDS.get(kind, "")))
    if status == 413 and "message" not in error:
        message = "Request exceeds the maximum size"
    return Refusal(status, kind, message)
