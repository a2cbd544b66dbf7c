"""Tools, their schemas, and which of them may be asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kimi_lsp.simulator.dialects import mapping, thinks
from kimi_lsp.simulator.models import family
from kimi_lsp.simulator.refusals import Refusal, invalid
from kimi_lsp.simulator.rules.schema import violation
from kimi_lsp.simulator.rules.service import Service

MOST_TOOLS = 128
KINDS = ("function", "plugin", "builtin_function")
NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{2,63}")
BAD_NAME = (
    "Invalid request: function name is invalid, must start with a letter and can contain letters, "
    "numbers, underscores, and dashes"
)


def refused(body: Mapping[str, Any], service: Service) -> Refusal | None:
    """What is wrong with ``tools``, then with ``tool_choice``."""
    tools = body.get("tools")
    if tools is not None and not isinstance(tools, list):
        return invalid("Invalid request: tools must be an array")
    if tools and len(tools) > MOST_TOOLS:
        return invalid(f"Invalid request: tools must have at most {MOST_TOOLS} items")
    thinking, names = thinks(body, service.dialect), set[str]()
    for tool in tools or ():
        wrong = _tool(mapping(tool), thinking=thinking, lint=service.lint)
        if wrong:
            return invalid(wrong)
        name = str(mapping(tool["function"])["name"])
        if name in names:
            return invalid(f"Invalid request: function name {name} is duplicated")
        names.add(name)
    wrong = _choice(body, names, thinking=thinking)
    return invalid(wrong) if wrong else None


def _tool(tool: Mapping[str, Any], *, thinking: bool, lint: bool) -> str | None:
    kind, function = tool.get("type"), mapping(tool.get("function"))
    if kind not in KINDS:
        return f"unknown tool type: {kind}, currently only function and plugin are supported"
    name = function.get("name")
    if kind == "builtin_function":
        if name != "$web_search":
            return f"Invalid request: unknown builtin function: {name}"
        wrong = "builtin_function $web_search is incompatible with thinking enabled"
        return wrong if thinking else None
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return BAD_NAME
    parameters = function.get("parameters")
    if mapping(parameters).get("type") != "object":
        return 'tools.function.parameters.type is required and must be "object"'
    details = violation(parameters, lint=lint)
    if details:
        return (
            "tools.function.parameters is not a valid moonshot flavored json schema, "
            f"details: <{details}>"
        )
    return None


def _choice(body: Mapping[str, Any], names: set[str], *, thinking: bool) -> str | None:
    choice = body.get("tool_choice")
    if choice in (None, "auto", "none"):
        return None
    named = mapping(mapping(choice).get("function")).get("name")
    if choice != "required" and named is None:
        return "Invalid request: tool_choice must be auto, none, required or a named function"
    word = "required" if choice == "required" else "specified"
    free = word == "required" and family(body.get("model")).efforts
    if thinking and not free:
        return f"tool_choice '{word}' is incompatible with thinking enabled"
    if word == "required" and not names:
        return "Invalid request: tool_choice 'required' needs tools"
    if word == "specified" and named not in names:
        return f"Invalid request: tool_choice names an unknown function: {named}"
    return None
