"""The two ways an edit is asked for, in the exact words that the reply parsers keep to."""

from __future__ import annotations

from kimi_lsp.actions.action import Ask
from kimi_lsp.core.context import Excerpt, around, imports
from kimi_lsp.core.prompt import Prompt, answer_bound, fenced, header, parts
from kimi_lsp.core.quoting import suggested_fence
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.tokens import estimated_tokens

SEARCH_REPLACE = """\
Reply only with one or more blocks of this form, markers at column 0:

<<<<<<< SEARCH
lines to find, copied exactly
=======
lines to put in their place
>>>>>>> REPLACE

SEARCH holds whole consecutive lines of the file as it is, few but enough to be found only once. \
Write all code out; no "..." for code left unchanged. If nothing needs to change, reply NO_EDIT."""

OTHER_FILES = """\
Where another file has to change too, put a line with its path before its blocks; a new file is \
one block with an empty SEARCH. To delete or rename a file, write DELETE FILE path or RENAME FILE \
old -> new on a line of its own."""

REWRITE = """\
Reply only with one fenced code block: the complete new text of the part to change, with its \
indentation, and nothing from before or after it. Write all code out; no "..." for code left \
unchanged. If nothing needs to change, reply NO_EDIT."""


def search_replace(task: str, text: str, code: str, ask: Ask, *, others: bool = False) -> Prompt:
    """Ask for SEARCH/REPLACE blocks against the document; ``code`` is what the text shows of it.

    ``others``: other files may be changed as well.
    """
    system = f"{task} {SEARCH_REPLACE}"
    return Prompt(
        system=f"{system} {OTHER_FILES}" if others else system,
        parts=parts(ask.images, text),
        answer_tokens=answer_bound(code),
        format="search_replace",
    )


def rewrite(task: str, snapshot: Snapshot, part: Excerpt, wish: str, ask: Ask) -> Prompt:
    """Ask for the new text of a part of the document: of the selection where it is that part."""
    selected = Excerpt(snapshot.first, snapshot.last) == part and not snapshot.empty
    target = snapshot.extent if selected else snapshot.whole_lines(part.first, part.last)
    code = snapshot.part(target)
    text = [header(snapshot)]
    above = imports(snapshot.lines, part)
    if above:
        text.append(f"Imports:\n{fenced(above)}")
    shown = around(snapshot.lines, *part) if snapshot.lines else part
    # The part itself has to be there whole; what is around it is the first to go.
    fits = ask.room is None or estimated_tokens(shown.text(snapshot.lines) + code) <= ask.room
    if shown != part and fits:
        text.append(f"Around it:\n{fenced(shown.text(snapshot.lines))}")
    left_out = "" if fits else f"{shown.first + 1}-{shown.last + 1}"
    text.append(f"The part to change, lines {part.first + 1}-{part.last + 1}:\n{fenced(code)}")
    text.append(wish)
    fence = suggested_fence(code)
    if len(fence) > 3:
        text.append(f"Fence your answer with {fence}")
    return Prompt(
        system=f"{task} {REWRITE}",
        parts=parts(ask.images, "\n\n".join(text)),
        answer_tokens=answer_bound(code),
        format="selection",
        target=target,
        left_out=left_out,
    )
