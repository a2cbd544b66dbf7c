"""The subset of JSON Schema that the API takes for tools and structured answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from kimi_lsp.simulator.rules.lint import lint_node

TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
RESERVED = ("$defs", "$ref", "anyOf", "required", "additionalProperties")
REMARKS = ("title", "description")
SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
PAIRS = (("minLength", "maxLength"), ("minItems", "maxItems"), ("minimum", "maximum"))
MOST_DEPTH, MOST_KEYS, MOST_BYTES = 30, 3000, 120_000
MOST_ENUM, MOST_BRANCHES = 1000, 500


def violation(schema: Any, *, lint: bool = False) -> str | None:
    """The first thing wrong, as ``At path 'a.b': what``; None for a schema that is taken.

    ``lint`` holds it to the stricter level, which the server does not require.
    """
    if schema == {}:
        return None
    try:
        size = len(json.dumps(schema, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except RecursionError:
        size = MOST_BYTES + 1
    if size > MOST_BYTES:
        return _at("", f"schema size exceeds maximum limit of {MOST_BYTES}")
    return _Walk(schema, lint=lint).first()


def _at(path: str, message: str) -> str:
    return f"At path '{path or 'root'}': {message}"


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


class _Walk:
    """One pass over a schema, in the order in which it is written."""

    def __init__(self, schema: Any, *, lint: bool) -> None:
        self._schema = schema
        self._lint = lint
        self._keys = 0

    def first(self) -> str | None:
        return next(self._node(self._schema, "", 1), None)

    def _node(self, node: Any, path: str, depth: int) -> Iterator[str]:
        """What is wrong with a schema, its own faults before those of what it holds."""
        if depth > MOST_DEPTH:
            yield _at(path, f"schema depth exceeds maximum limit of {MOST_DEPTH}")
            return
        if not isinstance(node, Mapping):
            yield _at(path, "schema must be an object")
            return
        if self._lint:
            wrong = lint_node(node, root=not path)
            if wrong:
                yield _at(path, wrong)
        if "$ref" in node:
            yield from (_at(path, one) for one in self._reference(node))
        elif "anyOf" in node:
            yield from self._branches(node, path, depth)
        elif "type" not in node:
            yield _at(path, "type is not defined")
        yield from (_at(path, one) for one in _own(node))
        yield from self._members(node, path, depth)

    def _reference(self, node: Mapping[str, Any]) -> Iterator[str]:
        reference = node["$ref"]
        if "type" in node:
            yield (
                "when using $ref, type should be defined in the referenced schema instead of the "
                "parent schema"
            )
        if reference == "#":
            return
        if not isinstance(reference, str) or not reference.startswith("#/$defs/"):
            yield "references must start with #/$defs/"
            return
        known = self._schema.get("$defs")
        target = known.get(reference[8:]) if isinstance(known, Mapping) else None
        if not isinstance(target, Mapping):
            yield f"$defs not found for reference: {reference}"
            return
        both = [name for name in node if name in target and name not in REMARKS]
        if both:
            yield f"conflicting keywords found after $ref expansion: {', '.join(both)}"

    def _branches(self, node: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
        branches = node["anyOf"]
        if not isinstance(branches, list):
            yield _at(path, "anyOf must be an array")
            return
        if not 1 <= len(branches) <= MOST_BRANCHES:
            yield _at(path, f"anyOf must have 1-{MOST_BRANCHES} items")
        if "type" in node:
            yield _at(
                path,
                "when using anyOf, type should be defined in anyOf items instead of the parent "
                "schema",
            )
        for number, branch in enumerate(branches):
            below = _below(path, f"anyOf{{{number}}}")
            if not isinstance(branch, Mapping):
                yield _at(below, "schema in anyOf must be an object")
                continue
            both = [name for name in branch if name in node and name not in (*REMARKS, "anyOf")]
            if both:
                yield _at(
                    path,
                    "conflicting keywords found in anyOf with parent: "
                    f"keywords ({', '.join(both)}) are defined in both",
                )
            yield from self._node(branch, below, depth + 1)

    def _members(self, node: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
        """The schemas that a schema holds."""
        properties = node.get("properties", {})
        if not isinstance(properties, Mapping):
            yield _at(_below(path, "properties"), "properties must be an object")
            properties = {}
        for name, value in properties.items():
            below = _below(path, f"properties.{name}")
            if name in RESERVED:
                yield _at(path, f"property name '{name}' is reserved for JSON Schema keywords")
            if not isinstance(value, Mapping):
                yield _at(path, f"property schema for '{name}' must be an object")
                continue
            self._keys += 1
            if self._keys > MOST_KEYS:
                yield _at("", f"schema keys exceed maximum limit of {MOST_KEYS}")
            yield from self._node(value, below, depth + 1)
        if "items" in node:
            below = _below(path, "items")
            if isinstance(node["items"], Mapping):
                yield from self._node(node["items"], below, depth + 1)
            else:
                yield _at(below, "items must be an object")
        more = node.get("additionalProperties", True)
        if isinstance(more, Mapping):
            if more:
                yield from self._node(more, _below(path, "additionalProperties"), depth + 1)
        elif not isinstance(more, bool):
            yield _at(path, "additionalProperties must be a boolean or an object")
        known = node.get("$defs", {})
        for name, value in known.items() if isinstance(known, Mapping) else ():
            yield from self._node(value, _below(path, f"$defs.{name}"), depth + 1)


def _own(node: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the keywords of one schema by themselves."""
    if "type" in node:
        yield from _type(node)
    required = node.get("required", [])
    if not isinstance(required, list) or not all(isinstance(one, str) for one in required):
        yield "required must be an array"
    else:
        declared = node.get("properties")
        for name in required:
            if not isinstance(declared, Mapping) or name not in declared:
                yield f"required property '{name}' is not defined in properties"
    yield from _enum(node)
    for least, most in PAIRS:
        for name in (least, most):
            value = node.get(name)
            if name in ("minimum", "maximum"):
                if value is not None and not _number(value):
                    yield f"{name} must be a number"
            elif value is not None and (type(value) is not int or value < 0):
                yield f"{name} must be a non-negative integer"
        low, high = node.get(least), node.get(most)
        if _number(low) and _number(high) and low > high:
            yield f"{least} ({low}) cannot be greater than {most} ({high})"
    if "default" in node and "type" in node and not _fits(node["default"], node["type"]):
        yield "default must be a scalar that matches type"


def _type(node: Mapping[str, Any]) -> Iterator[str]:
    kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
    for kind in kinds:
        if kind not in TYPES:
            yield f"invalid type: {kind}"
    if len(kinds) < 2:
        return
    nullable_enum = len(kinds) == 2 and "null" in kinds
    for name in node:
        if name not in (*REMARKS, "type") and not (name == "enum" and nullable_enum):
            yield f"keyword {name} is not allowed in combination with multiple types"


def _enum(node: Mapping[str, Any]) -> Iterator[str]:
    if "enum" not in node:
        return
    values = node["enum"]
    if not isinstance(values, list):
        yield "enum must be an array"
    elif not values:
        yield "enum array cannot be empty"
    elif len(values) > MOST_ENUM:
        yield f"enum items exceed maximum limit of {MOST_ENUM}"
    elif any(not _fits(value, node.get("type", list(SCALARS))) for value in values):
        yield "enum values must be scalars that match type"


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fits(value: Any, kinds: Any) -> bool:
    """Whether a value is a scalar of the type, or of one of the types."""
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        allowed = SCALARS.get(kind) if isinstance(kind, str) else None
        if allowed and isinstance(value, allowed):
            return kind == "boolean" or not isinstance(value, bool)
    return False
