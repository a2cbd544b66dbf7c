"""Bring an edit into the editor: located, versioned, applied whole, and seen to have arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kimi_lsp.core import Refused, TextEdit
from kimi_lsp.core.edits import hunks as hunks_of
from kimi_lsp.session.arrival import Arrival
from kimi_lsp.session.changes import Change, Step, located
from kimi_lsp.session.concerns import concern, is_control
from kimi_lsp.session.held import Held, HeldFile
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Hunk, Outcome
from kimi_lsp.session.plan import Proposal
from kimi_lsp.session.refusals import told
from kimi_lsp.session.session import Session
from kimi_lsp.session.shape import asks, operation_of, shown_hunks, unable, workspace_edit

Apply = Literal["now", "hold"]


async def deliver(session: Session, job: Job, proposal: Proposal, apply: Apply) -> Outcome:
    """Apply a proposal, hold it, or refuse it."""
    answer, snapshot = proposal.answer, proposal.snapshot
    base = Outcome("done", text=answer.text, model=answer.model, usage=answer.usage)
    changes = proposal.changes(session.roots)
    if isinstance(changes, Refused):
        return _refused(base, changes.reason, told(changes, job.language))
    delivery = Delivery(session, job, snapshot.uri, proposal.label, base)
    return await delivery.made(changes, apply)


@dataclass(frozen=True)
class Delivery:
    """One edit on its way; ``base`` is how its job ends when all is well.

    ``uri`` is the document it was asked for on, with which it is kept where it has to wait.
    """

    session: Session
    job: Job
    uri: str
    label: str
    base: Outcome

    async def made(self, changes: Sequence[Change], apply: Apply) -> Outcome:
        """Apply the changes, or hold them where that is wished or nothing else can be done."""
        if apply == "hold" or not self.session.client.can.apply_edit:
            found = located(self.session, changes, self.job.say)
            if isinstance(found, Refused):
                return self._refused(found.reason, told(found, self.job.language))
            return self._hold(found)
        return await self.apply(changes)

    async def apply(
        self, changes: Sequence[Change], *, confirmed: bool = False, kept: bool = False
    ) -> Outcome:
        """Apply the edit, once more where the client would not; hold what it cannot ask about.

        ``kept``: it was held already, so that it is of no use to hold what the client cannot do.
        """
        client, reason = self.session.client, ""
        for _ in range(2):
            steps = located(self.session, changes, self.job.say)
            if isinstance(steps, Refused):
                return self._refused(steps.reason, told(steps, self.job.language))
            concerns = ["" if confirmed else concern(step, self.job.say) for step in steps]
            lacking = unable(client.can, steps)
            if lacking and kept:
                return self._refused("malformed", self._lacking(lacking))
            if lacking or (any(concerns) and not asks(client.can)):
                return self._hold(steps)
            asked = any(concerns)
            if asked:
                self.job.confirming()
            else:
                self.job.report("job.applying")
            # From here to the sending nothing is waited for: the versions are those of the texts.
            edit = workspace_edit(client.can, steps, self.label, concerns, self.job.say)
            arrival = Arrival(self.session, steps, asked=asked)
            try:
                applied, reason = await client.apply_edit(self.label, edit)
                if applied:
                    await arrival.all()
                    return (self._chosen if asked else self._arrived)(steps, arrival)
            finally:
                arrival.close()
            if asked:
                # The person was asked, and did not agree.
                message = self.job.say("edit.not_confirmed")
                return replace(self.base, state="cancelled", message=message, applied=False)
            if arrival.seen:
                return self._halfway(steps, arrival)
        say = self.job.say
        message = say("edit.declined.reason", reason=reason) if reason else say("edit.declined")
        return self._refused("stale", message)

    def _arrived(self, steps: Sequence[Step], arrival: Arrival) -> Outcome:
        """The end of a job whose edit the client says it applied."""
        if not arrival.missing:
            return replace(self.base, applied=True, files=_files(steps))
        if len(steps) == 1 or not arrival.seen:
            return self._refused("stale", self.job.say("edit.not_seen"))
        return self._halfway(steps, arrival)

    def _chosen(self, steps: Sequence[Step], arrival: Arrival) -> Outcome:
        """The end where its person was asked and agreed, perhaps to a part of it."""
        shares = [(arrival.share(step), step) for step in steps]
        there = [step for share, step in shares if share != "none"]
        if not there and arrival.awaited:
            return self._refused("stale", self.job.say("edit.not_seen"))
        said: list[str] = []
        for key, share in (("edit.in_part", "part"), ("edit.left_out", "none")):
            paths = [step.change.path for one, step in shares if one == share]
            if paths:
                said.append(self.job.say(key, paths=", ".join(dict.fromkeys(paths))))
        return replace(self.base, applied=True, files=_files(there), message=" ".join(said))

    def _halfway(self, steps: Sequence[Step], arrival: Arrival) -> Outcome:
        """The end where some documents show the edit and others do not."""
        there = [step for step in steps if step.uri not in arrival.missing]
        gone = ", ".join(step.change.path for step in steps if step.uri in arrival.missing)
        done = ", ".join(step.change.path for step in there)
        message = self.job.say("edit.halfway", done=done, paths=gone)
        return replace(self._refused("stale", message), files=_files(there))

    def _hold(self, steps: Sequence[Step]) -> Outcome:
        """Keep the edit for its person to accept."""
        can, say = self.session.client.can, self.job.say
        files: list[HeldFile] = []
        shown: list[Hunk] = []
        for step in steps:
            hunks = _hunks(step)
            first = len(shown) + 1
            base = step.document.text
            files.append(HeldFile(step.change, base, hunks, first, is_control(step), step.creates))

            def confirm(edits: Sequence[TextEdit], step: Step = step) -> str:
                return concern(step, say, edits)

            shown += shown_hunks(step, hunks, first, confirm)
        self.session.held.keep(Held(self.job.id, self.uri, self.label, tuple(files)))
        concerns = [concern(step, say) for step in steps]
        lacking = unable(can, steps) if can.apply_edit else ()
        return replace(
            self.base,
            applied=False,
            edit=workspace_edit(can, steps, self.label, concerns, say),
            hunks=tuple(shown),
            message=self._lacking(lacking) if lacking else "",
        )

    def _lacking(self, steps: Sequence[Step]) -> str:
        step = steps[0]
        kind = operation_of(step)
        return self.job.say(f"edit.cannot.{kind}", path=step.change.path, new=step.change.new_path)

    def _refused(self, reason: str, message: str) -> Outcome:
        return _refused(self.base, reason, message)


def _hunks(step: Step) -> tuple[TextEdit, ...]:
    text = step.document.text
    match operation_of(step):
        case "delete":
            return (TextEdit(0, len(text), ""),)
        case "rename":
            return (TextEdit(0, 0, ""),)
        case "create":
            return (TextEdit(0, 0, step.located.text),)
        case _:
            return hunks_of(text, step.located.edits)


def _files(steps: Sequence[Step]) -> tuple[str, ...]:
    """What was created or changed; a renamed file by its new name."""
    return tuple(dict.fromkeys(step.change.new_uri or step.uri for step in steps))


def _refused(base: Outcome, reason: str, message: str) -> Outcome:
    return replace(base, state="refused", reason=reason, message=message, applied=False)
