"""Explain the code, or the problem on it."""

from __future__ import annotations

from kimi_lsp.actions.action import Action, Ask
from kimi_lsp.core.context import Excerpt, around
from kimi_lsp.core.prompt import Prompt, diagnostic, excerpt, fenced, header, parts
from kimi_lsp.core.snapshot import Snapshot

SYSTEM = """\
You explain code to a programmer inside their editor. Begin with one sentence that says what the \
code does and why it is there. Then only what is not obvious from reading it: traps, side \
effects, assumptions. Where a diagnostic is given, say what causes it and how to mend it. \
Short Markdown, no headings, no repetition of the code."""

ANSWER_TOKENS = 2048


def _offered(snapshot: Snapshot) -> bool:
    return not snapshot.blank


def _build(snapshot: Snapshot, ask: Ask) -> Prompt:
    shown = Excerpt(snapshot.first, snapshot.last)
    if snapshot.diagnostics and shown.last - shown.first < 3:
        shown = around(snapshot.lines, *shown)
    code = excerpt(snapshot, shown, ask.room)
    text = [header(snapshot), code.text]
    selected = snapshot.part(snapshot.extent)
    if not snapshot.empty and selected.strip() != shown.text(snapshot.lines).strip():
        text.append(f"Explain this part:\n{fenced(selected)}")
    text += [diagnostic(item) for item in snapshot.diagnostics]
    if ask.instruction:
        text.append(ask.instruction)
    if ask.language:
        text.append(f"Answer in {ask.language}.")
    content = parts(ask.images, "\n\n".join(text))
    return Prompt(SYSTEM, content, ANSWER_TOKENS, left_out=code.left_out)


ACTION = Action(id="explain", title="action.explain", offered=_offered, build=_build)
