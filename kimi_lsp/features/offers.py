"""What a menu offers besides the actions: edits that need no typing, comments, held edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kimi_lsp.actions.canned import canned
from kimi_lsp.core.comment import comment_at
from kimi_lsp.core.context import Excerpt, enclosing
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.session.session import Session
from kimi_lsp.wire.documents import Document


@dataclass(frozen=True)
class Offer:
    """One entry: its title as it is shown, its kind, and the command behind it."""

    title: str
    kind: str
    command: str
    argument: dict[str, Any]


def offers(
    session: Session, document: Document, snapshot: Snapshot, *, automatic: bool
) -> Iterator[Offer]:
    """The entries for a place; asked automatically, only what a selection calls for."""
    here = {
        "uri": document.uri,
        "range": document.range(snapshot.extent),
        "version": document.version,
    }
    if not automatic:
        yield from _of_comments(session, document, snapshot)
    if not snapshot.blank and not (automatic and snapshot.empty):
        for one in canned(session.settings.actions):
            title = one.title if one.own else session.say(one.title)
            if one.own and "kimi" not in title.casefold():
                title = f"Kimi: {title}"
            kind = "kimi.explain" if one.output == "explain" else f"refactor.rewrite.kimi.{one.id}"
            argument = {**here, "instruction": one.instruction}
            yield Offer(title, kind, f"kimi.{one.output}", argument)
    if not automatic:
        yield from _of_held(session, document)


def _of_comments(session: Session, document: Document, snapshot: Snapshot) -> Iterator[Offer]:
    comment = comment_at(document.lines, snapshot.first, snapshot.last)
    if comment is None:
        return
    last = max(snapshot.last, comment.last)
    if snapshot.empty:
        # A comment on its own speaks of what comes after it, else of what it stands in.
        following = comment.last + 1
        while following < len(document.lines) and not document.lines[following].strip():
            following += 1
        around = enclosing(document.lines, following, following)
        last = around.last if around and around.first <= following else following
    last = min(last, len(document.lines) - 1)
    extent = snapshot.whole_lines(*Excerpt(min(comment.first, snapshot.first), last))
    where = {
        "uri": document.uri,
        "range": document.range(extent),
        "version": document.version,
    }
    if comment.asks:
        argument = {**where, "text": comment.text}
        yield Offer(session.say("action.ask"), "kimi.ask", "kimi.ask", argument)
        return
    wish = f"{comment.text}\nRemove the comment that begins with `kimi:`."
    kind = "refactor.rewrite.kimi.comment"
    yield Offer(session.say("action.comment"), kind, "kimi.edit", {**where, "instruction": wish})


def _of_held(session: Session, document: Document) -> Iterator[Offer]:
    for held in session.held.of(document.uri):
        # The person has been shown what it is before they choose it.
        argument: dict[str, Any] = {"job": held.job, "confirmed": True}
        title, kind = session.say("action.held.apply"), "refactor.rewrite.kimi.apply"
        waiting = [file for file in held.files if not held.taken.issuperset(file.ids())]
        apart = [file for file in waiting if file.control] if len(waiting) > 1 else []
        rest = [one for file in waiting if file not in apart for one in file.ids()]
        if apart:
            # A file that decides what runs is agreed to on its own.
            argument["hunks"] = rest
        if rest:
            yield Offer(title, kind, "kimi.apply", argument)
        for file in apart:
            title = session.say("action.held.apply.file", path=file.change.path)
            mine = {"job": held.job, "confirmed": True, "hunks": list(file.ids())}
            yield Offer(title, kind, "kimi.apply", mine)
        argument = {"job": held.job, "what": "diff"}
        yield Offer(session.say("action.held.show"), "kimi.show", "kimi.show", argument)
