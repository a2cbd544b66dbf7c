"""What a job of an action does, from the snapshot to what the person gets."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Literal

from kimi_lsp.actions.action import Action, Ask
from kimi_lsp.actions.turn import take_turn
from kimi_lsp.core.model import ChatRequest, StreamEvent, TextDelta
from kimi_lsp.core.prompt import Prompt
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.errors import KimiError
from kimi_lsp.session import show
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.session import Session


@dataclass(frozen=True)
class Task:
    """An action and everything a person said with it; None leaves a choice to the settings."""

    action: Action
    snapshot: Snapshot
    ask: Ask
    apply: Literal["now", "hold"] | None = None
    model: str | None = None
    thinking: Literal["auto", "on", "off"] | None = None

    def request(self, session: Session, prompt: Prompt) -> ChatRequest:
        """The call of the model that asks a prompt of this task."""
        wish = self.thinking or session.settings.thinking
        # The same question about the same file shares its first tokens with the last one.
        key = hashlib.sha256(f"{self.action.id}\0{self.snapshot.uri}".encode()).hexdigest()[:16]
        return prompt.request(thinking=wish == "on", model=self.model, cache_key=key)


async def perform(session: Session, job: Job, task: Task) -> Outcome:
    """Ask the model, then show its explanation or deliver its edit."""
    prompt = task.action.build(task.snapshot, task.ask)
    request = task.request(session, prompt)
    if prompt.format is None:
        return await _explain(session, job, task.snapshot, request)
    answer = await take_turn(session.model, request, job.saw)
    # The edit engine is loaded when the first edit is there, not when the server starts.
    from kimi_lsp.session.edits import Proposal, deliver

    label = job.say(f"{task.action.title}.label", path=task.snapshot.path)
    proposal = Proposal(task.snapshot, answer, prompt.format, prompt.target, label)
    apply = task.apply or session.settings.edit.apply
    return await deliver(job, proposal, session.documents, session.client, apply)


async def _explain(session: Session, job: Job, snapshot: Snapshot, request: ChatRequest) -> Outcome:
    explanation = session.explanations.begin(job.id, snapshot.uri, snapshot.extent)
    how = show.way(
        session.client, session.settings.explain.display, events=session.settings.job_events
    )
    folder = session.places.cache / "explanations"
    showing = show.Showing(session.client, explanation, how, folder)

    def saw(event: StreamEvent) -> None:
        job.saw(event)
        if isinstance(event, TextDelta):
            explanation.text += event.text
            showing.grew()

    explanation.state = "cancelled"
    try:
        answer = await take_turn(session.model, request, saw)
    except asyncio.CancelledError:
        explanation.state = "cancelled"
        raise
    except KimiError:
        explanation.state = "failed"
        raise
    explanation.state = "done"
    await showing.complete()
    return Outcome("done", text=answer.text, model=answer.model, usage=answer.usage)
