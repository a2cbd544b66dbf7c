"""What an edit does to each file it speaks of, and what that comes to in the files as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kimi_lsp.core import Applied, Refused
from kimi_lsp.core.refused import refuse
from kimi_lsp.errors import KimiError
from kimi_lsp.session.session import Session
from kimi_lsp.wire.documents import Document
from kimi_lsp.workspace.roots import path_of

Locate = Callable[[str], Applied | Refused]
"""The edit of a document's text as it is when asked."""

Say = Callable[..., str]

Operation = Literal["edit", "delete", "rename"]


def _as_it_is(text: str) -> Applied | Refused:
    return Applied(text, ())


@dataclass(frozen=True)
class Change:
    """What is wanted of one file.

    ``path`` is how the file is named to people. ``locate`` finds an edit in its text, and the text
    of a new file in an empty one; of one to delete or rename it says whether it is still the same.
    ``reply`` is what the answer says of it. ``asked``: it is the document that was asked about;
    ``wanted``: a new file that was asked for, or one that only lists it. Of any other, its person
    has to be asked first. ``opens``: it is shown once it is made.
    """

    uri: str
    path: str
    operation: Operation = "edit"
    locate: Locate = _as_it_is
    asked: bool = False
    wanted: bool = False
    opens: bool = False
    new_uri: str = ""
    new_path: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Step:
    """A change against its document as it is now.

    ``state`` says where the document is: open in the editor, only on the disk, or nowhere yet.
    ``names`` are the paths it has, by name and through links.
    """

    change: Change
    document: Document
    state: Literal["open", "closed", "new"]
    located: Applied
    names: tuple[str, ...] = field(default=())

    @property
    def uri(self) -> str:
        return self.document.uri

    @property
    def creates(self) -> bool:
        return self.state == "new"


async def opened(session: Session, changes: Sequence[Change], *, focus: bool) -> None:
    """Show the new files that were made to be looked at."""
    if session.client.can.show_document:
        for change in changes:
            if change.opens:
                await session.client.show_document(change.uri, take_focus=focus)


def located(session: Session, changes: Sequence[Change], say: Say) -> tuple[Step, ...] | Refused:
    """Every change located in its file as it is now, or why one cannot be; all or nothing."""
    steps: list[Step] = []
    for change in changes:
        step = _step(session, change, say)
        if isinstance(step, Refused):
            return step
        steps.append(step)
    edited = [step.uri for step in steps if step.change.operation == "edit"]
    for step in steps:
        if edited.count(step.uri) > 1:
            # By another name, or through a link.
            return refuse("twice", path=step.change.path[:80])
    return tuple(steps)


def _step(session: Session, change: Change, say: Say) -> Step | Refused:
    found = _document(session, change, say)
    if isinstance(found, Refused):
        return found
    document, state = found
    if document.out_of_sync:
        return Refused("stale", say("edit.out_of_sync"))
    names = session.gate.names(change.uri)
    made = change.locate(document.text)
    if isinstance(made, Refused):
        if (state, made.reason) == ("new", "not_found"):
            return Refused("not_found", say("edit.no_file", path=change.path))
        # A new file may be empty.
        if (state, made.reason) != ("new", "no_change"):
            return made
        made = Applied("", ())
    if change.operation == "rename":
        withheld = session.gate.place(change.new_uri)
        if withheld is not None:
            return _out_of_reach(change.new_path, withheld.rule, say)
        if document_at(session, change.new_uri):
            return Refused("path_outside_workspace", say("edit.target", path=change.new_path))
        names = (*names, *session.gate.names(change.new_uri))
    return Step(change, document, state, made, names)


def _document(
    session: Session, change: Change, say: Say
) -> tuple[Document, Literal["open", "closed", "new"]] | Refused:
    known = document_at(session, change.uri)
    if known is not None:
        return known, "open"
    if change.operation == "edit" and session.gate.place(change.uri) is None:
        empty = {"uri": change.uri, "version": 0, "text": ""}
        return Document(empty, session.documents.encoding), "new"
    try:
        return session.document(change.uri), "closed"
    except KimiError as error:
        if change.asked:
            return Refused("stale", say("edit.closed"))
        return _out_of_reach(change.path, str(error.values.get("rule", "")), say)


def _out_of_reach(path: str, rule: str, say: Say) -> Refused:
    return Refused("path_outside_workspace", say("edit.out_of_reach", path=path[:80], rule=rule))


def document_at(session: Session, uri: str) -> Document | None:
    """The open document of a file, however the client spells its URI."""
    known = session.documents.get(uri)
    path = path_of(uri)
    if known is not None or path is None:
        return known
    return next((one for one in session.documents if path_of(one.uri) == path), None) or next(
        (one for one in session.documents if session.gate.same(one.uri, uri)), None
    )
