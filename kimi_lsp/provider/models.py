"""Which model is asked, and what it costs."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.provider.dialects import Dialect

AUTO = "auto"

FALLBACK = "kimi-k2.5"
"""Asked for where an endpoint lists no models."""

PREFERRED = ("kimi-k2.5", "kimi-k2.6")

NAMED = 12
"""Models that a message names at most."""

PRICES = {
    "kimi-k2.5": (0.10, 0.60, 3.00),
    "kimi-k2.6": (0.16, 0.95, 4.00),
    "kimi-k3": (0.30, 3.00, 15.00),
}
"""US dollars a million tokens: cached prompt, prompt, answer."""


@dataclass(frozen=True)
class Listed:
    """One model that an endpoint lists; ``blind`` where it says that the model sees no videos."""

    id: str
    owned_by: str = ""
    blind: bool = False


def _plain(name: str) -> str:
    return name.rsplit("/", 1)[-1].lower()


def listing(answer: Any) -> tuple[Listed, ...] | None:
    """The models of an answer of ``/models``; None where it is no such list."""
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, list):
        return None
    return tuple(
        Listed(
            one["id"],
            owner if isinstance(owner := one.get("owned_by"), str) else "",
            one.get("supports_video_in") is False,
        )
        for one in data
        if isinstance(one, Mapping) and isinstance(one.get("id"), str)
    )


def choose(
    setting: str, listed: Sequence[Listed] | None, without: Container[str] = ()
) -> Listed | None:
    """The model to ask for, and none of ``without``; None where none fits."""
    if setting != AUTO:
        found = next((one for one in listed or () if one.id == setting), None)
        return found or Listed(setting, listed[0].owned_by if listed else "")
    if listed is None:
        return None if FALLBACK in without else Listed(FALLBACK)
    for wanted in PREFERRED:
        for one in listed:
            plain = _plain(one.id)
            if (plain == wanted or plain.startswith(wanted + "-")) and one.id not in without:
                return one
    # The only one there is, not the only one left.
    return listed[0] if len(listed) == 1 and listed[0].id not in without else None


def missing(model: str | None, listed: Sequence[Listed] | None, host: str) -> KimiError:
    """The failure for want of a model, which names those there are."""
    names = ", ".join(one.id[:80] for one in (listed or ())[:NAMED])
    if listed and len(listed) > NAMED:
        names += ", …"
    if not names:
        name = model or "kimi-k2.5"
        return KimiError("no_such_model", "provider.no_such_model.unlisted", host=host, model=name)
    if model is None:
        return KimiError("no_such_model", "provider.no_kimi", host=host, models=names)
    key = "provider.no_such_model"
    return KimiError("no_such_model", key, host=host, model=model, models=names)


def usd(model: str, dialect: Dialect, usage: Usage) -> float | None:
    """What a call cost; 0 on one's own cluster, None where no price is known."""
    if dialect.free:
        return 0.0
    price = PRICES.get(_plain(model))
    if price is None:
        return None
    fresh = max(usage.prompt_tokens - usage.cached_tokens, 0)
    parts = zip((usage.cached_tokens, fresh, usage.completion_tokens), price, strict=True)
    return sum(tokens * dollars for tokens, dollars in parts) / 1_000_000
