"""Remove the diagnostics on the code."""

from __future__ import annotations

from dataclasses import replace

from kimi_lsp.actions.action import Action, Ask
from kimi_lsp.actions.formats import rewrite, search_replace
from kimi_lsp.core.context import Excerpt, around
from kimi_lsp.core.prompt import Prompt, diagnostic, excerpt, header
from kimi_lsp.core.quoting import needs_other_format
from kimi_lsp.core.snapshot import Snapshot

TASK = "You fix code inside an editor: make the diagnostics go away by mending their cause."


def _offered(snapshot: Snapshot) -> bool:
    return bool(snapshot.diagnostics)


def _build(snapshot: Snapshot, ask: Ask) -> Prompt:
    places = [item.extent for item in snapshot.diagnostics]
    first = min(place.start.line for place in places)
    last = max(max(place.end.line for place in places), first)
    shown = around(snapshot.lines, first, min(last, len(snapshot.lines) - 1))
    problems = "\n".join(diagnostic(item) for item in snapshot.diagnostics)
    if needs_other_format(snapshot.text):
        return rewrite(TASK, snapshot, shown, problems, ask)
    code = excerpt(snapshot, Excerpt(*shown), ask.room)
    text = "\n\n".join([header(snapshot), code.text, problems])
    prompt = search_replace(TASK, text, shown.text(snapshot.lines), ask)
    return replace(prompt, left_out=code.left_out)


ACTION = Action(id="fix", title="action.fix", offered=_offered, build=_build)
