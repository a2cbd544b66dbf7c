"""The subset of JSON Schema, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator.rules.schema import violation


def thing(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def nested(depth: int) -> dict[str, Any]:
    """A schema of so many levels."""
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth - 1):
        schema = {"type": "array", "items": schema}
    return schema


TEXT = {"type": "string"}
NULL = {"type": "null"}
X = "At path 'properties.x': "
ANY_TYPE = "when using anyOf, type should be defined in anyOf items instead of the parent schema"
REF_TYPE = (
    "when using $ref, type should be defined in the referenced schema instead of the parent schema"
)

REFUSED = [
    (thing(x={}), X + "type is not defined"),
    (thing(x={"oneOf": [TEXT]}), X + "type is not defined"),
    (thing(x={"const": 1}), X + "type is not defined"),
    ({"properties": {}}, "At path 'root': type is not defined"),
    (thing(x={"type": "file"}), X + "invalid type: file"),
    (thing(x={"type": ["string", "file"]}), X + "invalid type: file"),
    (thing(x={"type": "string", "anyOf": [TEXT]}), X + ANY_TYPE),
    (thing(x={"anyOf": TEXT}), X + "anyOf must be an array"),
    (thing(x={"anyOf": []}), X + "anyOf must have 1-500 items"),
    (thing(x={"anyOf": [TEXT] * 501}), X + "anyOf must have 1-500 items"),
    (
        thing(x={"anyOf": [TEXT, 1]}),
        "At path 'properties.x.anyOf{1}': schema in anyOf must be an object",
    ),
    (
        thing(x={"anyOf": [TEXT, {}]}),
        "At path 'properties.x.anyOf{1}': type is not defined",
    ),
    (
        thing(x={"minLength": 1, "anyOf": [{"type": "string", "minLength": 2}]}),
        X
        + "conflicting keywords found in anyOf with parent: keywords (minLength) "
        + "are defined in both",
    ),
    (thing(x={"$ref": "#/$defs/a", "type": "string"}) | {"$defs": {"a": TEXT}}, X + REF_TYPE),
    (thing(x={"$ref": "other.json"}), X + "references must start with #/$defs/"),
    (thing(x={"$ref": 1}), X + "references must start with #/$defs/"),
    (thing(x={"$ref": "#/$defs/a"}), X + "$defs not found for reference: #/$defs/a"),
    (
        thing(x={"$ref": "#/$defs/a", "default": "b"})
        | {"$defs": {"a": {"type": "string", "default": "c"}}},
        X + "conflicting keywords found after $ref expansion: default",
    ),
    (thing() | {"$defs": {"a": {}}}, "At path '$defs.a': type is not defined"),
    (
        thing(x={"type": "array", "items": [TEXT]}),
        "At path 'properties.x.items': items must be an object",
    ),
    (
        {"type": "object", "properties": []},
        "At path 'properties': properties must be an object",
    ),
    (thing(x=1), "At path 'root': property schema for 'x' must be an object"),
    (
        thing(required=TEXT),
        "At path 'root': property name 'required' is reserved for JSON Schema keywords",
    ),
    (thing(x=TEXT) | {"required": "x"}, "At path 'root': required must be an array"),
    (
        thing(x=TEXT) | {"required": ["x", "y"]},
        "At path 'root': required property 'y' is not defined in properties",
    ),
    (thing(x={"type": "string", "enum": "a"}), X + "enum must be an array"),
    (thing(x={"type": "string", "enum": []}), X + "enum array cannot be empty"),
    (
        thing(x={"type": "string", "enum": ["a", 1]}),
        X + "enum values must be scalars that match type",
    ),
    (
        thing(x={"type": "integer", "enum": [True]}),
        X + "enum values must be scalars that match type",
    ),
    (
        thing(x={"type": ["string", "null"], "minLength": 1}),
        X + "keyword minLength is not allowed in combination with multiple types",
    ),
    (
        thing(x={"type": ["string", "integer"], "enum": ["a"]}),
        X + "keyword enum is not allowed in combination with multiple types",
    ),
    (
        thing(x={"type": "string", "minLength": 3, "maxLength": 2}),
        X + "minLength (3) cannot be greater than maxLength (2)",
    ),
    (
        thing(x={"type": "array", "items": TEXT, "minItems": -1}),
        X + "minItems must be a non-negative integer",
    ),
    (
        thing(x={"type": "number", "minimum": 1.5, "maximum": 1}),
        X + "minimum (1.5) cannot be greater than maximum (1)",
    ),
    (
        thing() | {"additionalProperties": 1},
        "At path 'root': additionalProperties must be a boolean or an object",
    ),
    (
        thing() | {"additionalProperties": {"enum": [1]}},
        "At path 'additionalProperties': type is not defined",
    ),
    (thing(x={"type": "array", "default": []}), X + "default must be a scalar that matches type"),
    (thing(x={"type": "string", "default": 1}), X + "default must be a scalar that matches type"),
    ([], "At path 'root': schema must be an object"),
    (
        nested(31),
        f"At path '{'.'.join(['items'] * 30)}': schema depth exceeds maximum limit of 30",
    ),
    (
        thing(**{f"p{n}": TEXT for n in range(3001)}),
        "At path 'root': schema keys exceed maximum limit of 3000",
    ),
    (
        thing(x={"type": "string", "description": "x" * 120_000}),
        "At path 'root': schema size exceeds maximum limit of 120000",
    ),
    (
        thing(x={"type": "integer", "enum": list(range(1001))}),
        X + "enum items exceed maximum limit of 1000",
    ),
]


@pytest.mark.parametrize(("schema", "expected"), REFUSED)
def test_what_is_refused(schema: Any, expected: str) -> None:
    assert violation(schema) == expected


ALLOWED = [
    {},
    thing(),
    nested(30),
    thing(x={"anyOf": [TEXT, NULL], "description": "or nothing"}),
    thing(x={"type": ["string", "null"], "description": "or nothing"}),
    thing(x={"type": ["string", "null"], "enum": ["a", None]}),
    thing(x={"type": "string", "const": "a", "format": "date"}),
    thing(x={"$ref": "#"}),
    thing(x={"$ref": "#/$defs/a", "description": "one"}) | {"$defs": {"a": TEXT}},
    thing(x=TEXT) | {"required": ["x"], "additionalProperties": {}},
    thing(x={"type": "number", "minimum": 0, "maximum": 0.5, "default": 0}),
]


@pytest.mark.parametrize("schema", ALLOWED)
def test_what_is_taken(schema: Any) -> None:
    assert violation(schema) is None


LINTED = [
    (thing(x=TEXT), None),
    (thing(x={"anyOf": [TEXT, NULL], "title": "X"}), None),
    (
        thing(x={"type": "string", "oneOf": [], "const": 1}),
        X + "unsupported keywords: oneOf, const",
    ),
    (
        thing(x={"anyOf": [TEXT], "default": "a"}),
        X + "keyword 'default' is not allowed at the same level as anyOf",
    ),
    (
        thing(x={"$ref": "#", "enum": ["a"]}),
        X + "keyword 'enum' is not allowed at the same level as $ref",
    ),
    (thing(x={"type": "string", "items": TEXT}), X + "invalid keywords: items"),
    (thing(x={"type": "string", "required": []}), X + "invalid keywords: required"),
    (thing(x=thing() | {"$defs": {}}), X + "keyword $defs must be at root level"),
]


@pytest.mark.parametrize(("schema", "expected"), LINTED)
def test_the_stricter_level(schema: Any, expected: str | None) -> None:
    assert violation(schema, lint=True) == expected
