"""One more turn where an answer has no place, or breaks a file: the model is shown how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kimi_lsp.core import Applied, Refused
from kimi_lsp.core.model import Message, TextPart
from kimi_lsp.core.repair import Failure, broken_text, failures, repair_text
from kimi_lsp.session.changes import Change, document_at
from kimi_lsp.session.outlet import Question
from kimi_lsp.session.plan import Proposal
from kimi_lsp.session.session import Session
from kimi_lsp.syntax import broken

LOOKED_FOR = ("not_found", "ambiguous")


def another_turn(session: Session, proposal: Proposal, question: Question) -> Question | None:
    """The question that shows the model what is wrong; None where nothing is or it is no help."""
    changes = proposal.changes(session.roots)
    if isinstance(changes, Refused):
        return None
    # Judged in the texts that the answer was made for, whatever was typed since.
    texts = [(change, _text(session, proposal, change)) for change in changes]
    tried = [(change, text, change.locate(text)) for change, text in texts if text is not None]
    if any(isinstance(made, Refused) and made.reason not in LOOKED_FOR for *_, made in tried):
        return None
    wrong, told = _without_place(proposal, tried) or _breaking(proposal, tried)
    sources = list(question.sources)
    for change in wrong:
        if change.uri not in sources:
            if session.gate.judge(change.uri) is not None:
                # Its lines may not be sent, so that the answer stays as it is.
                return None
            sources.append(change.uri)
    if not told:
        return None
    said = Message("assistant", (TextPart(proposal.answer.text),))
    shown = Message("user", (TextPart(told),))
    request = replace(question.request, messages=(*question.request.messages, said, shown))
    return replace(question, request=request, sources=tuple(sources))


Tried = Sequence[tuple[Change, str, Applied | Refused]]


def _without_place(proposal: Proposal, tried: Tried) -> tuple[list[Change], str] | None:
    """The changes with blocks that are not found or found several times, and their real lines."""
    wrong: list[Change] = []
    found: list[Failure] = []
    for change, text, made in tried:
        if isinstance(made, Applied):
            continue
        failed = failures(text, change.reply, path=change.path, format=proposal.format)
        wrong += [change] if failed else []
        found += failed if change.asked else _named(failed, change.path)
    return (wrong, repair_text(found)) if found else None


def _named(failed: Iterable[Failure], path: str) -> Iterable[Failure]:
    return (replace(one, path=path) for one in failed)


def _breaking(proposal: Proposal, tried: Tried) -> tuple[list[Change], str]:
    """The first change that breaks its file, and how the file would read there."""
    for change, text, made in tried:
        if isinstance(made, Refused):
            continue
        language = proposal.snapshot.language if change.asked else ""
        wrong = broken(text, made.text, language, change.path)
        if wrong:
            return [change], broken_text(change.path, made.text, wrong.line)
    return [], ""


def _text(session: Session, proposal: Proposal, change: Change) -> str | None:
    """The text that a change was made for, empty for a new file; None where none may be shown.

    Of other files only those that are open: nothing is read from the disk to be sent.
    """
    if change.operation != "edit":
        return None
    if change.asked:
        return proposal.snapshot.text
    known = document_at(session, change.uri)
    if known is not None:
        return known.text
    return "" if session.gate.place(change.uri) is None else None
