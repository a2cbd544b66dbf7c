"""How the two processes speak: a length, then JSON, in which pictures and files are base64."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import fields, is_dataclass
from typing import Any

from kimi_lsp.vision.rendering import Box, Candidate, Rendering, View
from kimi_lsp.vision.scored import Crop, Region, Score

HEAD = struct.Struct(">I")

MOST_BYTES = 256 << 20
"""Of one message; a longer one is not the other process speaking."""

_KINDS = {kind.__name__: kind for kind in (Box, Candidate, Crop, Region, Rendering, Score, View)}


def pack(message: Any) -> bytes:
    """A message with its length before it."""
    body = json.dumps(message, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()
    return HEAD.pack(len(body)) + body


def unpack(body: bytes) -> Any:
    """The message of a body; what was a value of this room is one again."""
    return json.loads(body, object_hook=_value)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode("ascii")}
    if is_dataclass(value) and type(value).__name__ in _KINDS:
        members = {one.name: getattr(value, one.name) for one in fields(value)}
        return {"$kind": type(value).__name__, **members}
    raise TypeError(type(value).__name__)


def _value(tree: dict[str, Any]) -> Any:
    if "$bytes" in tree:
        return base64.b64decode(tree["$bytes"])
    kind = _KINDS.get(tree.get("$kind", ""))
    if kind is None:
        return tree
    members = {name: one for name, one in tree.items() if name != "$kind"}
    return kind(**{name: _hashable(one) for name, one in members.items()})


def _hashable(member: Any) -> Any:
    """A sequence as the values of this room hold it."""
    return tuple(member) if isinstance(member, list) else member
