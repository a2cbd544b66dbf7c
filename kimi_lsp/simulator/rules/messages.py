"""Roles, contents and parts of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kimi_lsp.simulator.media import IMAGES, VIDEOS, decoded, sniff
from kimi_lsp.simulator.refusals import Refusal, invalid
from kimi_lsp.simulator.rules.service import Service
from kimi_lsp.simulator.tokens import part_url

ROLES = ("system", "user", "assistant", "tool")
SEEING = ("user", "tool")
KINDS = {"image_url": ("image", IMAGES), "video_url": ("video", VIDEOS)}


def refused(body: Mapping[str, Any], service: Service) -> Refusal | None:
    """What is wrong with the messages; the refusal says at which."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return invalid("Invalid request: messages must not be empty", 0)
    for position, message in enumerate(messages):
        if not isinstance(message, Mapping):
            return invalid(
                f"Invalid request: the message at position {position} is invalid", position
            )
        last = position == len(messages) - 1
        wrong = _message(message, position, service, last=last)
        if wrong:
            return wrong
    return None


def _message(
    message: Mapping[str, Any], position: int, service: Service, *, last: bool
) -> Refusal | None:
    role, content = message.get("role"), message.get("content")
    where = f"the message at position {position} with role '{role}'"
    if service.dialect.strict:
        if role not in ROLES:
            return invalid("unsupported role ROLE_UNSPECIFIED", position)
        if not content and not _may_be_empty(message, last=last):
            return invalid(f"Invalid request: {where} must not be empty", position)
    if content is not None and not isinstance(content, str | list):
        return invalid(f"Invalid request: {where} has invalid content", position)
    for part in content if isinstance(content, list) else ():
        kind = part.get("type") if isinstance(part, Mapping) else None
        seeing = service.pictures and (role in SEEING or not service.dialect.strict)
        if kind != "text" and not (kind in KINDS and seeing):
            return invalid(f"{where} contains an invalid part type: {kind}", position)
        wrong = _text(part) if kind == "text" else _media(part, str(kind), service)
        if wrong:
            return invalid(wrong, position)
    return None


def _may_be_empty(message: Mapping[str, Any], *, last: bool) -> bool:
    """An assistant's turn that says something else than words, or is to be gone on with."""
    partial = last and message.get("partial") is True
    more = message.get("tool_calls") or message.get("reasoning_content") or partial
    return message.get("role") == "assistant" and bool(more)


def _text(part: Mapping[str, Any]) -> str | None:
    text = part.get("text")
    return None if isinstance(text, str) and text else "text content is empty"


def _media(part: Mapping[str, Any], kind: str, service: Service) -> str | None:
    name, allowed = KINDS[kind]
    url = part_url(part)
    if url.startswith(("http://", "https://")) and not service.dialect.strict:
        return None
    if url.startswith("ms://") and service.dialect.strict:
        data = service.lookup(url)
        if data is None:
            return f"Invalid request: file not found: {url.removeprefix('ms://')[:200]}"
    elif url.startswith("data:"):
        data = decoded(url)
        if data is None:
            return f"Invalid request: {name} is not valid base64"
    else:
        return f"Invalid request: unsupported {name} url: {url[:200]}"
    found = sniff(data)
    return None if found in allowed else f"Invalid request: unsupported {name} format: {found}"
