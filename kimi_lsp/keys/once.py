"""Work that many may wait for and that is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Work by what it is about: who comes while it goes on waits for the same end.

    Who stops waiting does not stop it: a person may be typing, and the next one wants the answer.
    """

    def __init__(self) -> None:
        self._going: dict[Hashable, asyncio.Task[T]] = {}

    async def do(self, about: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the work, or what it raises."""
        task = self._going.get(about)
        if task is None:
            task = self._going[about] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._over(about, done))
        return await asyncio.shield(task)

    def _over(self, about: Hashable, done: asyncio.Task[T]) -> None:
        del self._going[about]
        if not done.cancelled():
            # Perhaps nobody waits any longer; asyncio would complain of an error nobody saw.
            done.exception()
