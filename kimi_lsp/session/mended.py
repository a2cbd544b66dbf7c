"""A page looked at before and after its repair: what is measured, and whether it was verified."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kimi_lsp.core import Refused
from kimi_lsp.errors import KimiError
from kimi_lsp.project.files import Files
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.mending import Mending
from kimi_lsp.session.plan import Proposal
from kimi_lsp.session.session import Session
from kimi_lsp.session.sight import Target, candidate, kept, studio, target_of
from kimi_lsp.session.survey import Survey
from kimi_lsp.vision.feedback import describe
from kimi_lsp.vision.rendering import Rendering, View
from kimi_lsp.vision.studio import Studio

MOST_ERRORS = 6


@dataclass
class Looking:
    """One page that is looked at; ``why`` says why it cannot be, once that is known."""

    session: Session
    job: Job
    mending: Mending
    around: Survey
    eyes: Studio | None = None
    before: Rendering | None = None
    why: str = ""

    async def measured(self) -> str:
        """What a rendering of the code as it is says of it, empty where there is none."""
        eyes = studio(self.session, self.around)
        if isinstance(eyes, KimiError):
            self.why = eyes.text(self.job.language)
            return ""
        self.eyes = eyes
        self.job.report("job.measuring")
        self.before = await self._drawn({self.around.path: self.mending.snapshot.text})
        if self.before is None:
            return ""
        lines = [f"- error: {one}" for one in self.before.errors[:MOST_ERRORS]]
        lines += describe(self.before.boxes)
        if not lines:
            return ""
        width = self._view.width
        return "\n".join((f"Drawn in a window {width} wide, its elements are:", *lines))

    async def check(self, proposal: Proposal) -> dict[str, Any]:
        """Whether the page with the repair was seen, and how near it comes to its target."""
        files = None if self.eyes is None or self.before is None else self._texts(proposal)
        if self.eyes is None or files is None:
            return {"kind": "none", "verified": False, "why": self.why}
        self.job.report("job.verifying")
        after = await self._drawn(files)
        if after is None:
            return {"kind": "none", "verified": False, "why": self.why}
        fresh = [one for one in after.errors if self.before and one not in self.before.errors]
        seen = after.png is not None and not (after.broken and fresh)
        made: dict[str, Any] = {"kind": "render", "verified": seen, "way": after.way}
        if fresh:
            made["errors"] = fresh[:MOST_ERRORS]
        target = await self._target.png(self.eyes) if self._target else None
        pictures = {
            "target": target,
            "was": self.before.png if self.before is not None else None,
            "result": after.png,
        }
        made |= kept(self.session, self.job.id, pictures)
        if target is not None and self.before is not None and seen:
            before = await self.eyes.score(target, self.before, crops=0)
            score = await self.eyes.score(target, after, crops=0)
            made |= {"before": round(before.total, 4), "score": round(score.total, 4)}
        return made

    async def close(self) -> None:
        """Let the browser go."""
        if self.eyes is not None:
            await asyncio.shield(self.eyes.close())

    @property
    def _target(self) -> Target | None:
        return target_of(self.mending.target)

    @property
    def _view(self) -> View:
        """The window that the pictures were taken in."""
        seen = target_of(self.mending.ask.images) or self._target
        return seen.view if seen else View()

    async def _drawn(self, files: Mapping[str, str]) -> Rendering | None:
        made = candidate(self.session, self.around, self.around.path, files, self._view)
        try:
            if isinstance(made, KimiError):
                raise made
            return await self.eyes.render(made) if self.eyes else None
        except KimiError as error:
            self.why = error.text(self.job.language)
            return None

    def _texts(self, proposal: Proposal) -> dict[str, str] | None:
        """The files with the repair, by their paths; None where it has no place in one."""
        changes = proposal.changes(self.session.roots)
        if isinstance(changes, Refused):
            return None
        files: dict[str, str] = {}
        for change in changes:
            path = self.around.path if change.asked else _path(self.around.files, change.uri)
            text = self.mending.snapshot.text if change.asked else self._text(path)
            if path is None or text is None:
                return None
            made = change.locate(text)
            if isinstance(made, Refused):
                return None
            files[path] = made.text
        return {self.around.path: self.mending.snapshot.text, **files}

    def _text(self, path: str | None) -> str | None:
        if path is None:
            return None
        known = self.session.documents.get(self.around.files.uri(path))
        return known.text if known else self.around.files.read(path)


def _path(files: Files, uri: str) -> str | None:
    """How a file is named from the workspace folder."""
    top = files.uri("").rstrip("/") + "/"
    return uri.removeprefix(top) if uri.startswith(top) else None
