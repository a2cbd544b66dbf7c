"""The commands that write front-end code by a picture: from their arguments to what a job needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kimi_lsp.actions.action import Ask
from kimi_lsp.features.preparation import Preparation, previewed, thinking
from kimi_lsp.session import making, mending
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.pictures import Report
from kimi_lsp.session.session import Session

if TYPE_CHECKING:
    from kimi_lsp.features import arguments as given

Say = Callable[..., str]


class Picture(Protocol):
    """One of the two commands with its argument."""

    async def work(self, job: Job) -> Outcome: ...

    async def preview(self, say: Say) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Pictured:
    """The commands of one session."""

    session: Session

    def component(self, asked: given.Component) -> Picture:
        return _Component(self.session, asked)

    def fix(self, asked: given.VisualFix) -> Picture:
        return _Fix(self.session, asked)


@dataclass(frozen=True)
class _Component:
    session: Session
    asked: given.Component

    async def work(self, job: Job) -> Outcome:
        made = await self._made(job.say, job.report)
        return made if isinstance(made, Outcome) else await making.make(self.session, job, made)

    async def preview(self, say: Say) -> dict[str, Any]:
        made = await self._made(say, previewed(self.asked.images))
        if isinstance(made, Outcome):
            return made.to_json()
        return {"preview": await making.preview(self.session, made)}

    async def _made(self, say: Say, report: Report) -> making.Making | Outcome:
        """What is asked for, against the document as it is now."""
        asked = self.asked
        where = "range" if asked.range else "position" if asked.position else "file"
        prepare = Preparation(self.session, "component", asked, asked.uri, _range(asked))
        snapshot = None
        # For a new file, a folder or a file on the disk is not read.
        if where != "file" or self.session.documents.get(asked.uri) is not None:
            snapshot = prepare.place()
            if snapshot is None:
                return Outcome("refused", "stale", say("document.changed"))
        images = await prepare.images(asked.images, report)
        return making.Making(
            uri=asked.uri,
            ask=Ask(asked.instruction, images, room=prepare.room()),
            snapshot=snapshot,
            where=where,
            name=asked.name,
            verify=asked.verify,
            apply=asked.apply,
            model=asked.model,
            thinking=thinking(asked.thinking),
        )


@dataclass(frozen=True)
class _Fix:
    session: Session
    asked: given.VisualFix

    async def work(self, job: Job) -> Outcome:
        made = await self._made(job.say, job.report)
        return made if isinstance(made, Outcome) else await mending.mend(self.session, job, made)

    async def preview(self, say: Say) -> dict[str, Any]:
        made = await self._made(say, previewed([*self.asked.images, *self._target]))
        if isinstance(made, Outcome):
            return made.to_json()
        return {"preview": await mending.preview(self.session, made)}

    @property
    def _target(self) -> list[given.Image]:
        return [self.asked.target] if self.asked.target else []

    async def _made(self, say: Say, report: Report) -> mending.Mending | Outcome:
        asked = self.asked
        prepare = Preparation(self.session, "visualFix", asked, asked.uri, asked.range)
        snapshot = prepare.place()
        if snapshot is None:
            return Outcome("refused", "stale", say("document.changed"))
        images = await prepare.images(asked.images, report)
        document = asked.range is None
        return mending.Mending(
            snapshot=snapshot,
            ask=Ask(asked.instruction, images, document=document, room=prepare.room()),
            target=await prepare.images(self._target, report),
            apply=asked.apply,
            model=asked.model,
            thinking=thinking(asked.thinking),
        )


def _range(asked: given.Component) -> given.Range | None:
    from kimi_lsp.features.arguments import Range

    if asked.range or asked.position is None:
        return asked.range
    return Range(start=asked.position, end=asked.position)
