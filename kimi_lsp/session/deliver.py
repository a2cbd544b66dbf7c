"""Bring an edit into the editor: located, versioned, applied whole, and seen to have arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core import Applied, Refused, TextEdit, apply_reply
from kimi_lsp.core.edits import hunks as hunks_of
from kimi_lsp.core.merge import merged
from kimi_lsp.core.prompt import ReplyFormat
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import Extent, Point, units
from kimi_lsp.errors import KimiError
from kimi_lsp.session.concerns import concern
from kimi_lsp.session.held import Held
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.session import Session
from kimi_lsp.session.shape import asks, comparable, shown_hunks, workspace_edit
from kimi_lsp.wire.documents import Change, Document, Documents

SEEN_SECONDS = 2.0
"""How long the client's own change is waited for after it says that it applied an edit."""

Locate = Callable[[str], Applied | Refused]
"""The edit of a document's text as it is when asked."""


@dataclass(frozen=True)
class Proposal:
    """An answer that is to become an edit of one document."""

    snapshot: Snapshot
    answer: Answer
    format: ReplyFormat
    target: Extent | None
    label: str

    def locate(self, current: str) -> Applied | Refused:
        """The edit of the text as it is now."""
        snapshot = self.snapshot
        selection = None
        if self.target is not None:
            selection = (*_utf16(snapshot, self.target.start), *_utf16(snapshot, self.target.end))
        return apply_reply(
            snapshot.text,
            self.answer.text,
            path=snapshot.path,
            format=self.format,
            selection=selection,
            current=None if current == snapshot.text else current,
        )


async def deliver(
    session: Session, job: Job, proposal: Proposal, apply: Literal["now", "hold"]
) -> Outcome:
    """Apply a proposal, hold it, or refuse it."""
    answer, snapshot = proposal.answer, proposal.snapshot
    base = Outcome("done", text=answer.text, model=answer.model, usage=answer.usage)
    delivery = Delivery(session, job, snapshot.uri, snapshot.path, proposal.label, base)
    if apply == "hold" or not session.client.can.apply_edit:
        return delivery.hold(proposal.locate)
    return await delivery.apply(proposal.locate)


@dataclass(frozen=True)
class Delivery:
    """One edit on its way to one document; ``base`` is how its job ends when all is well."""

    session: Session
    job: Job
    uri: str
    path: str
    label: str
    base: Outcome

    async def apply(self, locate: Locate, *, confirmed: bool = False) -> Outcome:
        """Apply the edit, once more where the client would not; hold what it cannot ask about."""
        client, reason = self.session.client, ""
        for _ in range(2):
            found = self._located(locate)
            if isinstance(found, Outcome):
                return found
            document, located = found
            why = "" if confirmed else self._concern(document, located.edits)
            if why and not asks(client.can):
                return self.hold(locate)
            self.job.report("job.confirming" if why else "job.applying")
            edit = workspace_edit(
                client.can, document, located.edits, self.label, why, is_open=self._open
            )
            watch = _Watch(self.session.documents, document, document.text, located.text)
            try:
                applied, reason = await client.apply_edit(self.label, edit)
                if applied:
                    # One that is not open tells of no change: there the client's word is all.
                    if not self._open or await watch.seen():
                        return replace(self.base, applied=True, files=(document.uri,))
                    return self._refused("stale", self.job.say("edit.not_seen"))
            finally:
                watch.close()
            if why:
                # The person was asked, and did not agree.
                return replace(
                    self.base,
                    state="cancelled",
                    message=self.job.say("edit.not_confirmed"),
                    applied=False,
                )
        say = self.job.say
        message = say("edit.declined.reason", reason=reason) if reason else say("edit.declined")
        return self._refused("stale", message)

    def hold(self, locate: Locate) -> Outcome:
        """Keep the edit for its person to accept."""
        found = self._located(locate)
        if isinstance(found, Outcome):
            return found
        document, located = found
        whole = hunks_of(document.text, located.edits)
        held = Held(self.job.id, self.uri, self.path, self.label, document.text, whole)
        self.session.held.keep(held)
        return replace(
            self.base,
            applied=False,
            edit=workspace_edit(
                self.session.client.can,
                document,
                located.edits,
                self.label,
                is_open=self._open,
            ),
            hunks=shown_hunks(document, whole, lambda hunk: self._concern(document, (hunk,))),
        )

    @property
    def _open(self) -> bool:
        return self.session.documents.get(self.uri) is not None

    def _located(self, locate: Locate) -> tuple[Document, Applied] | Outcome:
        try:
            document = self.session.document(self.uri)
        except KimiError:
            return self._refused("stale", self.job.say("edit.closed"))
        if document.out_of_sync:
            return self._refused("stale", self.job.say("edit.out_of_sync"))
        located = locate(document.text)
        if isinstance(located, Refused):
            return self._refused(located.reason, located.message)
        return document, located

    def _concern(self, document: Document, edits: tuple[TextEdit, ...]) -> str:
        return concern(self.path, document.text, edits, self.job.say)

    def _refused(self, reason: str, message: str) -> Outcome:
        return replace(self.base, state="refused", reason=reason, message=message, applied=False)


def _utf16(snapshot: Snapshot, point: Point) -> tuple[int, int]:
    line = snapshot.lines[point.line] if point.line < len(snapshot.lines) else ""
    return point.line, units(line[: point.column], "utf-16")


class _Watch:
    """Waits for the client's own change to show that an edit arrived."""

    def __init__(self, documents: Documents, document: Document, before: str, wanted: str) -> None:
        self._documents = documents
        self._uri = document.uri
        self._before = before
        self._wanted = wanted
        self._arrived = asyncio.Event()
        documents.on_change.append(self._changed)

    def _changed(self, document: Document, _: Change) -> None:
        if document.uri == self._uri and self._shows(document.text):
            self._arrived.set()

    def _shows(self, now: str) -> bool:
        if comparable(now) == comparable(self._wanted):
            return True
        # An editor may tell of the edit and of what was typed beside it in one change: then making
        # the edit in the text as it is now changes nothing.
        return now != self._before and merged(self._before, self._wanted, now) == now

    async def seen(self) -> bool:
        """Whether the wanted text was seen, at the latest some time after the client's word."""
        try:
            await asyncio.wait_for(self._arrived.wait(), SEEN_SECONDS)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._documents.on_change.remove(self._changed)
