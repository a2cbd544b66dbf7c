"""The form of the answer: its format, its end, its beginning, its length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kimi_lsp.simulator.dialects import mapping
from kimi_lsp.simulator.refusals import Refusal, invalid
from kimi_lsp.simulator.rules.schema import violation
from kimi_lsp.simulator.rules.service import Service

FORMATS = ("text", "json_object", "json_schema")
MOST_STOPS = 5
MOST_STOP_BYTES = 32


def refused(body: Mapping[str, Any], service: Service) -> Refusal | None:
    """What is wrong with ``response_format``, ``stop`` and partial mode."""
    wrong = _format(body, lint=service.lint) or _stop(body.get("stop")) or _partial(body)
    return invalid(wrong) if wrong else None


def bound(body: Mapping[str, Any]) -> Refusal | None:
    """Whether the bounds of the answer are whole numbers from 1."""
    for name in ("max_completion_tokens", "max_tokens"):
        value = body.get(name)
        if value is not None and (type(value) is not int or value < 1):
            return invalid(f"Invalid request: {name} must be a positive integer")
    return None


def _format(body: Mapping[str, Any], *, lint: bool) -> str | None:
    wanted = body.get("response_format")
    if wanted is None:
        return None
    kind = mapping(wanted).get("type")
    if kind not in FORMATS:
        return f"Invalid request: unsupported response_format type: {kind}"
    if kind != "json_schema":
        return None
    described = mapping(mapping(wanted).get("json_schema"))
    for name in ("name", "schema"):
        if not described.get(name) and described.get(name) != {}:
            return f"Invalid request: response_format.json_schema.{name} is required"
    if described.get("strict") is False:
        return None
    details = violation(described["schema"], lint=lint)
    return details and (
        "Invalid request: response_format.json_schema is not a valid moonshot flavored json "
        f"schema, details: <{details}>"
    )


def _stop(stop: object) -> str | None:
    if stop is None:
        return None
    given = stop if isinstance(stop, list) else [stop]
    stops = [one for one in given if isinstance(one, str)]
    if len(stops) < len(given):
        return "Invalid request: stop must be a string or an array of strings"
    if len(stops) > MOST_STOPS:
        return f"Invalid request: stop must have at most {MOST_STOPS} items"
    if any(len(one.encode("utf-8", "surrogatepass")) > MOST_STOP_BYTES for one in stops):
        return f"Invalid request: stop must be at most {MOST_STOP_BYTES} bytes"
    return None


def _partial(body: Mapping[str, Any]) -> str | None:
    messages = body["messages"]
    asked = [number for number, one in enumerate(messages) if one.get("partial")]
    if not asked:
        return None
    if asked != [len(messages) - 1] or messages[-1]["role"] != "assistant":
        return "Invalid request: partial is only allowed on the last message, of the assistant"
    if mapping(body.get("response_format")).get("type") == "json_object":
        return "Invalid request: partial is incompatible with response_format json_object"
    return None
