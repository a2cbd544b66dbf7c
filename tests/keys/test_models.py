"""The models of a session as its settings change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from kimi_lsp.core.model import ChatRequest, StreamEvent
from kimi_lsp.session.models import Models
from kimi_lsp.settings import Settings


class Model:
    """A model that notes its end."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    async def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        raise NotImplementedError
        yield

    async def close(self) -> None:
        self.closed.set()


async def test_an_old_model_is_closed_when_its_jobs_have_ended() -> None:
    made: list[Model] = []
    jobs: list[asyncio.Task[object]] = []
    go = asyncio.Event()

    def connect(_: Settings) -> Model:
        made.append(Model())
        return made[-1]

    models = Models(connect, lambda: tuple(jobs))
    first = models.of(Settings())
    assert models.of(Settings(language="fr", thinking="on")) is first
    jobs.append(asyncio.create_task(go.wait()))
    second = models.of(Settings(model="other"))
    assert second is not first
    await asyncio.sleep(0)
    assert not made[0].closed.is_set()
    jobs.append(asyncio.create_task(asyncio.Event().wait()))
    go.set()
    async with asyncio.timeout(10):
        await made[0].closed.wait()
    assert not made[1].closed.is_set()
    third = models.of(Settings(model="third"))
    await models.close()
    assert [one.closed.is_set() for one in made] == [True, True, True]
    assert third is made[2]
    jobs[1].cancel()
