"""Why an edit needs its person's consent before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kimi_lsp.core import TextEdit
from kimi_lsp.core.control import is_control_file
from kimi_lsp.core.hidden import hidden_in_added
from kimi_lsp.session.changes import Say, Step
from kimi_lsp.syntax import Broken, broken

MOST_NAMED = 3


def concern(step: Step, say: Say, edits: Sequence[TextEdit] | None = None) -> str:
    """Sentences for the person, empty where there is nothing to ask.

    ``edits``: those of the step that are judged, where it is not all of them.
    """
    return " ".join(_concerns(step, step.located.edits if edits is None else edits, say))


def _concerns(step: Step, edits: Sequence[TextEdit], say: Say) -> Iterator[str]:
    change = step.change
    if change.operation == "delete":
        yield say("concern.delete", path=change.path)
    elif change.operation == "rename":
        yield say("concern.rename", path=change.path, new=change.new_path)
    elif not (change.asked or change.wanted):
        yield say("concern.new" if step.creates else "concern.other", path=change.path)
    if is_control(step):
        yield say("concern.control", path=change.path)
    found = hidden_in_added(step.document.text, edits)
    if found:
        shown = ", ".join(dict.fromkeys(one.shown for one in found[:MOST_NAMED]))
        yield say("concern.hidden", shown=shown)
    wrong = breaks(step)
    if wrong:
        yield say("concern.syntax", path=change.path, line=wrong.line + 1)


def breaks(step: Step) -> Broken | None:
    """Where a file that can be parsed no longer could be, or a new one cannot."""
    document, after = step.document, step.located.text
    if step.change.operation != "edit":
        return None
    return broken(document.text, after, document.language_id, step.change.path)


def is_control(step: Step) -> bool:
    """Whether a step touches a file that decides what runs, by any of its names."""
    return any(map(is_control_file, (step.change.path, *step.names)))
