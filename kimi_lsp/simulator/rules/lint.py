"""The stricter level of the schema subset: what the checker warns of and the server lets pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ANYWHERE = {"type", "anyOf", "$ref", "title", "description", "default", "enum", "pattern"}
AT_ROOT = {"$defs", "$id"}
FITTING = {
    "object": {"properties", "additionalProperties", "required"},
    "array": {"items", "minItems", "maxItems"},
    "string": {"minLength", "maxLength"},
    "number": {"minimum", "maximum"},
    "integer": {"minimum", "maximum"},
}
KNOWN = ANYWHERE | AT_ROOT | set[str]().union(*FITTING.values())


def lint_node(node: Mapping[str, Any], *, root: bool) -> str | None:
    """The first thing the stricter level has against one schema."""
    unknown = [name for name in node if name not in KNOWN]
    if unknown:
        return f"unsupported keywords: {', '.join(unknown)}"
    for alone in ("anyOf", "$ref"):
        if alone in node:
            allowed = {alone, "title", "description", *(AT_ROOT if root else ())}
            beside = [name for name in node if name not in allowed]
            if beside:
                return f"keyword '{beside[0]}' is not allowed at the same level as {alone}"
    for name in AT_ROOT & set(node):
        if not root:
            return f"keyword {name} must be at root level"
    kinds = node.get("type")
    fitting: set[str] = set(ANYWHERE | AT_ROOT)
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        fitting |= FITTING.get(str(kind), set())
    unfit = [name for name in node if name not in fitting]
    return f"invalid keywords: {', '.join(unfit)}" if unfit and kinds is not None else None
