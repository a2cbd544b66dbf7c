"""Whether an edit arrived: told by the client's own changes, and never by its word alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from kimi_lsp.core.merge import merged
from kimi_lsp.session.changes import Step
from kimi_lsp.session.shape import comparable
from kimi_lsp.wire.documents import Change, Document, Documents

SEEN_SECONDS = 2.0
"""How long the client's own change is waited for after it says that it applied an edit."""


class Arrival:
    """Waits until every open document shows the text that it is to have."""

    def __init__(self, documents: Documents, steps: Sequence[Step]) -> None:
        self._documents = documents
        self._awaited = {
            step.uri: (step.document.text, step.located.text)
            for step in steps
            if step.state == "open" and step.located.edits
        }
        self.seen: set[str] = set()
        self._all = asyncio.Event()
        documents.on_change.append(self._changed)

    @property
    def missing(self) -> set[str]:
        """The documents that do not show it yet."""
        return set(self._awaited) - self.seen

    def _changed(self, document: Document, _: Change) -> None:
        awaited = self._awaited.get(document.uri)
        if awaited and _shows(document.text, *awaited):
            self.seen.add(document.uri)
            if not self.missing:
                self._all.set()

    async def all(self) -> bool:
        """Whether all were seen, at the latest some time after the client's word."""
        if self.missing:
            try:
                await asyncio.wait_for(self._all.wait(), SEEN_SECONDS)
            except TimeoutError:
                return False
        return True

    def close(self) -> None:
        self._documents.on_change.remove(self._changed)


def _shows(now: str, before: str, wanted: str) -> bool:
    if comparable(now) == comparable(wanted):
        return True
    # An editor may tell of the edit and of what was typed beside it in one change: then making
    # the edit in the text as it is now changes nothing.
    return now != before and merged(before, wanted, now) == now
