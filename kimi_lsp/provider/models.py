"""Which model is asked, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.provider.dialects import Dialect

FALLBACK = "kimi-k2.5"
"""Asked for where an endpoint lists no models."""

PREFERRED = ("kimi-k2.5", "kimi-k2.6")

PRICES = {"kimi-k2.5": (0.10, 0.60, 3.00), "kimi-k2.6": (0.16, 0.95, 4.00)}
"""US dollars a million tokens: cached prompt, prompt, answer."""


@dataclass(frozen=True)
class Listed:
    """One model that an endpoint lists."""

    id: str
    owned_by: str = ""


def _plain(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower()


def choose(setting: str, listed: Sequence[Listed] | None) -> Listed:
    """The model to ask for. Raises ``KimiError`` ``no_such_model`` that names those there are."""
    if setting != "auto":
        found = next((one for one in listed or () if one.id == setting), None)
        return found or Listed(setting, listed[0].owned_by if listed else "")
    if listed is None:
        return Listed(FALLBACK)
    for wanted in PREFERRED:
        for one in listed:
            if _plain(one.id) == wanted or _plain(one.id).startswith(wanted + "-"):
                return one
    if len(listed) == 1:
        return listed[0]
    names = ", ".join(one.id for one in listed[:12]) or "none"
    raise KimiError("no_such_model", "provider.no_kimi", models=names)


def usd(model: str, dialect: Dialect, usage: Usage) -> float | None:
    """What a call cost; 0 on one's own cluster, None where no price is known."""
    if dialect.free:
        return 0.0
    price = PRICES.get(_plain(model))
    if price is None:
        return None
    fresh = usage.prompt_tokens - usage.cached_tokens
    parts = zip((usage.cached_tokens, fresh, usage.completion_tokens), price, strict=True)
    return sum(tokens * dollars for tokens, dollars in parts) / 1_000_000
