"""What the settings say about a connection to a model."""

from __future__ import annotations

from dataclasses import dataclass

from kimi_lsp.provider.governor import Bounds
from kimi_lsp.provider.models import AUTO
from kimi_lsp.settings import Settings


@dataclass(frozen=True)
class ProviderSettings:
    """The part of the settings that is the provider's; waits are in seconds."""

    model: str = AUTO
    dialect: str = AUTO
    bounds: Bounds = Bounds()
    first_token_seconds: float = 120.0
    idle_seconds: float = 60.0


def provider_settings(settings: Settings) -> ProviderSettings:
    """The part of all settings that is the provider's."""
    return ProviderSettings(
        model=settings.model,
        dialect=settings.dialect,
        bounds=Bounds(
            settings.max_concurrency, settings.requests_per_minute, settings.tokens_per_minute
        ),
        first_token_seconds=settings.timeout.first_token_seconds,
        idle_seconds=settings.timeout.idle_seconds,
    )
