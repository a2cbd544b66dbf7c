"""One more turn where an answer has no place: the model is shown the real lines."""

from __future__ import annotations

from dataclasses import replace

from kimi_lsp.core import Refused
from kimi_lsp.core.model import Message, TextPart
from kimi_lsp.core.repair import Failure, failures, repair_text
from kimi_lsp.errors import KimiError
from kimi_lsp.session.changes import Change, document_at
from kimi_lsp.session.outlet import Question
from kimi_lsp.session.plan import Proposal
from kimi_lsp.session.session import Session


def another_turn(session: Session, proposal: Proposal, question: Question) -> Question | None:
    """The question that shows the model why its answer has no place; None where that is no help."""
    changes = proposal.changes(session.roots)
    if isinstance(changes, Refused):
        return None
    found: list[Failure] = []
    sources = list(question.sources)
    for change in changes:
        text = _text(session, proposal, change)
        failed = () if text is None else _failures(proposal, change, text)
        if failed and change.uri not in sources:
            if session.gate.judge(change.uri) is not None:
                # Its lines may not be sent, so that the answer stays as it is.
                return None
            sources.append(change.uri)
        found += failed if change.asked else (replace(one, path=change.path) for one in failed)
    if not found:
        return None
    said = Message("assistant", (TextPart(proposal.answer.text),))
    shown = Message("user", (TextPart(repair_text(found)),))
    request = replace(question.request, messages=(*question.request.messages, said, shown))
    return Question(request, tuple(sources))


def _text(session: Session, proposal: Proposal, change: Change) -> str | None:
    """The text that a change was made for; None where there is none to show."""
    if change.operation != "edit":
        return None
    if change.asked:
        return proposal.snapshot.text
    try:
        return (document_at(session, change.uri) or session.document(change.uri)).text
    except KimiError:
        return None


def _failures(proposal: Proposal, change: Change, text: str) -> tuple[Failure, ...]:
    made = change.locate(text)
    if not isinstance(made, Refused) or made.reason not in ("not_found", "ambiguous"):
        return ()
    return failures(text, change.reply, path=change.path, format=proposal.format)
