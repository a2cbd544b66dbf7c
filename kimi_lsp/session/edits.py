"""Bring an edit into the editor: located, versioned, applied whole, and seen to have arrived."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Literal

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core import Applied, Refused, TextEdit, apply_reply
from kimi_lsp.core.edits import hunks as hunks_of
from kimi_lsp.core.prompt import ReplyFormat
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import Extent, Point, body, split_lines, units
from kimi_lsp.session.client import Client
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Hunk, Outcome
from kimi_lsp.wire.documents import Change, Document, Documents

SEEN_SECONDS = 2.0
"""How long the client's own change is waited for after it says that it applied an edit."""


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
        target = self.target
        selection = None
        if target is not None:
            selection = (*_utf16(snapshot, target.start), *_utf16(snapshot, target.end))
        return apply_reply(
            snapshot.text,
            self.answer.text,
            path=snapshot.path,
            format=self.format,
            selection=selection,
            current=None if current == snapshot.text else current,
        )


async def deliver(
    job: Job,
    proposal: Proposal,
    documents: Documents,
    client: Client,
    apply: Literal["now", "hold"],
) -> Outcome:
    """Apply a proposal, hold it, or refuse it. Tried once more where the client would not."""
    base = Outcome(
        "done", text=proposal.answer.text, model=proposal.answer.model, usage=proposal.answer.usage
    )
    reason = ""
    for _ in range(2):
        document = documents.get(proposal.snapshot.uri)
        if document is None:
            return _refused(base, "stale", job.say("edit.closed"))
        if document.out_of_sync:
            return _refused(base, "stale", job.say("edit.out_of_sync"))
        located = proposal.locate(document.text)
        if isinstance(located, Refused):
            return _refused(base, located.reason, located.message)
        if apply == "hold" or not client.can.apply_edit:
            return replace(
                base,
                applied=False,
                edit=workspace_edit(client, document, located.edits, proposal.label),
                hunks=held_hunks(document, located.edits),
            )
        job.report("job.applying")
        edit = workspace_edit(client, document, located.edits, proposal.label)
        watch = _Watch(documents, document, located.text)
        try:
            applied, reason = await client.apply_edit(proposal.label, edit)
            if applied:
                if await watch.seen():
                    return replace(base, applied=True, files=(document.uri,))
                return _refused(base, "stale", job.say("edit.not_seen"))
        finally:
            watch.close()
    message = job.say("edit.declined.reason", reason=reason) if reason else job.say("edit.declined")
    return _refused(base, "stale", message)


def _refused(base: Outcome, reason: str, message: str) -> Outcome:
    return replace(base, state="refused", reason=reason, message=message, applied=False)


def _utf16(snapshot: Snapshot, point: Point) -> tuple[int, int]:
    line = snapshot.lines[point.line] if point.line < len(snapshot.lines) else ""
    return point.line, units(line[: point.column], "utf-16")


def points(lines: Sequence[str]) -> Callable[[int], Point]:
    """A function from code point offsets to points, quick for many offsets."""
    starts = list(accumulate(map(len, lines), initial=0))

    def point(offset: int) -> Point:
        line = min(bisect_right(starts, offset) - 1, len(lines))
        if line == len(lines) and lines and body(lines[-1]) == lines[-1]:
            line -= 1
        return Point(line, offset - starts[line])

    return point


def workspace_edit(
    client: Client, document: Document, edits: Sequence[TextEdit], label: str
) -> dict[str, Any]:
    """The edit in the form this client reads, for the version it last gave."""
    can = client.can
    point = points(document.lines)
    annotation = {"annotationId": "kimi"} if can.annotations and can.document_changes else {}
    changes = [
        {
            "range": document.range(Extent(point(edit.start), point(edit.end))),
            "newText": edit.new_text,
            **annotation,
        }
        for edit in edits
    ]
    if not can.document_changes:
        return {"changes": {document.uri: changes}}
    versioned = {"uri": document.uri, "version": document.version}
    made: dict[str, Any] = {"documentChanges": [{"textDocument": versioned, "edits": changes}]}
    if annotation:
        made["changeAnnotations"] = {"kimi": {"label": label}}
    return made


def held_hunks(document: Document, edits: Sequence[TextEdit]) -> tuple[Hunk, ...]:
    """The edit as runs of adjacent changed lines, numbered from 1."""
    point = points(document.lines)
    return tuple(
        Hunk(
            str(number),
            document.uri,
            document.range(Extent(point(hunk.start), point(hunk.end))),
            hunk.new_text,
        )
        for number, hunk in enumerate(hunks_of(document.text, edits), 1)
    )


class _Watch:
    """Waits for the client's own change to show that an edit arrived."""

    def __init__(self, documents: Documents, document: Document, wanted: str) -> None:
        self._documents = documents
        self._uri = document.uri
        self._wanted = _comparable(wanted)
        self._arrived = asyncio.Event()
        documents.on_change.append(self._changed)

    def _changed(self, document: Document, _: Change) -> None:
        if document.uri == self._uri and _comparable(document.text) == self._wanted:
            self._arrived.set()

    async def seen(self) -> bool:
        """Whether the wanted text was seen, at the latest some time after the client's word."""
        try:
            await asyncio.wait_for(self._arrived.wait(), SEEN_SECONDS)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._documents.on_change.remove(self._changed)


def _comparable(text: str) -> list[str]:
    # Editors may write line ends and the last one their own way.
    lines = [body(line) for line in split_lines(text)]
    while lines and not lines[-1]:
        lines.pop()
    return lines
