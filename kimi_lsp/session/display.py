"""An answer that a person reads: shown while it comes, kept for the hover, its end told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core.model import StreamEvent, TextDelta
from kimi_lsp.core.text import Extent
from kimi_lsp.errors import KimiError
from kimi_lsp.session import show
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.session import Session


async def displayed(
    session: Session,
    job: Job,
    place: tuple[str, Extent] | None,
    ask: Callable[[Callable[[StreamEvent], None]], Awaitable[Answer]],
) -> Answer:
    """The answer, shown by the client's best way; ``place`` is the code it is about, if any."""
    explanation = session.explanations.begin(job.id, *(place or ("", None)))
    settings = session.settings
    how = show.way(session.client, settings.explain.display, events=settings.job_events)
    folder = session.places.cache / "explanations"
    showing = show.Showing(session.client, explanation, how, folder)

    def saw(event: StreamEvent) -> None:
        job.saw(event)
        if isinstance(event, TextDelta):
            explanation.text += event.text
            showing.grew()

    try:
        answer = await ask(saw)
    except asyncio.CancelledError:
        explanation.state = "cancelled"
        raise
    except KimiError:
        explanation.state = "failed"
        raise
    explanation.state = "done"
    await showing.complete()
    return answer
