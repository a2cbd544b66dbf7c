"""Change a selection, or a whole document, by instruction."""

from __future__ import annotations

from kimi_lsp.actions.action import Action, Ask
from kimi_lsp.actions.formats import rewrite, search_replace
from kimi_lsp.core.context import Excerpt
from kimi_lsp.core.prompt import Prompt, fenced, header
from kimi_lsp.core.quoting import needs_other_format
from kimi_lsp.core.snapshot import Snapshot

TASK = "You change code inside an editor as its owner asks, and nothing else."


def _never(_: Snapshot) -> bool:
    # An instruction has to be typed, which a menu cannot ask for.
    return False


def _build(snapshot: Snapshot, ask: Ask) -> Prompt:
    instruction = f"Instruction: {ask.instruction}"
    if ask.document and not needs_other_format(snapshot.text):
        text = [header(snapshot), fenced(snapshot.text), instruction]
        return search_replace(TASK, "\n\n".join(text), snapshot.text, ask, others=True)
    return rewrite(TASK, snapshot, Excerpt(snapshot.first, snapshot.last), instruction, ask)


ACTION = Action(id="edit", title="action.edit", offered=_never, build=_build)
