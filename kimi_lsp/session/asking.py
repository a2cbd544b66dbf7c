"""From a prompt to the call that asks it, by what the person said and the settings in force."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from kimi_lsp.core.model import ChatRequest
from kimi_lsp.core.prompt import Prompt

if TYPE_CHECKING:
    from kimi_lsp.session.session import Session


def request_of(
    session: Session,
    prompt: Prompt,
    *,
    action: str,
    uri: str,
    model: str | None,
    thinking: Literal["auto", "on", "off"] | None,
) -> ChatRequest:
    """The call of the model; ``thinking`` of None leaves it to the settings."""
    # The same question about the same file shares its first tokens with the last one.
    key = hashlib.sha256(f"{action}\0{uri}".encode()).hexdigest()[:16]
    wish = thinking or session.settings.thinking
    return prompt.request(thinking=wish == "on", model=model, cache_key=key)
