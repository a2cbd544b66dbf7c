"""Pieces of requests."""

from __future__ import annotations

import base64
import struct
from typing import Any

from tests.simulator.talk import HELLO

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 280, 56) + b"\x08\x06\0\0\0"
MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(12)


def data_url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def part(url: str, kind: str = "image_url") -> dict[str, Any]:
    return {"type": kind, kind: {"url": url}}


def user(*parts: Any) -> dict[str, Any]:
    """A message of parts, or of one text."""
    text = len(parts) == 1 and isinstance(parts[0], str)
    return {"role": "user", "content": parts[0] if text else list(parts)}


def tool(name: str = "read_file", **more: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"path": {"type": "string"}}}
    return {"type": "function", "function": {"name": name, "parameters": parameters, **more}}


def call(id_: str = "read_file:0", name: str = "read_file") -> dict[str, Any]:
    return {"id": id_, "type": "function", "function": {"name": name, "arguments": "{}"}}


def called(*calls: Any, **more: Any) -> dict[str, Any]:
    """The assistant's turn that makes calls."""
    return {"role": "assistant", "tool_calls": list(calls), "reasoning_content": "hm", **more}


def result(id_: str = "read_file:0") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id_, "content": "print(1)"}


def asking(*messages: Any, **more: Any) -> dict[str, Any]:
    """A request with these messages."""
    return {**HELLO, **({"messages": list(messages)} if messages else {}), **more}


ON: dict[str, Any] = {"thinking": {"type": "enabled"}}
OFF: dict[str, Any] = {"thinking": {"type": "disabled"}}
K26, K27, K3 = ({"model": name} for name in ("kimi-k2.6", "kimi-k2.7-code", "kimi-k3"))

ALL = ("kimi-k2.5", "kimi-k2.6", "kimi-k2.7-code", "kimi-k3")

SEARCH = {"type": "builtin_function", "function": {"name": "$web_search"}}

TUPLE = {"type": "object", "properties": {"pair": {"type": "array", "items": [{"type": "null"}]}}}


def schema(of: Any) -> dict[str, Any]:
    """A form of the answer by a schema."""
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": of}}
