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
    from kimi_lsp.session.changes import Change

KEPT_SECONDS = 1800
"""How long a held edit waits."""

KEPT = 50


@dataclass(frozen=True)
class HeldFile:
    """What waits for one file: ``hunks`` replace whole lines of ``base``.

    Their ids count from ``first``. A file to create, rename or delete is one hunk. ``control``: it
    decides what runs, so that it is accepted on its own.
    """

    change: Change
    base: str
    hunks: tuple[TextEdit, ...]
    first: int = 1
    control: bool = False
    creates: bool = False

    def ids(self) -> tuple[str, ...]:
        """The hunks of this file."""
        return tuple(str(self.first + number) for number in range(len(self.hunks)))

    def locate(self, taken: frozenset[str], chosen: frozenset[str], current: str) -> Edit:
        """The edit that makes the chosen hunks, on top of those taken, in a text as it is now."""
        from kimi_lsp.core.edits import Applied, minimal_edits
        from kimi_lsp.core.merge import merged
        from kimi_lsp.core.refused import Refused, refuse

        if self.change.operation != "edit":
            return Applied(current, ()) if current == self.base else refuse("stale")
        made = merged(self.text(taken), self.text(taken | chosen), current)
        if isinstance(made, Refused):
            return made
        edits = minimal_edits(current, made)
        if not edits:
            return refuse("no_change")
        return Applied(made, edits)

    def text(self, ids: frozenset[str]) -> str:
        """The file with some of its hunks."""
        from kimi_lsp.core.edits import apply_edits

        if self.change.operation != "edit":
            return self.base
        pairs = zip(self.ids(), self.hunks, strict=True)
        return apply_edits(self.base, [hunk for name, hunk in pairs if name in ids])


if TYPE_CHECKING:
    Edit = Applied | Refused


@dataclass(frozen=True)
class Held:
    """An edit that waits: of the document it was asked about, and what else it is of.

    ``taken`` are the hunks that were applied already.
    """

    job: str
    uri: str
    label: str
    files: tuple[HeldFile, ...]
    taken: frozenset[str] = frozenset()

    def ids(self) -> tuple[str, ...]:
        """The hunks that still wait."""
        return tuple(one for file in self.files for one in file.ids() if one not in self.taken)

    def changes(self, chosen: Iterable[str]) -> tuple[Change, ...]:
        """The chosen hunks, on top of those taken, as changes of the files as they are now."""
        wanted = frozenset(chosen)
        made: list[Change] = []
        for file in self.files:
            if wanted.isdisjoint(file.ids()):
                continue

            def locate(current: str, file: HeldFile = file) -> Edit:
                return file.locate(self.taken, wanted, current)

            made.append(replace(file.change, locate=locate))
        return tuple(made)

    def diff(self) -> str:
        """What still waits, for people."""
        from kimi_lsp.core.edits import unified

        shown: list[str] = []
        for file in self.files:
            change, waiting = file.change, frozenset(file.ids()) - self.taken
            if change.operation == "rename" and waiting:
                shown.append(f"rename from {change.path}\nrename to {change.new_path}\n")
                continue
            deleted = change.operation == "delete" and waiting
            after = "" if deleted else file.text(self.taken | waiting)
            new, old = ("/dev/null" if one else "" for one in (deleted, file.creates))
            before = file.text(self.taken)
            shown.append(unified(before, after, change.path, old_path=old, new_path=new))
        return "".join(shown)


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
        """The held edits that were asked for on a document or are of it too, newest first."""
        self._forget_old()
        return tuple(
            held
            for _, held in reversed(self._kept.values())
            if uri == held.uri or any(uri == file.change.uri for file in held.files)
        )

    def closed(self, document: Document) -> None:
        """A document that is closed takes its edits with it."""
        for held in self.of(document.uri):
            if held.uri == document.uri:
                del self._kept[held.job]

    def _forget_old(self) -> None:
        limit = self.now() - KEPT_SECONDS
        for job in [job for job, (made, _) in self._kept.items() if made < limit]:
            del self._kept[job]
