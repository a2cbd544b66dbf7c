"""Code whose rendering looks wrong: what is asked for, with what was seen and measured."""

from __future__ import annotations

from collections.abc import Mapping

from kimi_lsp.actions.action import Ask
from kimi_lsp.actions.formats import SEARCH_REPLACE
from kimi_lsp.core.context import Excerpt
from kimi_lsp.core.model import ContentPart, TextPart
from kimi_lsp.core.prompt import Prompt, answer_bound, excerpt, fenced, header
from kimi_lsp.core.quoting import needs_other_format
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.project.facts import Project
from kimi_lsp.project.telling import stack_told, tokens_told

TASK = """\
You mend front-end code whose page looks wrong. Look for what its kind of fault is: elements that \
overlap or hide another; crowding; text that runs out of its box; what should line up and does \
not; text that is hard to tell from its background, or a wrong colour; content that is cut off. \
Find the cause in the code, and trust the measured boxes more than the picture. Make the smallest \
change that mends it, in the project's own way of styling, by its tokens and its scale; leave \
alone what looks right, and add no dependency."""

WHOLE = """\
Reply only with one fenced code block: the complete new text of the file. Write all code out; no \
"..." for code left unchanged. If nothing needs to change, reply NO_EDIT."""

LOOKS = "The picture above shows how the page looks."
BOTH = "The first picture shows how the page looks, the last one how it should look."


def build(
    project: Project,
    snapshot: Snapshot,
    ask: Ask,
    *,
    target: tuple[ContentPart, ...] = (),
    sheets: Mapping[str, str] | None = None,
    measured: str = "",
) -> Prompt:
    """Ask for SEARCH/REPLACE blocks against the document and the style sheets it brings along.

    ``ask.images`` show how it looks, ``target`` how it should. ``sheets`` are texts by their
    paths, ``measured`` what a rendering of it said: boxes, styles, errors.
    """
    whole = Excerpt(0, max(len(snapshot.lines) - 1, 0))
    # A fault's cause is seldom where it shows: all of the document where there is room for it.
    code = excerpt(snapshot, whole, ask.room)
    text = ["\n".join((f"The project: {stack_told(project.stack)}.", *tokens_told(project)))]
    text += [header(snapshot), code.text]
    text += [f"{path}\n{fenced(sheet)}" for path, sheet in (sheets or {}).items()]
    seen = [BOTH if target else LOOKS] if ask.images else []
    seen += [measured] if measured else []
    seen += [f"Its author says: {ask.instruction}"] if ask.instruction else []
    if not ask.document and not snapshot.empty:
        seen.append(f"The fault is in lines {snapshot.first + 1}-{snapshot.last + 1}.")
    plain = needs_other_format(snapshot.text)
    return Prompt(
        system=f"{TASK} {WHOLE if plain else SEARCH_REPLACE}",
        parts=(TextPart("\n\n".join(text)), *ask.images, *target, TextPart("\n\n".join(seen))),
        answer_tokens=answer_bound(snapshot.text),
        format="whole" if plain else "search_replace",
        left_out=code.left_out,
    )
