"""``workspace/executeCommand``: every command, one object as its only argument."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kimi_lsp.actions import ACTIONS
from kimi_lsp.actions.action import Ask
from kimi_lsp.core.context import widened
from kimi_lsp.core.language import language_name
from kimi_lsp.core.model import ImagePart
from kimi_lsp.core.pictures import BadPicture, from_data_url
from kimi_lsp.core.snapshot import Diagnostic, Snapshot
from kimi_lsp.core.text import Extent, Point, body
from kimi_lsp.errors import KimiError
from kimi_lsp.features import convert
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.perform import Task, perform
from kimi_lsp.session.session import Session
from kimi_lsp.wire.documents import Document
from kimi_lsp.wire.server import KimiServer
from kimi_lsp.workspace.pictures import from_file

if TYPE_CHECKING:
    from kimi_lsp.features import arguments as given

Handler = Callable[[list[Any]], Awaitable[Any]]


def register(server: KimiServer, session: Session) -> None:
    """Serve the commands."""
    commands = Commands(session)
    for name, handler in {
        "kimi.explain": commands.explain,
        "kimi.fix": commands.fix,
        "kimi.edit": commands.edit,
        "kimi.cancel": commands.cancel,
        "kimi.jobs": commands.jobs,
    }.items():
        server.command(name)(commands.explained(name, handler))


@dataclass(frozen=True)
class Commands:
    """What each command does with its arguments, for one session."""

    session: Session

    def explained(self, name: str, handler: Handler) -> Handler:
        """A handler that says what a command is for where it is called with nothing."""

        async def call(arguments: list[Any]) -> Any:
            if not arguments and name not in ("kimi.cancel", "kimi.jobs"):
                self.session.client.show("info", self.session.say(f"command.{name}"))
                return None
            return await handler(arguments)

        return call

    async def explain(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Explain, arguments)
        return await self._start("explain", asked, asked.uri, asked.range)

    async def fix(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Fix, arguments)
        return await self._start("fix", asked, asked.uri, asked.range)

    async def edit(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Edit, arguments)
        return await self._start("edit", asked, asked.uri, asked.range)

    async def cancel(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Cancel, arguments)
        return {"cancelled": self.session.jobs.cancel(asked.job)}

    async def jobs(self, arguments: list[Any]) -> Any:
        return {"jobs": self.session.jobs.listing()}

    async def _start(
        self, name: str, asked: given.Job, uri: str, range_: given.Range | None
    ) -> Any:
        """Begin the job, or say what it would send; answer at once or at its end."""
        session = self.session
        prepare = _Preparation(session, name, asked, uri, range_)

        async def work(job: Job) -> Outcome:
            made = prepare.task(job.say)
            return made if isinstance(made, Outcome) else await perform(session, job, made)

        job = session.jobs.start(
            session.client,
            work,
            action=name,
            uri=uri,
            tag=asked.tag,
            title=session.say(f"{ACTIONS[name].title}.progress", path=session.roots.shown(uri)),
            waited=asked.wait,
            events=session.settings.job_events,
            language=session.language,
        )
        if not asked.wait:
            return {"job": job.id}
        outcome = await session.jobs.wait(job)
        return {"job": job.id, **outcome.to_json()}


@dataclass(frozen=True)
class _Preparation:
    """From a command's argument to a task, against the document as it is when the job begins."""

    session: Session
    name: str
    asked: given.Job
    uri: str
    range: given.Range | None

    def task(self, say: Callable[..., str]) -> Task | Outcome:
        """The task, or the outcome of a job that cannot begin."""
        session = self.session
        if self.asked.preview:
            # Nothing may be sent where a person asked to see first what would be.
            raise KimiError("unsupported", "preview.unsupported")
        document = session.documents.get(self.uri)
        if document is None:
            raise KimiError("excluded", "document.not_open", path=session.roots.shown(self.uri))
        extent = self._extent(document)
        if extent is None:
            return Outcome("refused", "stale", say("document.changed"))
        found = self._diagnostics(document, extent)
        if self.name == "fix" and not found:
            return Outcome("refused", "no_edit", say("fix.nothing"))
        snapshot: Snapshot = widened(convert.snapshot(session, document, extent, found))
        return Task(
            action=ACTIONS[self.name],
            snapshot=snapshot,
            ask=Ask(
                instruction=getattr(self.asked, "instruction", ""),
                images=tuple(_picture(image) for image in self.asked.images),
                language=language_name(session.language) if self.name == "explain" else "",
                document=self.range is None,
            ),
            apply=getattr(self.asked, "apply", None),
            model=self.asked.model,
            thinking=_thinking(self.asked.thinking),
        )

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


def _thinking(wish: str | bool | None) -> Any:
    if isinstance(wish, bool):
        return "on" if wish else "off"
    return wish


def _picture(image: given.Image) -> ImagePart:
    if image.path is not None:
        picture = from_file(Path(image.path))
    elif image.data_url is not None:
        picture = from_data_url(image.data_url)
    else:
        raise KimiError("unsupported", "picture.only_files")
    if isinstance(picture, BadPicture):
        raise KimiError("bad_picture", picture.detail)
    return picture
