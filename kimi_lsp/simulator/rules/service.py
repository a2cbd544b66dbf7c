"""What the rules have to know about the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kimi_lsp.simulator.dialects import DIALECTS, Dialect
from kimi_lsp.simulator.tokens import Lookup


def _nothing(_: str) -> None:
    return None


@dataclass(frozen=True)
class Service:
    """What is served, and how strictly.

    ``pictures`` is whether the models see, ``lint`` whether schemas are held to the stricter level,
    ``message_bytes`` the most that all messages may hold, as some hosts bound them.
    """

    models: Sequence[str] = ("kimi-k2.5",)
    dialect: Dialect = DIALECTS["moonshot"]
    lookup: Lookup = _nothing
    pictures: bool = True
    lint: bool = False
    message_bytes: int | None = None
