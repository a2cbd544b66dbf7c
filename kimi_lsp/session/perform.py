"""What a job of an action does, from the snapshot to what the person gets."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kimi_lsp.actions.action import Action, Ask
from kimi_lsp.actions.turn import take_turn
from kimi_lsp.core.model import ChatRequest, Message, StreamEvent, TextDelta, TextPart
from kimi_lsp.core.prompt import Prompt
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.errors import KimiError
from kimi_lsp.session import show
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.session import Session

if TYPE_CHECKING:
    from kimi_lsp.session.deliver import Proposal


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
    # The edit engine is loaded when the first edit is there, not when the server starts.
    from kimi_lsp.session.deliver import Proposal, deliver

    label = job.say(f"{task.action.title}.label", path=task.snapshot.path)
    answer = await take_turn(session.model, request, job.saw)
    proposal = Proposal(task.snapshot, answer, prompt.format, prompt.target, label)
    again = _repair(proposal, request)
    if again is not None:
        job.again()
        second = await take_turn(session.model, again, job.saw)
        second = replace(second, usage=answer.usage.plus(second.usage))
        proposal = replace(proposal, answer=second)
    return await deliver(session, job, proposal, task.apply or session.settings.edit.apply)


def _repair(proposal: Proposal, request: ChatRequest) -> ChatRequest | None:
    """One more turn, which shows the model the real lines its answer has no place in."""
    from kimi_lsp.core import Refused
    from kimi_lsp.core.repair import failures, repair_text

    snapshot, said = proposal.snapshot, proposal.answer.text
    located = proposal.locate(snapshot.text)
    if not isinstance(located, Refused) or located.reason not in ("not_found", "ambiguous"):
        return None
    failed = failures(snapshot.text, said, path=snapshot.path, format=proposal.format)
    if not failed:
        return None
    messages = (
        *request.messages,
        Message("assistant", (TextPart(said),)),
        Message("user", (TextPart(repair_text(failed)),)),
    )
    return replace(request, messages=messages)


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
