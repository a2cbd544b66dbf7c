"""Edits that wait for their person: whole or by hunks, against the text as it is when accepted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kimi_lsp.wire.documents import Document

if TYPE_CHECKING:
    # The edit engine is loaded when the first edit is there, not when the server starts.
    from kimi_lsp.core import Applied, Refused, TextEdit

KEPT_SECONDS = 1800
"""How long a held edit waits."""

KEPT = 50


@dataclass(frozen=True)
class Held:
    """An edit of one document: ``hunks`` replace whole lines of ``base``, their ids count from 1.

    ``taken`` are the hunks that were applied already.
    """

    job: str
    uri: str
    path: str
    label: str
    base: str
    hunks: tuple[TextEdit, ...]
    taken: frozenset[str] = frozenset()

    def ids(self) -> tuple[str, ...]:
        """The hunks that still wait."""
        every = (str(number) for number in range(1, len(self.hunks) + 1))
        return tuple(one for one in every if one not in self.taken)

    def locate(self, chosen: Iterable[str], current: str) -> Applied | Refused:
        """The edit that makes the chosen hunks, on top of those taken, in a text as it is now."""
        from kimi_lsp.core.edits import Applied, minimal_edits
        from kimi_lsp.core.merge import merged
        from kimi_lsp.core.refused import Refused, refuse

        before = self._with(self.taken)
        after = self._with(self.taken | set(chosen))
        made = merged(before, after, current)
        if isinstance(made, Refused):
            return made
        edits = minimal_edits(current, made)
        if not edits:
            return refuse("no_change")
        return Applied(made, edits)

    def diff(self) -> str:
        """What still waits, for people."""
        from kimi_lsp.core.edits import unified

        return unified(self._with(self.taken), self._with(self.taken | set(self.ids())), self.path)

    def _with(self, ids: frozenset[str]) -> str:
        from kimi_lsp.core.edits import apply_edits

        return apply_edits(
            self.base, [hunk for number, hunk in enumerate(self.hunks, 1) if str(number) in ids]
        )


@dataclass
class HeldEdits:
    """The held edits of a session, newest last."""

    now: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, Held]] = field(default_factory=dict)

    def keep(self, held: Held) -> None:
        """Keep an edit; the oldest gives way."""
        self._kept[held.job] = (self.now(), held)
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def get(self, job: str) -> Held | None:
        """A held edit, or None where it is no longer kept."""
        self._forget_old()
        found = self._kept.get(job)
        return found[1] if found else None

    def take(self, job: str, ids: Iterable[str]) -> None:
        """Some hunks were applied; what is whole is no longer kept."""
        found = self._kept.get(job)
        if found is None:
            return
        held = replace(found[1], taken=found[1].taken | set(ids))
        if held.ids():
            self._kept[job] = (found[0], held)
        else:
            del self._kept[job]

    def of(self, uri: str) -> tuple[Held, ...]:
        """The held edits of a document, newest first."""
        self._forget_old()
        return tuple(held for _, held in reversed(self._kept.values()) if held.uri == uri)

    def closed(self, document: Document) -> None:
        """A document that is closed takes its edits with it."""
        for held in self.of(document.uri):
            del self._kept[held.job]

    def _forget_old(self) -> None:
        limit = self.now() - KEPT_SECONDS
        for job in [job for job, (made, _) in self._kept.items() if made < limit]:
            del self._kept[job]
