"""What a person does with an answer afterwards: accept it, whole or in part, or look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core.fences import code_blocks
from kimi_lsp.core.model import Usage
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import Extent, Point
from kimi_lsp.errors import KimiError
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.session import Session
from kimi_lsp.session.show import write_file


async def apply_held(
    session: Session, job: Job, name: str, hunks: Sequence[str] | None, *, confirmed: bool
) -> Outcome:
    """Apply a held edit, or some of its hunks, in the text as it is now."""
    from kimi_lsp.session.changes import opened
    from kimi_lsp.session.deliver import Delivery

    held = session.held.get(name)
    if held is None:
        return Outcome("refused", "stale", job.say("held.gone"))
    waiting = held.ids()
    chosen = tuple(waiting if hunks is None else (one for one in waiting if one in hunks))
    if not chosen:
        return Outcome("refused", "no_change", job.say("held.no_hunk"))
    delivery = Delivery(session, job, held.uri, held.label, Outcome("done"))
    changes = held.changes(chosen)
    outcome = await delivery.apply(changes, confirmed=confirmed, kept=True)
    if outcome.applied:
        session.held.take(name, chosen)
        await opened(session, changes, focus=True)
    return outcome


class Wishes(Protocol):
    """How an edit of a block is wanted."""

    apply: Literal["now", "hold"] | None
    version: int | None


async def apply_block(
    session: Session,
    job: Job,
    name: str,
    block: int,
    uri: str,
    range_: Mapping[str, Any] | None,
    wishes: Wishes,
) -> Outcome:
    """Make a code block of an answer, counted from 1, the new text of a range or a document."""
    from kimi_lsp.session.deliver import deliver
    from kimi_lsp.session.plan import Proposal

    finished = session.answers.get(name)
    if finished is None:
        return Outcome("refused", "stale", job.say("answer.gone"))
    blocks = code_blocks(finished.text)
    if not 1 <= block <= len(blocks):
        return Outcome("refused", "malformed", job.say("answer.no_block", block=block))
    document = session.document(uri)
    extent = Extent(Point(0, 0), document.point({"line": 2**31 - 1, "character": 0}))
    if range_ is not None:
        version = document.version if wishes.version is None else wishes.version
        found = document.extent_since(range_, version)
        if found is None:
            return Outcome("refused", "stale", job.say("document.changed"))
        extent = found
    snapshot = Snapshot(
        uri=uri,
        path=session.roots.shown(uri),
        language=document.language_id or "text",
        version=document.version,
        lines=tuple(document.lines),
        extent=extent,
    )
    proposal = Proposal(
        snapshot,
        Answer(blocks[block - 1], "", Usage()),
        "whole" if range_ is None else "selection",
        None if range_ is None else extent,
        job.say("action.apply.label", path=snapshot.path),
    )
    outcome = await deliver(session, job, proposal, wishes.apply or session.settings.edit.apply)
    return replace(outcome, model="", usage=None)


async def show(session: Session, name: str, what: Literal["reply", "diff"]) -> dict[str, Any]:
    """Open an answer, or what it changes, beside the person's work; its text in any case."""
    finished, held = session.answers.get(name), session.held.get(name)
    if what == "diff":
        text = held.diff() if held else finished.diff if finished else ""
    else:
        text = finished.text if finished else ""
    if not text:
        error = KimiError("unsupported", "answer.gone")
        message = error.text(session.language)
        return {"state": "failed", "reason": error.reason, "message": message}
    shown = False
    if session.client.can.show_document:
        suffix = "diff" if what == "diff" else "md"
        folder = session.places.cache / "explanations"
        path = write_file(folder, f"{name}-{what}", text, suffix)
        shown = path is not None and await session.client.show_document(path.as_uri())
    return {"text": text, "shown": shown}
