"""What a job of a component does: from the picture to files, markup and imports in the editor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from kimi_lsp.actions import component
from kimi_lsp.actions.action import Ask
from kimi_lsp.actions.place import Place, place
from kimi_lsp.core.model import Message
from kimi_lsp.core.prompt import Prompt
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.errors import KimiError
from kimi_lsp.session.asking import request_of
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.outlet import Question
from kimi_lsp.session.session import Session
from kimi_lsp.session.survey import Survey, survey
from kimi_lsp.session.template import class_of


@dataclass(frozen=True)
class Making:
    """What a person asked for, and where: a new file, a place in a document, or a part of it.

    ``snapshot`` is the document, where it is one that can be read; its extent is the place or the
    part. None of ``verify`` leaves it to whether there is a browser.
    """

    uri: str
    ask: Ask
    snapshot: Snapshot | None = None
    where: Literal["file", "position", "range"] = "file"
    name: str = ""
    verify: bool | None = None
    apply: Literal["now", "hold"] | None = None
    model: str | None = None
    thinking: Literal["auto", "on", "off"] | None = None


@dataclass(frozen=True)
class Brief:
    """Everything that is known before the model is asked. ``place`` is None for mere markup.

    ``listed_in`` is the file that has to list a component for the document to use it, where that
    is another one.
    """

    making: Making
    around: Survey
    prompt: Prompt
    place: Place | None
    listed_in: str = ""

    def question(self, session: Session, more: tuple[Message, ...] = ()) -> Question:
        """The call that asks it, with the turns there were since."""
        making = self.making
        request = request_of(
            session,
            self.prompt,
            action="component",
            uri=making.uri,
            model=making.model,
            thinking=making.thinking,
        )
        sources = dict.fromkeys(self.around.sources)
        if making.snapshot is not None and self.place is None:
            sources = {making.snapshot.uri: None, **sources}
        request = replace(request, messages=(*request.messages, *more))
        return Question(request, tuple(sources))

    @property
    def seen_alone(self) -> bool:
        """Whether the picture shows what can be drawn by itself: a file, or markup of a page."""
        return self.place is not None or self.around.path.endswith((".html", ".htm"))

    def taken(self, session: Session, path: str) -> bool:
        """Whether no new file can be written to a path."""
        uri = self.around.files.uri(path)
        return session.documents.get(uri) is not None or session.gate.place(uri) is not None


async def brief(session: Session, making: Making) -> Brief:
    """What to ask, by the project around; raises ``KimiError`` where nothing can be asked."""
    if not making.ask.images:
        raise KimiError("bad_picture", "component.no_picture")
    around = await survey(session, making.uri)
    project, snapshot = around.project, making.snapshot
    if making.where == "range" and snapshot is not None:
        return Brief(making, around, component.replacement(project, snapshot, making.ask), None)
    page = around.path.endswith((".html", ".htm"))
    listed_in = ""
    if making.where == "position" and snapshot is not None and page:
        listed_in = class_of(session, around, snapshot)
    if making.where == "position" and snapshot is not None and page and not listed_in:
        prompt = component.fragment(project, snapshot, making.ask)
        return Brief(making, around, prompt, None)
    home = place(project, around.path, folder=around.folder, name=making.name)
    made = Brief(making, around, component.new_file(project, home, making.ask), home, listed_in)
    name = home.free(home.name or home.stand_in, lambda path: made.taken(session, path))
    if name is None:
        withheld = session.gate.place(around.files.uri(home.path))
        rule = withheld.rule if withheld else ""
        raise KimiError("excluded", "component.no_place", path=home.path, rule=rule)
    if home.name and name != home.name:
        home = replace(home, name=name)
        made = replace(made, prompt=component.new_file(project, home, making.ask), place=home)
    return made


async def preview(session: Session, making: Making) -> dict[str, Any]:
    """What the job would send, with its cost at most; sends nothing."""
    made = await brief(session, making)
    return session.outlet.preview(made.question(session))


async def make(session: Session, job: Job, making: Making) -> Outcome:
    """Ask for the component, look at it where that can be done, and bring it into the editor."""
    wanted = await brief(session, making)
    session.outlet.pass_gate(wanted.question(session).sources)
    # The edit engine is loaded when the first edit is there, not when the server starts.
    from kimi_lsp.session.attempts import attempt

    return await attempt(session, job, wanted)
