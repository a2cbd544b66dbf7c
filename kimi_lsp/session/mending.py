"""What a job of a visual repair does: what is seen and measured, the edit, and its check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from kimi_lsp.actions import visual_fix
from kimi_lsp.actions.action import Ask
from kimi_lsp.core.model import ContentPart
from kimi_lsp.core.paths import normal, outside
from kimi_lsp.core.prompt import Prompt
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.errors import KimiError
from kimi_lsp.session.asking import request_of
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.outlet import Question
from kimi_lsp.session.session import Session
from kimi_lsp.session.survey import Survey, survey

if TYPE_CHECKING:
    from kimi_lsp.session.mended import Looking

MOST_SHEETS = 2

_SHEET = re.compile(
    r"(?:\bimport\b[^\"'\n]{0,200}|<link\b[^>]{0,200}\bhref\s*=\s*|@import\s+)"
    r"[\"'](\.{0,2}/?[\w./@-]+\.(?:css|scss|sass|less))[\"']"
)


@dataclass(frozen=True)
class Mending:
    """What a person asked for; pictures in ``ask`` show how it looks, ``target`` how it should."""

    snapshot: Snapshot
    ask: Ask
    target: tuple[ContentPart, ...] = ()
    apply: Literal["now", "hold"] | None = None
    model: str | None = None
    thinking: Literal["auto", "on", "off"] | None = None


@dataclass(frozen=True)
class Plan:
    """What to ask, and the documents whose text is in it."""

    mending: Mending
    prompt: Prompt
    sources: tuple[str, ...]

    def question(self, session: Session) -> Question:
        """The call that asks for the repair."""
        mending = self.mending
        request = request_of(
            session,
            self.prompt,
            action="visualFix",
            uri=mending.snapshot.uri,
            model=mending.model,
            thinking=mending.thinking,
        )
        return Question(request, self.sources)


def plan(session: Session, mending: Mending, around: Survey, measured: str = "") -> Plan:
    """What to ask; ``measured`` is what a rendering of the code as it is said."""
    snapshot = mending.snapshot
    sheets = {around.files.uri(path): text for path, text in _sheets(session, mending, around)}
    prompt = visual_fix.build(
        around.project,
        snapshot,
        mending.ask,
        target=mending.target,
        sheets={session.roots.shown(uri): text for uri, text in sheets.items()},
        measured=measured,
    )
    sources = dict.fromkeys((snapshot.uri, *around.sources, *sheets))
    return Plan(mending, prompt, tuple(sources))


async def preview(session: Session, mending: Mending) -> dict[str, Any]:
    """What the job would send, with its cost at most; sends nothing and draws nothing."""
    around = await _around(session, mending)
    return session.outlet.preview(plan(session, mending, around).question(session))


async def mend(session: Session, job: Job, mending: Mending) -> Outcome:
    """Ask for the repair, deliver it, and say whether its page was seen."""
    session.outlet.pass_gate((mending.snapshot.uri,))
    around = await _around(session, mending)
    # What draws is loaded when there is something to draw.
    from kimi_lsp.session.mended import Looking

    looking = Looking(session, job, mending, around)
    try:
        wanted = plan(session, mending, around, await looking.measured())
        return await _asked(session, job, wanted, looking)
    finally:
        await looking.close()


async def _asked(session: Session, job: Job, wanted: Plan, looking: Looking) -> Outcome:
    # The edit engine is loaded when the first edit is there, not when the server starts.
    from kimi_lsp.session.again import another_turn
    from kimi_lsp.session.deliver import deliver
    from kimi_lsp.session.plan import Proposal

    mending = wanted.mending
    label = job.say("action.visualFix.label", path=mending.snapshot.path)
    question = wanted.question(session)
    answer = await session.outlet.ask(question, job.saw)
    form = wanted.prompt.format or "search_replace"
    proposal = Proposal(mending.snapshot, answer, form, None, label)
    again = another_turn(session, proposal, question)
    if again is not None:
        job.again()
        second = await session.outlet.ask(again, job.saw)
        second = replace(second, usage=answer.usage.plus(second.usage))
        proposal = replace(proposal, answer=second)
    check = await looking.check(proposal)
    apply = mending.apply or session.settings.edit.apply
    outcome = await deliver(session, job, proposal, apply)
    return replace(outcome, check=check, trimmed=wanted.prompt.left_out)


async def _around(session: Session, mending: Mending) -> Survey:
    if not mending.ask.images:
        raise KimiError("bad_picture", "component.no_picture")
    return await survey(session, mending.snapshot.uri)


def _sheets(session: Session, mending: Mending, around: Survey) -> Iterator[tuple[str, str]]:
    """The style sheets that the document brings along, which a fault often lies in."""
    folder = around.path.rpartition("/")[0]
    found = 0
    for name in dict.fromkeys(_SHEET.findall(mending.snapshot.text)):
        path = f"{folder}/{name}" if folder and not name.startswith("/") else name.lstrip("/")
        if found == MOST_SHEETS or outside(path):
            continue
        uri = around.files.uri(normal(path))
        known = session.documents.get(uri)
        text = known.text if known else around.files.read(normal(path))
        if text is not None and session.gate.judge(uri) is None:
            found += 1
            yield normal(path), text
