"""What JSON-RPC takes for a message, and what it does not."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple, NoReturn

from kimi_lsp.wire.errors import INVALID_REQUEST, PARSE_ERROR

Message = dict[str, Any]


class Refused(NamedTuple):
    """A body that is no message; ``request`` is the id its sender waits under, where known."""

    request: Any
    code: int
    text: str


def parse(body: bytes) -> Message | Refused:
    """A request, a notification or a response from the body of a frame."""
    try:
        message = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Refused(None, PARSE_ERROR, "Parse error")
    if not isinstance(message, dict):
        return Refused(None, INVALID_REQUEST, "Invalid request")
    method, identity = message.get("method"), message.get("id")
    named = is_identity(identity)
    if (
        message.get("jsonrpc") != "2.0"
        or not named
        or not isinstance(method, str | None)
        or (method is None and "result" not in message and "error" not in message)
    ):
        # What is no response may be a request, and its sender waits under its id.
        known = identity if named and "method" in message else None
        return Refused(known, INVALID_REQUEST, "Invalid request")
    return message


def is_request(message: Message) -> bool:
    """Whether a message waits for an answer."""
    return "id" in message and "method" in message


def is_identity(value: Any) -> bool:
    """Whether a value can be a request's id."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int | None) and not isinstance(value, bool)


def _no_constant(name: str) -> NoReturn:
    """JSON has no NaN and no Infinity, though Python reads them."""
    raise ValueError(name)
