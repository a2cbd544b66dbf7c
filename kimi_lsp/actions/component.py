"""A component that looks like a picture: what is asked for, by the project's own conventions."""

from __future__ import annotations

from kimi_lsp.actions.action import Ask
from kimi_lsp.actions.formats import REWRITE
from kimi_lsp.actions.place import Place
from kimi_lsp.core.context import around, imports
from kimi_lsp.core.model import ContentPart, TextPart
from kimi_lsp.core.prompt import Prompt, answer_bound, fenced, header
from kimi_lsp.core.quoting import suggested_fence
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.tokens import estimated_tokens
from kimi_lsp.project.facts import Project
from kimi_lsp.project.telling import project_told

ANSWER_TOKENS = 12_288
"""A page of markup with its styles takes up to so many."""

TASK = """\
You write front-end code that looks like the picture, as the project it goes into would have \
written it. Use these, its own components, design tokens, icons and way of styling, and add no \
dependency. Take the nearest class or variable of its scale, p-4 and not p-[17px]. Write every \
text of the picture as it stands and every item that is repeated: no placeholder, and no comment \
in place of code. Where the picture shows a photograph, put a block or an inline SVG of its size \
and colours, with a text alternative; link to no other site. What is pressed is a button or a \
link, what is filled in has a label."""

NEW_FILE = """\
The component works with no props given. Reply only with the file: a line with its path, then one \
fenced code block with all of it."""

TWO_FILES = """\
The component works with no props given. Reply only with the two files, each as a line with its \
path, then one fenced code block with all of it."""


def new_file(project: Project, place: Place, ask: Ask) -> Prompt:
    """Ask for the files of a new component; the answer is read by `kimi_lsp.actions.made`."""
    wanted = [f"Write {place.path}."]
    if place.styles:
        wanted = [f"Write {place.path}, and its styles in {place.styles}, which it imports."]
    if not place.name:
        wanted.append(f"Put a name that says what it is in place of {place.stand_in}.")
    form = TWO_FILES if place.styles else NEW_FILE
    return Prompt(
        system=f"{TASK} {form}",
        parts=_parts(project, place.folder, ask, " ".join(wanted)),
        answer_tokens=ANSWER_TOKENS,
        format="whole",
    )


def fragment(project: Project, snapshot: Snapshot, ask: Ask) -> Prompt:
    """Ask for markup that is put where the cursor is, in a page that has no components."""
    line = snapshot.extent.start.line
    near = around(snapshot.lines, line, line).text(snapshot.lines) if snapshot.lines else ""
    wanted = (
        f"Write the markup that goes into {header(snapshot)} at line {line + 1}, styled by what "
        f"the page has, else by one <style> element at its top. Around it:\n{fenced(near)}\n"
        "Reply only with one fenced code block: what is inserted, and nothing of what is there."
    )
    folder = snapshot.path.rpartition("/")[0]
    parts = _parts(project, folder, ask, wanted)
    return Prompt(system=TASK, parts=parts, answer_tokens=ANSWER_TOKENS, format="selection")


def replacement(project: Project, snapshot: Snapshot, ask: Ask) -> Prompt:
    """Ask for the new text of a selection; imports that it lacks are added to its answer."""
    code = snapshot.part(snapshot.extent)
    shown = around(snapshot.lines, snapshot.first, snapshot.last)
    text = [header(snapshot)]
    above = imports(snapshot.lines, shown)
    if above:
        text.append(f"Imports:\n{fenced(above)}")
    context = shown.text(snapshot.lines)
    fits = ask.room is None or estimated_tokens(context + code) <= ask.room
    if context.strip() != code.strip() and fits:
        text.append(f"Around it:\n{fenced(context)}")
    text.append(f"The part to change:\n{fenced(code)}")
    text.append("Make this part look like the picture.")
    fence = suggested_fence(code)
    if len(fence) > 3:
        text.append(f"Fence your answer with {fence}")
    folder = snapshot.path.rpartition("/")[0]
    return Prompt(
        system=f"{TASK} {REWRITE}",
        parts=_parts(project, folder, ask, "\n\n".join(text)),
        answer_tokens=max(ANSWER_TOKENS, answer_bound(code)),
        format="selection",
        target=snapshot.extent,
    )


def _parts(project: Project, folder: str, ask: Ask, wanted: str) -> tuple[ContentPart, ...]:
    """What stays the same from one picture to the next comes first, so that it is cached."""
    if ask.instruction:
        wanted = f"{wanted}\n\nIts author adds: {ask.instruction}"
    return (TextPart(project_told(project, folder)), *ask.images, TextPart(wanted))
