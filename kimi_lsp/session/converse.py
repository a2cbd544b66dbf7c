"""A turn of a conversation, from the question to the answer on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kimi_lsp.core.context import Excerpt
from kimi_lsp.core.model import ContentPart, Message
from kimi_lsp.core.prompt import diagnostic, excerpt, header, parts
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.errors import KimiError
from kimi_lsp.session.conversations import Conversation
from kimi_lsp.session.display import displayed
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.outlet import Question
from kimi_lsp.session.session import Session


@dataclass(frozen=True)
class Turn:
    """What a person asks; ``conversation`` is None for the first question of a new one.

    ``room`` is how many tokens the code that is shown may come to.
    """

    text: str
    conversation: str | None = None
    snapshot: Snapshot | None = None
    images: tuple[ContentPart, ...] = ()
    language: str = ""
    model: str | None = None
    thinking: Literal["auto", "on", "off"] | None = None
    room: int | None = None


def preview(session: Session, turn: Turn) -> dict[str, Any]:
    """What a turn would send; sends nothing."""
    conversation = _conversation(session, turn)
    question, _ = _question(session, conversation)
    return session.outlet.preview(question)


async def converse(session: Session, job: Job, turn: Turn) -> Outcome:
    """Ask, show the answer, and remember both."""
    conversation = _conversation(session, turn)
    question, left_out = _question(session, conversation)
    snapshot = turn.snapshot
    place = (snapshot.uri, snapshot.extent) if snapshot else None
    if left_out:
        job.report("conversation.left_out", turns=left_out)
    answer = await displayed(session, job, place, lambda saw: session.outlet.ask(question, saw))
    session.conversations.keep(conversation.answered(answer.text))
    return Outcome(
        "done",
        text=answer.text,
        model=answer.model,
        usage=answer.usage,
        conversation=conversation.id,
        left_out=left_out,
    )


def _conversation(session: Session, turn: Turn) -> Conversation:
    """The conversation with this question in it. Raises ``KimiError`` for an unknown one."""
    if turn.conversation is None:
        wish = turn.thinking or session.settings.thinking
        conversation = session.conversations.begin(thinking=wish == "on", model=turn.model)
    else:
        known = session.conversations.get(turn.conversation)
        if known is None:
            raise KimiError("unsupported", "conversation.unknown")
        conversation = known
    snapshot = turn.snapshot
    text = turn.text
    if snapshot:
        code = excerpt(snapshot, Excerpt(snapshot.first, snapshot.last), turn.room).text
        problems = [diagnostic(item) for item in snapshot.diagnostics]
        text = "\n\n".join([header(snapshot), code, *problems, turn.text])
    if turn.language and not conversation.turns:
        text += f"\n\nAnswer in {turn.language}."
    message = Message("user", parts(turn.images, text))
    return conversation.asked(message, snapshot.uri if snapshot else None)


def _question(session: Session, conversation: Conversation) -> tuple[Question, int]:
    request, left_out = conversation.request(session.settings.budget.tokens_per_request)
    return Question(request, conversation.sources), left_out
