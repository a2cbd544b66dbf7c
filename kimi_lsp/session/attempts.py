"""The turns that a component takes, and its way into the editor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core import Refused
from kimi_lsp.core.model import Message, TextPart, Usage
from kimi_lsp.session.changes import opened
from kimi_lsp.session.deliver import Delivery
from kimi_lsp.session.drafts import Draft, draft
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.making import Brief
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.refusals import told
from kimi_lsp.session.session import Session
from kimi_lsp.session.sight import target_of


async def attempt(session: Session, job: Job, brief: Brief) -> Outcome:
    """Ask, once more where the answer cannot be used, and deliver what came of it."""
    attempts = Attempts(session, job, brief)
    target = None if brief.making.verify is False else target_of(brief.making.ask.images)
    if target is None or not brief.seen_alone:
        check = None
        if brief.making.verify is not False:
            why = "component.not_seen" if brief.seen_alone else "component.not_alone"
            check = {"kind": "none", "why": job.say(why)}
        return await delivered(attempts, await attempts.first(), check)
    # What draws is loaded when there is something to draw.
    from kimi_lsp.session.refine import Refining

    found, seen = await Refining(attempts, target).run()
    return await delivered(attempts, found, seen)


class Attempts:
    """The answers to one brief, and what they took together."""

    def __init__(self, session: Session, job: Job, brief: Brief) -> None:
        self.session = session
        self.job = job
        self.brief = brief
        self.usage: Usage | None = None
        self.answer: Answer | None = None

    async def first(self) -> Draft | Refused:
        """A draft without looking at it: one more turn where the answer has not its form."""
        found = await self.ask()
        if not isinstance(found, Refused) or found.reason == "no_edit" or self.answer is None:
            return found
        self.job.again()
        return await self.ask(_answered(self.answer, f"{found.message} {_AGAIN}"))

    async def ask(self, more: tuple[Message, ...] = ()) -> Draft | Refused:
        """One turn; its answer is the latest one."""
        question = self.brief.question(self.session, more)
        if self.answer is not None:
            self.job.afresh()
        answer = await self.session.outlet.ask(question, self.job.saw)
        self.answer = answer
        self.usage = answer.usage if self.usage is None else self.usage.plus(answer.usage)
        return draft(self.session, self.brief, answer)


_AGAIN = "Give the whole answer again, in the form that was asked for."


def _answered(answer: Answer, said: str) -> tuple[Message, ...]:
    return (
        Message("assistant", (TextPart(answer.text),)),
        Message("user", (TextPart(said),)),
    )


async def delivered(
    attempts: Attempts, found: Draft | Refused, check: dict[str, Any] | None
) -> Outcome:
    """Bring a draft into the editor, and show a new file, with the focus where nobody wrote on."""
    session, job, brief = attempts.session, attempts.job, attempts.brief
    answer, making = attempts.answer, brief.making
    base = Outcome("done", check=check)
    if answer is not None:
        base = replace(base, text=answer.text, model=answer.model, usage=attempts.usage)
    if isinstance(found, Refused):
        message = told(found, job.language)
        return replace(base, state="refused", reason=found.reason, message=message)
    label = job.say(
        "action.component.label", path=session.roots.shown(brief.around.files.uri(found.path))
    )
    delivery = Delivery(session, job, making.uri, label, base)
    outcome = await delivery.made(found.changes, making.apply or session.settings.edit.apply)
    if outcome.applied:
        asked, now = making.snapshot, session.documents.get(making.uri)
        unchanged = asked is None or now is None or now.version == asked.version
        await opened(session, found.changes, focus=unchanged)
    return outcome
