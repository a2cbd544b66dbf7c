"""The loop: ask, draw, compare, tell what is off, ask again, always from the best so far."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.course import Attempt, Course, Limits
from kimi_lsp.vision.feedback import notes
from kimi_lsp.vision.rendering import Candidate, Rendering
from kimi_lsp.vision.scored import Score


class Eyes(Protocol):
    """What draws and compares: a ``Studio``."""

    async def render(self, candidate: Candidate) -> Rendering: ...

    async def score(self, target: bytes, rendering: Rendering) -> Score: ...


@dataclass(frozen=True)
class Turn:
    """What the model is asked next. In the first round there is no ``best`` and no ``notes``.

    ``best`` is what to go on from; its crops and its picture go beside the target. ``last`` is
    the answer of the round before.
    """

    round: int
    best: Attempt | None = None
    last: Attempt | None = None
    notes: str = ""


Ask = Callable[[Turn], Awaitable[str | None]]
"""One turn with the model: the code of its answer, None where it held none. Its ``KimiError``
ends the loop, which keeps what there is."""

LIMITS = Limits()

Stage = Callable[[str], Candidate]
"""The candidate of a piece of code."""


async def improve(
    eyes: Eyes,
    target: bytes,
    ask: Ask,
    stage: Stage,
    *,
    limits: Limits = LIMITS,
    seen: Callable[[Course], None] = lambda _course: None,
) -> Course:
    """Come as near to the target, a PNG, as the limits allow.

    ``seen`` is told of the course after each round, and of its end. A cancellation is told to it
    as an end by ``cancel``, and raised on. Raises the ``KimiError`` of ``ask`` where it comes
    before there is any code; later it is the course's ``error``.
    """
    course = Course(limits)
    try:
        while course.stop is None:
            course = await _round(course, eyes, target, ask, stage)
            seen(course)
    except asyncio.CancelledError:
        seen(course.end("cancel"))
        raise
    return course


async def _round(course: Course, eyes: Eyes, target: bytes, ask: Ask, stage: Stage) -> Course:
    best, last = course.best, course.attempts[-1] if course.attempts else None
    said = notes(best, last) if last is not None else ""
    try:
        code = await ask(Turn(len(course.attempts) + 1, best, last, said))
    except KimiError as error:
        if course.latest is None:
            raise
        return course.end("budget" if error.reason == "budget" else "failed", error)
    if code is None:
        return course.then(Attempt(None))
    if best is not None and best.code is not None and code.strip() == best.code.strip():
        return course.then(Attempt(code))
    try:
        rendering = await eyes.render(stage(code))
        score = await eyes.score(target, rendering)
    except KimiError as error:
        after = course.then(Attempt(code, problem=str(error)))
        # What cannot be drawn here now cannot be drawn in the next round either.
        return after.end("unverified", error) if error.reason == "unsupported" else after
    return course.then(Attempt(code, rendering, score))
