"""An answer that is to become a component: the files it makes, and what it changes in others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kimi_lsp.actions.insertion import tag, with_component, with_markup, with_used
from kimi_lsp.actions.made import Made, made
from kimi_lsp.actions.turn import Answer
from kimi_lsp.core import Applied, Refused
from kimi_lsp.core.edits import minimal_edits
from kimi_lsp.core.fences import fenced_block
from kimi_lsp.core.merge import merged
from kimi_lsp.core.refused import refuse
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.project.component import Component
from kimi_lsp.project.facts import Project
from kimi_lsp.session.changes import Change, Locate
from kimi_lsp.session.making import Brief
from kimi_lsp.session.plan import Proposal
from kimi_lsp.session.session import Session

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """What one answer comes to.

    ``path`` is the file whose page it is and ``files`` the new texts, both as named from the
    workspace folder. ``drawn`` are the texts by which it is looked at: of a page, the new part
    alone.
    """

    changes: tuple[Change, ...]
    path: str
    files: Mapping[str, str]
    drawn: Mapping[str, str]


def draft(session: Session, brief: Brief, answer: Answer) -> Draft | Refused:
    """The draft in an answer, or why it cannot be used."""
    snapshot = brief.making.snapshot
    if brief.place is not None:
        found = made(answer.text, brief.place, lambda path: brief.taken(session, path))
        return found if isinstance(found, Refused) else _of_files(session, brief, found)
    if snapshot is None:
        return refuse("no_path")
    if brief.making.where == "range":
        return _of_range(brief, snapshot, answer)
    fenced = fenced_block(answer.text)
    if isinstance(fenced, Refused):
        return fenced
    fresh = "".join(fenced.lines)
    text = with_markup(snapshot, snapshot.extent.start, fresh)
    return _of_document(brief, snapshot, text, fresh)


def _of_files(session: Session, brief: Brief, found: Made) -> Draft:
    changes: list[Change] = []
    for path, text in {**found.files, **found.others}.items():
        uri = brief.around.files.uri(path)
        shown = session.roots.shown(uri)
        # A file that nobody asked for is asked about before it is made.
        wanted = path in found.files
        opens = path == found.path and brief.making.where == "file"
        change = Change(uri, shown, locate=_creating(text), wanted=wanted, opens=opens)
        changes.append(change)
    making = brief.making
    if making.where == "position" and making.snapshot is not None:
        changes += _using(session, brief, making.snapshot, found)
    files = {**found.files, **found.others}
    return Draft(tuple(changes), found.path, files, files)


def _using(session: Session, brief: Brief, snapshot: Snapshot, found: Made) -> Iterator[Change]:
    """The change of the document that a new component is put into, and of what lists it."""
    text = with_markup(snapshot, snapshot.extent.start, tag(found.component))
    project, path = brief.around.project, brief.around.path
    text = with_component(project, text, path, found.component)
    yield Change(snapshot.uri, snapshot.path, locate=_becoming(snapshot, text), asked=True)
    if brief.listed_in:
        uri = brief.around.files.uri(brief.listed_in)
        locate = _listing(project, brief.listed_in, found.component)
        yield Change(uri, session.roots.shown(uri), locate=locate, wanted=True)


def _listing(project: Project, path: str, component: Component) -> Locate:
    def locate(current: str) -> Applied | Refused:
        made = with_component(project, current, path, component)
        edits = minimal_edits(current, made)
        return Applied(made, edits) if edits else refuse("no_change")

    return locate


def _of_range(brief: Brief, snapshot: Snapshot, answer: Answer) -> Draft | Refused:
    """A selection's new text, with imports for the components that it uses."""
    proposal = Proposal(snapshot, answer, "selection", snapshot.extent, "")
    located = proposal.locate(snapshot.text)
    if isinstance(located, Refused):
        return located
    fresh = "".join(edit.new_text for edit in located.edits)
    text = with_used(brief.around.project, located.text, brief.around.path, fresh)
    return _of_document(brief, snapshot, text, fresh)


def _of_document(brief: Brief, snapshot: Snapshot, text: str, fresh: str) -> Draft:
    change = Change(snapshot.uri, snapshot.path, locate=_becoming(snapshot, text), asked=True)
    path = brief.around.path
    return Draft((change,), path, {path: text}, {path: alone(text, fresh)})


def alone(page: str, fresh: str) -> str:
    """A page in which a part is all there is to see, with the styles that hold for it."""
    body = _BODY.search(page)
    head = page[: body.end()] if body else ""
    return f"{head or '<!doctype html>'}\n{fresh}"


def _creating(text: str) -> Locate:
    def locate(current: str) -> Applied | Refused:
        return refuse("empty_search") if current else Applied(text, minimal_edits("", text))

    return locate


def _becoming(snapshot: Snapshot, text: str) -> Locate:
    """The edit that makes of a document's text what it would have made of the snapshot's."""

    def locate(current: str) -> Applied | Refused:
        now = text if current == snapshot.text else merged(snapshot.text, text, current)
        if isinstance(now, Refused):
            return now
        edits = minimal_edits(current, now)
        return Applied(now, edits) if edits else refuse("no_change")

    return locate
