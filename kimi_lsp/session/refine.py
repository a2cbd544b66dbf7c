"""Attempts at a component that are looked at: drawn, compared, and gone on with from the best."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core import Refused
from kimi_lsp.core.model import ContentPart, Message, TextPart
from kimi_lsp.core.refused import refuse
from kimi_lsp.errors import KimiError
from kimi_lsp.session.attempts import Attempts
from kimi_lsp.session.drafts import Draft
from kimi_lsp.session.sight import Target, candidate, kept, picture, studio
from kimi_lsp.vision.course import Attempt, Course
from kimi_lsp.vision.loop import Turn, improve
from kimi_lsp.vision.rendering import Candidate, Rendering
from kimi_lsp.vision.scored import shown
from kimi_lsp.vision.studio import Studio

AGAIN = (
    "Write it again, nearer to the target: keep what is right in the best so far and mend what is "
    "named above. Give the whole answer, in the form that was asked for."
)
PAIRS = "By pairs, where they differ most: the target, then the best so far."
WHOLE = "The best so far, whole:"


@dataclass
class Refining:
    """One loop: what the answers held, by the code that the loop knows them by."""

    attempts: Attempts
    target: Target
    drafts: dict[str, tuple[Draft, Answer]] = field(default_factory=dict[str, tuple[Draft, Answer]])
    refused: Refused | None = None
    png: bytes = b""

    async def run(self) -> tuple[Draft | Refused, dict[str, Any]]:
        """The best draft, and what was seen of it."""
        eyes = studio(self.attempts.session, self.attempts.brief.around)
        if isinstance(eyes, KimiError):
            return await self.attempts.first(), self._unseen(eyes)
        try:
            return await self._looped(eyes)
        finally:
            await asyncio.shield(eyes.close())

    async def _looped(self, eyes: Studio) -> tuple[Draft | Refused, dict[str, Any]]:
        self.png = await self.target.png(eyes)
        course = await improve(eyes, self.png, self._ask, self._stage, seen=self._seen)
        picked = course.best or course.latest
        if picked is None or picked.code is None:
            return self.refused or refuse("no_edit"), self._check(course, None)
        draft, answer = self.drafts[picked.code]
        self.attempts.answer = answer
        if course.best is None and isinstance(course.error, KimiError):
            return draft, self._unseen(course.error)
        return draft, self._check(course, picked)

    async def _ask(self, turn: Turn) -> str | None:
        found = await self.attempts.ask(self._more(turn))
        if isinstance(found, Refused):
            self.refused = found
            return None
        code = "\n\0".join(f"{path}\n{text}" for path, text in sorted(found.files.items()))
        if self.attempts.answer is not None:
            self.drafts.setdefault(code, (found, self.attempts.answer))
        self.attempts.job.report("job.drawing" if turn.round == 1 else "job.drawing.again")
        return code

    def _more(self, turn: Turn) -> tuple[Message, ...]:
        """What follows the question: the best answer so far, and what is off in it."""
        last = self.attempts.answer
        if turn.round == 1 or last is None:
            return ()
        said: list[ContentPart] = []
        best = turn.best
        if best is not None and best.code is not None:
            last = self.drafts[best.code][1]
            said += _shown(best)
        why = f"{self.refused.message}\n" if self.refused and best is None else ""
        said.append(TextPart(f"{why}{turn.notes}\n\n{AGAIN}"))
        return (Message("assistant", (TextPart(last.text),)), Message("user", tuple(said)))

    def _stage(self, code: str) -> Candidate:
        draft = self.drafts[code][0]
        attempts = self.attempts
        made = candidate(
            attempts.session, attempts.brief.around, draft.path, draft.drawn, self.target.view
        )
        if isinstance(made, KimiError):
            raise made
        return made

    def _seen(self, course: Course) -> None:
        job, best, rounds = self.attempts.job, course.best, len(course.attempts)
        job.stage = ""
        key, score = ("job.round", shown(best.worth)) if best else ("job.round.unseen", "")
        job.report(key, round=rounds, score=score)
        if course.stop is None:
            # What comes next is told with what it is to be better than.
            job.stage = job.say(key, round=rounds + 1, score=score)

    def _check(self, course: Course, picked: Attempt | None) -> dict[str, Any]:
        score = picked.worth if picked else 0.0
        made: dict[str, Any] = {
            "kind": "render",
            "score": round(score, 4),
            "rounds": len(course.attempts),
            "stop": course.stop,
        }
        if picked is not None and picked.rendering is not None and picked.rendering.png:
            pictures = {"target": self.png, "result": picked.rendering.png}
            made |= kept(self.attempts.session, self.attempts.job.id, pictures)
            made |= {"way": picked.rendering.way, **self._note(picked.rendering)}
        return made

    def _note(self, rendering: Rendering) -> dict[str, str]:
        """What the score does not cover."""
        say, target = self.attempts.job.say, self.target
        said: list[str] = []
        if rendering.way == "esbuild":
            said.append(say("component.bundled"))
        if target.compared < target.height:
            said.append(say("component.tall", seen=target.compared, height=target.height))
        return {"note": " ".join(said)} if said else {}

    def _unseen(self, error: KimiError) -> dict[str, Any]:
        return {"kind": "none", "why": error.text(self.attempts.job.language)}


def _shown(best: Attempt) -> list[ContentPart]:
    """The picture of an attempt, and its worst places beside the target's."""
    parts: list[ContentPart] = []
    if best.rendering is not None and best.rendering.png is not None:
        parts += [TextPart(WHOLE), picture(best.rendering.png)]
    crops = best.score.crops if best.score is not None else ()
    if crops:
        parts.append(TextPart(PAIRS))
        parts += [picture(png) for crop in crops for png in (crop.target, crop.rendering)]
    return parts
