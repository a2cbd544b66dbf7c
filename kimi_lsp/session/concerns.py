"""Why an edit needs its person's consent before it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kimi_lsp.core import TextEdit
from kimi_lsp.core.control import is_control_file
from kimi_lsp.core.hidden import hidden_in_added

MOST_NAMED = 3


def concern(path: str, before: str, edits: Sequence[TextEdit], say: Callable[..., str]) -> str:
    """A sentence for the person, empty where there is nothing to ask."""
    if is_control_file(path):
        return say("concern.control", path=path)
    found = hidden_in_added(before, edits)
    if found:
        shown = ", ".join(dict.fromkeys(one.shown for one in found[:MOST_NAMED]))
        return say("concern.hidden", shown=shown)
    return ""
