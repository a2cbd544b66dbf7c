"""From a command's argument to what a job works on, against the document as it is then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from kimi_lsp.actions import ACTIONS
from kimi_lsp.actions.action import Ask
from kimi_lsp.core.context import widened
from kimi_lsp.core.language import language_name
from kimi_lsp.core.model import ContentPart
from kimi_lsp.core.snapshot import Diagnostic, Snapshot
from kimi_lsp.core.text import Extent, Point, body
from kimi_lsp.errors import KimiError
from kimi_lsp.features import convert
from kimi_lsp.session import pictures
from kimi_lsp.session.converse import Turn
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.perform import Task
from kimi_lsp.session.session import Session
from kimi_lsp.wire.documents import Document

if TYPE_CHECKING:
    from kimi_lsp.features import arguments as given

Say = Callable[..., str]
Made = TypeVar("Made", Task, Turn)


@dataclass(frozen=True)
class Preparation:
    """One command with its argument. Every method raises ``KimiError`` for what cannot be."""

    session: Session
    name: str
    asked: given.Job
    uri: str | None
    range: given.Range | None

    def task(self, say: Say) -> Task | Outcome:
        """The task, or the outcome of a job that cannot begin."""
        found = self._found()
        if found is None:
            return Outcome("refused", "stale", say("document.changed"))
        document, extent = found
        problems = self._diagnostics(document, extent)
        if self.name == "fix" and not problems:
            return Outcome("refused", "no_edit", say("fix.nothing"))
        return Task(
            action=ACTIONS[self.name],
            snapshot=self._snapshot(document, extent, problems),
            ask=Ask(
                instruction=getattr(self.asked, "instruction", ""),
                language=self._language() if self.name == "explain" else "",
                document=self.range is None,
                room=self.room(),
            ),
            apply=getattr(self.asked, "apply", None),
            model=self.asked.model,
            thinking=thinking(self.asked.thinking),
        )

    def turn(self, say: Say, text: str, conversation: str | None) -> Turn | Outcome:
        """A question of a conversation, or the outcome of a job that cannot begin."""
        snapshot = None
        if self.uri is not None:
            found = self._found()
            if found is None:
                return Outcome("refused", "stale", say("document.changed"))
            document, extent = found
            snapshot = self._snapshot(document, extent, self._diagnostics(document, extent))
        return Turn(
            text=text,
            conversation=conversation,
            snapshot=snapshot,
            language=self._language(),
            model=self.asked.model,
            thinking=thinking(self.asked.thinking),
            room=self.room(),
        )

    async def seeing(self, made: Made, report: pictures.Report) -> Made:
        """A task or a turn with the pictures of the command, which take their time."""
        return _with(made, await self.images(self.asked.images, report))

    async def shown(self, made: Made) -> Made:
        """The same for a preview, which loads no page."""
        return await self.seeing(made, previewed(self.asked.images))

    async def images(
        self, these: Sequence[given.Image], report: pictures.Report
    ) -> tuple[ContentPart, ...]:
        """What is sent of some pictures of the command; for a preview, no endpoint is asked."""
        takes_videos = partial(
            self.session.outlet.takes_videos, self.asked.model, ask=not self.asked.preview
        )
        return await pictures.parts([_given(image) for image in these], report, takes_videos)

    def place(self) -> Snapshot | None:
        """The document with the range as it is, not widened; None where what it meant changed."""
        found = self._found()
        return convert.snapshot(self.session, *found) if found else None

    def _found(self) -> tuple[Document, Extent] | None:
        document = self.session.document(self.uri or "")
        extent = self._extent(document)
        return None if extent is None else (document, extent)

    def _snapshot(
        self, document: Document, extent: Extent, problems: tuple[Diagnostic, ...]
    ) -> Snapshot:
        snapshot = convert.snapshot(self.session, document, extent, problems)
        if not snapshot.empty:
            return snapshot
        # Grammars are loaded when the first job needs one, not when the server starts.
        from kimi_lsp.syntax import enclosing

        return widened(snapshot, enclosing(snapshot))

    def _extent(self, document: Document) -> Extent | None:
        """The range in the document as it is now; None where what it meant has changed."""
        if self.range is None:
            last = max(len(document.lines) - 1, 0)
            end = len(body(document.lines[last])) if document.lines else 0
            return Extent(Point(0, 0), Point(last, end))
        range_ = self.range.model_dump()
        version = self.asked.version
        if version is None or version == document.version:
            return document.extent(range_)
        return document.extent_since(range_, version)

    def _diagnostics(self, document: Document, extent: Extent) -> tuple[Diagnostic, ...]:
        own = getattr(self.asked, "diagnostics", None)
        if own is not None:
            return convert.diagnostics(self.session, document, own)
        seen = self.session.seen.get(document.uri)
        if seen is None or seen.version != document.version:
            return ()
        return convert.concerning(seen.diagnostics, extent)

    def room(self) -> int:
        """What the bound leaves for code, once the rest of a prompt and an answer have theirs."""
        return max(self.session.settings.budget.tokens_per_request // 2, 1)

    def _language(self) -> str:
        return language_name(self.session.language)


def previewed(images: Sequence[given.Image]) -> pictures.Report:
    """What is told of pictures that are opened for a preview: nothing, and no page is loaded."""
    if any(image.url for image in images):
        raise KimiError("unsupported", "picture.preview_of_page")
    return lambda *_, **__: None


def thinking(wish: str | bool | None) -> Any:
    if isinstance(wish, bool):
        return "on" if wish else "off"
    return wish


def _with(made: Made, images: tuple[ContentPart, ...]) -> Made:
    if isinstance(made, Task):
        return replace(made, ask=replace(made.ask, images=images))
    return replace(made, images=images)


def _given(image: given.Image) -> pictures.Given:
    if image.path is not None:
        return pictures.Given("path", image.path)
    if image.data_url is not None:
        return pictures.Given("data_url", image.data_url)
    if image.url is not None:
        return pictures.Given("url", image.url)
    return pictures.Given("clipboard" if image.clipboard else "screen")
