"""Whether an edit arrived: told by the client's own changes, and never by its word alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from typing import Literal

from kimi_lsp.core.edits import holds_some
from kimi_lsp.core.merge import merged
from kimi_lsp.session.changes import Step, document_at
from kimi_lsp.session.session import Session
from kimi_lsp.session.shape import comparable, operation_of
from kimi_lsp.wire.documents import Change, Document
from kimi_lsp.workspace.roots import path_of

SEEN_SECONDS = 2.0
"""How long the client's own change is waited for after it says that it applied an edit."""

Share = Literal["whole", "part", "none"]


class Arrival:
    """Waits until every open document shows the text that it is to have.

    ``asked``: the client asks its person first, who may take a part of it.
    """

    def __init__(self, session: Session, steps: Sequence[Step], *, asked: bool) -> None:
        self._session, self._asked = session, asked
        # A document that is open goes on: its text is that of this moment.
        self._before = {step.uri: step.document.text for step in steps}
        self._awaited = {
            step.uri: step for step in steps if step.state == "open" and step.located.edits
        }
        self._new_names = {step.uri: step.change.new_uri for step in steps if step.change.new_uri}
        self.seen: set[str] = set()
        self._in_part: set[str] = set()
        self._all = asyncio.Event()
        session.documents.on_change.append(self._changed)

    @property
    def missing(self) -> set[str]:
        """The documents that do not show it yet."""
        return set(self._awaited) - self.seen

    @property
    def awaited(self) -> bool:
        """Whether there is a document that is to show it."""
        return bool(self._awaited)

    def share(self, step: Step) -> Share:
        """How much of a step there is; of what cannot be seen the client's word is taken."""
        operation, uri = operation_of(step), step.uri
        if operation == "delete":
            return "none" if _there(uri) else "whole"
        if operation == "rename":
            return "none" if _there(step.change.new_uri) is False else "whole"
        if uri in self._awaited:
            return "whole" if uri in self.seen else "part" if uri in self._in_part else "none"
        text = self._text(uri)
        if text is None:
            return "none" if _there(uri) is False else "whole"
        if self._shows(text, step):
            return "whole"
        return "part" if step.creates or self._has_part(text, step) else "none"

    def _changed(self, document: Document, _: Change) -> None:
        step = self._awaited.get(document.uri)
        if step is None:
            return
        if self._shows(document.text, step):
            self.seen.add(document.uri)
        elif self._asked and self._has_part(document.text, step):
            self._in_part.add(document.uri)
        if not self.missing - self._in_part:
            self._all.set()

    async def all(self) -> None:
        """Wait until all were seen, at the latest some time after the client's word."""
        if not self.missing - self._in_part:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all.wait(), SEEN_SECONDS)

    def close(self) -> None:
        self._session.documents.on_change.remove(self._changed)

    def _text(self, uri: str) -> str | None:
        """The text of a file that was not open, as it is now, by its new name where it has one."""
        for name in filter(None, (uri, self._new_names.get(uri))):
            document = document_at(self._session, name)
            text = document.text if document else self._session.gate.read(name)
            if isinstance(text, str):
                return text
        return None

    def _shows(self, now: str, step: Step) -> bool:
        before, wanted = self._before[step.uri], step.located.text
        if comparable(now) == comparable(wanted):
            return True
        # An editor may tell of the edit and of what was typed beside it in one change: then making
        # the edit in the text as it is now changes nothing.
        return now != before and merged(before, wanted, now) == now

    def _has_part(self, now: str, step: Step) -> bool:
        return holds_some(self._before[step.uri], step.located.edits, now)


def _there(uri: str) -> bool | None:
    """Whether there is a file; None where that cannot be known."""
    path = path_of(uri)
    return os.path.lexists(path) if path else None
