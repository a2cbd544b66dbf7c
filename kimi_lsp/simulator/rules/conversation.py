"""Calls and their results stand together, and thoughts come back with the calls they led to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from kimi_lsp.simulator.dialects import DIALECTS, mapping, thinks
from kimi_lsp.simulator.refusals import Refusal, invalid


def refused(body: Mapping[str, Any]) -> Refusal | None:
    """What is wrong with the history of tool calls."""
    messages: Sequence[Mapping[str, Any]] = body["messages"]
    return _pairs(messages) or _duplicates(messages) or _thoughts(body, messages)


def _pairs(messages: Sequence[Mapping[str, Any]]) -> Refusal | None:
    """Every call is answered right after it, and every answer belongs to a call."""
    called: list[str] = []
    for position, message in enumerate(messages):
        if message["role"] == "tool":
            answered = str(message.get("tool_call_id") or "")
            if answered not in called:
                return invalid(f"tool_call_id {answered} is not found", position)
            continue
        wrong = _calls(message)
        if wrong:
            return invalid(wrong, position)
        called = _ids(message)
        rest = takewhile(lambda one: one["role"] == "tool", messages[position + 1 :])
        answers = {one.get("tool_call_id") for one in rest}
        missing = [one for one in called if one not in answers]
        if missing:
            return invalid(
                "an assistant message with 'tool_calls' must be followed by tool messages "
                "responding to each 'tool_call_id'. The following tool_call_ids did not have "
                f"response messages: {', '.join(missing)}",
                position,
            )
    return None


def _calls(message: Mapping[str, Any]) -> str | None:
    calls = message.get("tool_calls")
    if calls is None or message["role"] != "assistant":
        return None
    if not isinstance(calls, list):
        return "Invalid request: tool_calls must be an array"
    for call in calls:
        function = mapping(mapping(call).get("function"))
        if not (
            isinstance(function.get("name"), str) and isinstance(function.get("arguments"), str)
        ):
            return "Invalid request: tool_calls need a function with a name and arguments"
    return None


def _ids(message: Mapping[str, Any]) -> list[str]:
    calls = message.get("tool_calls") if message["role"] == "assistant" else None
    return [str(mapping(call).get("id") or "") for call in calls or ()]


def _duplicates(messages: Sequence[Mapping[str, Any]]) -> Refusal | None:
    """Within a turn: between turns ids may come again, as their counter may."""
    for position, message in enumerate(messages):
        ids = _ids(message)
        again = next((one for number, one in enumerate(ids) if one in ids[:number]), None)
        if again is not None:
            return invalid(f"Invalid request: tool_call_id {again} is duplicated", position)
    return None


def _thoughts(body: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> Refusal | None:
    if not thinks(body, DIALECTS["moonshot"]):
        return None
    kept = mapping(body.get("thinking")).get("keep") == "all"
    for position, message in enumerate(messages):
        if message["role"] != "assistant" or message.get("reasoning_content"):
            continue
        if message.get("tool_calls"):
            return invalid(
                "thinking is enabled but reasoning_content is missing in assistant tool call "
                f"message at index {position}",
                position,
            )
        if kept:
            return invalid(
                "preserved thinking (thinking.keep=all) requires reasoning_content on every "
                f"assistant message, but assistant message at index {position} is missing "
                "reasoning_content",
                position,
            )
    return None
