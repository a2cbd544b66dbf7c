"""The model of the settings in force, and those of before until their jobs have ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from kimi_lsp.core.model import ChatModel
from kimi_lsp.settings import Settings

_CONNECTION = (
    "model",
    "base_url",
    "dialect",
    "max_concurrency",
    "requests_per_minute",
    "tokens_per_minute",
    "timeout",
)
"""What decides about a connection; a change of anything else keeps it."""


class Models:
    """Makes a model when it is first asked for. ``running`` are the jobs that may be using one."""

    def __init__(
        self,
        connect: Callable[[Settings], ChatModel],
        running: Callable[[], Collection[asyncio.Task[Any]]],
    ) -> None:
        self._connect = connect
        self._running = running
        self._now: tuple[Settings, ChatModel] | None = None
        self._leaving: dict[asyncio.Task[None], ChatModel] = {}

    def of(self, settings: Settings) -> ChatModel:
        """The model that the settings ask for. Raises ``KimiError``."""
        key = replace(Settings(), **{name: getattr(settings, name) for name in _CONNECTION})
        if self._now is None or self._now[0] != key:
            made = self._connect(settings)
            if self._now:
                self._leave(self._now[1])
            self._now = (key, made)
        return self._now[1]

    async def close(self) -> None:
        """Let every connection go at once."""
        for task in self._leaving:
            task.cancel()
        models = [*self._leaving.values(), *([self._now[1]] if self._now else [])]
        for model in models:
            await model.close()

    def _leave(self, model: ChatModel) -> None:
        task = asyncio.create_task(self._close_after(self._running(), model))
        self._leaving[task] = model
        task.add_done_callback(self._leaving.pop)

    async def _close_after(self, jobs: Collection[asyncio.Task[Any]], model: ChatModel) -> None:
        if jobs:
            await asyncio.wait(jobs)
        await model.close()
