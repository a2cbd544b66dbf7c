"""From an answer to the changes it means: which files it speaks of, and what of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core import Applied, FileReply, Refused, apply_reply, split_reply
from kimi_lsp.core.edits import minimal_edits
from kimi_lsp.core.paths import normal
from kimi_lsp.core.prompt import ReplyFormat
from kimi_lsp.core.refused import refuse
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import Extent, Point, units
from kimi_lsp.session.changes import Change, Locate
from kimi_lsp.workspace.roots import Roots

NOTHING = ("", "\n", "\r\n")
"""A document with nothing in it, as some editors tell of it."""


@dataclass(frozen=True)
class Proposal:
    """An answer that is to become an edit: of the document asked about, and what else it names."""

    snapshot: Snapshot
    answer: Answer
    format: ReplyFormat
    target: Extent | None
    label: str

    def locate(self, current: str) -> Applied | Refused:
        """The edit of the document asked about, in its text as it is now."""
        snapshot = self.snapshot
        selection = None
        if self.target is not None:
            selection = (*_utf16(snapshot, self.target.start), *_utf16(snapshot, self.target.end))
        return self._applied(self.answer.text, current, selection)

    def _applied(
        self, reply: str, current: str, selection: tuple[int, int, int, int] | None = None
    ) -> Applied | Refused:
        snapshot = self.snapshot
        if self.format == "search_replace" and snapshot.text in NOTHING:
            return _filled(reply, current, snapshot.path)
        return apply_reply(
            snapshot.text,
            reply,
            path=snapshot.path,
            format=self.format,
            selection=selection,
            current=None if current == snapshot.text else current,
        )

    @property
    def own(self) -> Change:
        """The change of the document asked about, where the whole answer is for it."""
        snapshot = self.snapshot
        return Change(
            snapshot.uri, snapshot.path, locate=self.locate, reply=self.answer.text, asked=True
        )

    def changes(self, roots: Roots) -> tuple[Change, ...] | Refused:
        """What the answer wants of each file, in the order it speaks of them."""
        if self.format != "search_replace":
            return (self.own,)
        parts = split_reply(self.answer.text, self.format, asked=self.snapshot.path)
        if isinstance(parts, Refused):
            return parts
        if all(map(self._is_asked, parts)) and all(one.operation == "edit" for one in parts):
            return (self.own,)
        made: list[Change] = []
        for part in parts:
            change = self._change(part, roots)
            if isinstance(change, Refused):
                return change
            made.append(change)
        return tuple(made)

    def _is_asked(self, part: FileReply) -> bool:
        return part.path == normal(self.snapshot.path)

    def _change(self, part: FileReply, roots: Roots) -> Change | Refused:
        asked = self._is_asked(part)
        uri = self.snapshot.uri if asked else roots.uri_of(part.path)
        new_uri = roots.uri_of(part.new_path) if part.new_path else ""
        if uri is None or new_uri is None:
            named = part.new_path if new_uri is None else part.path
            return refuse("outside", path=named[:80])
        path = self.snapshot.path if asked else part.path
        if part.operation == "edit":
            locate = self._locate_in(part, asked=asked)
            return Change(uri, path, locate=locate, reply=part.reply, asked=asked)
        return Change(uri, path, part.operation, new_uri=new_uri, new_path=part.new_path)

    def _locate_in(self, part: FileReply, *, asked: bool) -> Locate:
        if asked:
            return lambda current: self._applied(part.reply, current)
        # The model was shown nothing of it: what it wrote is looked for in the file as it is.
        return lambda current: (
            _filled(part.reply, current, part.path)
            if current in NOTHING
            else apply_reply(current, part.reply, path=part.path, format=self.format)
        )


def _filled(reply: str, current: str, path: str) -> Applied | Refused:
    """The edit of a document that held nothing."""
    if current not in NOTHING:
        return refuse("stale")
    made = apply_reply("", reply, path=path, format="search_replace")
    if isinstance(made, Refused):
        return made
    return replace(made, edits=minimal_edits(current, made.text))


def _utf16(snapshot: Snapshot, point: Point) -> tuple[int, int]:
    line = snapshot.lines[point.line] if point.line < len(snapshot.lines) else ""
    return point.line, units(line[: point.column], "utf-16")
