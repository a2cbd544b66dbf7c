"""What a job of an action does, from the snapshot to what the person gets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from kimi_lsp.actions.action import Action, Ask
from kimi_lsp.core.model import ChatRequest, TextPart
from kimi_lsp.core.prompt import Prompt
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.tokens import estimated_tokens
from kimi_lsp.errors import KimiError
from kimi_lsp.session.asking import request_of
from kimi_lsp.session.display import displayed
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.outlet import Question
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
        return request_of(
            session,
            prompt,
            action=self.action.id,
            uri=self.snapshot.uri,
            model=self.model,
            thinking=self.thinking,
        )


def preview(session: Session, task: Task) -> dict[str, Any]:
    """What a task would send, with its cost at most; sends nothing."""
    prompt = task.action.build(task.snapshot, task.ask)
    return session.outlet.preview(_question(session, task, prompt))


async def perform(session: Session, job: Job, task: Task) -> Outcome:
    """Ask the model, then show its explanation or deliver its edit."""
    session.outlet.pass_gate((task.snapshot.uri,))
    try:
        return await _perform(session, job, task)
    except KimiError as error:
        smaller = _smaller(session, task) if error.reason == "too_large" else None
        if smaller is None:
            raise
        job.report("job.trimming")
        return await _perform(session, job, smaller)


def _smaller(session: Session, task: Task) -> Task | None:
    """The task with half the code around what is asked about; None where nothing can go."""
    request = task.request(session, task.action.build(task.snapshot, task.ask))
    size = sum(
        estimated_tokens(part.text)
        for message in request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )
    smaller = replace(task, ask=replace(task.ask, room=max(size // 2, 1)))
    again = smaller.request(session, smaller.action.build(smaller.snapshot, smaller.ask))
    return None if again.messages == request.messages else smaller


async def _perform(session: Session, job: Job, task: Task) -> Outcome:
    prompt = task.action.build(task.snapshot, task.ask)
    question = _question(session, task, prompt)
    if prompt.format is None:
        outcome = await _explain(session, job, task.snapshot, question)
        return replace(outcome, trimmed=prompt.left_out)
    # The edit engine is loaded when the first edit is there, not when the server starts.
    from kimi_lsp.session.again import another_turn
    from kimi_lsp.session.deliver import deliver
    from kimi_lsp.session.plan import Proposal

    label = job.say(f"{task.action.title}.label", path=task.snapshot.path)
    answer = await session.outlet.ask(question, job.saw)
    proposal = Proposal(task.snapshot, answer, prompt.format, prompt.target, label)
    again = another_turn(session, proposal, question)
    if again is not None:
        job.again()
        second = await session.outlet.ask(again, job.saw)
        second = replace(second, usage=answer.usage.plus(second.usage))
        proposal = replace(proposal, answer=second)
    apply = task.apply or session.settings.edit.apply
    return replace(await deliver(session, job, proposal, apply), trimmed=prompt.left_out)


def _question(session: Session, task: Task, prompt: Prompt) -> Question:
    return Question(task.request(session, prompt), (task.snapshot.uri,))


async def _explain(session: Session, job: Job, snapshot: Snapshot, question: Question) -> Outcome:
    answer = await displayed(
        session,
        job,
        (snapshot.uri, snapshot.extent),
        lambda saw: session.outlet.ask(question, saw, again=False),
    )
    request = question.request
    # Whoever reads an explanation may go on asking.
    conversation = session.conversations.begin(thinking=request.thinking, model=request.model)
    asked = conversation.asked(request.messages[-1], snapshot.uri)
    session.conversations.keep(asked.answered(answer.text))
    return Outcome(
        "done",
        text=answer.text,
        conversation=conversation.id,
        model=answer.model,
        usage=answer.usage,
        again=not answer.usage.requests,
    )
