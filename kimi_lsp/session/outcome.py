"""How a job ends: the one value that a waiting command, an event and a menu all speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kimi_lsp.core.model import Usage

State = Literal["done", "refused", "failed", "cancelled"]


@dataclass(frozen=True)
class Hunk:
    """One run of adjacent changed lines of a held edit, in the client's positions.

    ``operation`` is ``create``, ``rename`` (to ``new_uri``) or ``delete`` where it is of a file.
    """

    id: str
    uri: str
    range: dict[str, Any]
    new_text: str
    confirm: str = ""
    """Why its person must agree to it, where they must."""
    operation: str = ""
    new_uri: str = ""

    def to_json(self) -> dict[str, Any]:
        members = {"id": self.id, "uri": self.uri, "range": self.range, "newText": self.new_text}
        more = {"confirm": self.confirm, "operation": self.operation, "newUri": self.new_uri}
        return members | {key: value for key, value in more.items() if value}


@dataclass(frozen=True)
class Outcome:
    """The end of a job. ``reason`` and ``message`` say why it is not ``done``.

    ``text`` is the model's answer byte for byte. ``applied`` is None where nothing was to be
    applied. ``edit`` is a held edit in the form the client reads. ``left_out`` are old turns of a
    conversation that gave way, ``trimmed`` the lines of the document that did, such as
    ``1-20, 90-120``. ``again``: the answer is one given before, and nothing was sent. ``check``
    says what was verified and how.
    """

    state: State
    reason: str = ""
    message: str = ""
    text: str | None = None
    applied: bool | None = None
    edit: dict[str, Any] | None = None
    hunks: tuple[Hunk, ...] = ()
    files: tuple[str, ...] = ()
    model: str = ""
    usage: Usage | None = None
    conversation: str = ""
    left_out: int = 0
    trimmed: str = ""
    again: bool = False
    check: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """The members of a waited result; those without a value are left out."""
        members: dict[str, Any] = {
            "state": self.state,
            "reason": self.reason or None,
            "message": self.message or None,
            "text": self.text,
            "applied": self.applied,
            "edit": self.edit,
            "hunks": [hunk.to_json() for hunk in self.hunks] or None,
            "files": list(self.files) or None,
            "model": self.model or None,
            "conversation": self.conversation or None,
            "leftOut": self.left_out or None,
            "trimmed": self.trimmed or None,
            "again": self.again or None,
            "check": self.check,
        }
        present = {key: value for key, value in members.items() if value is not None}
        if self.usage is not None:
            present["usage"] = usage_json(self.usage)
        return present


def usage_json(usage: Usage) -> dict[str, Any]:
    """Usage as clients read it; ``usd`` is null where no price is known."""
    return {
        "promptTokens": usage.prompt_tokens,
        "cachedTokens": usage.cached_tokens,
        "completionTokens": usage.completion_tokens,
        "reasoningTokens": usage.reasoning_tokens,
        "requests": usage.requests,
        "usd": usage.usd,
    }
