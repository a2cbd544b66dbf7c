"""An edit in the form a client reads: positions, versions, annotations, hunks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from kimi_lsp.core import TextEdit
from kimi_lsp.core.text import Extent, Point, body, split_lines
from kimi_lsp.session.capabilities import Capabilities
from kimi_lsp.session.changes import Say, Step
from kimi_lsp.session.outcome import Hunk

ANNOTATION = "kimi"


def points(lines: Sequence[str]) -> Callable[[int], Point]:
    """A function from code point offsets to points, quick for many offsets."""
    starts = list(accumulate(map(len, lines), initial=0))

    def point(offset: int) -> Point:
        line = min(bisect_right(starts, offset) - 1, len(lines))
        if line == len(lines) and lines and body(lines[-1]) == lines[-1]:
            line -= 1
        return Point(line, offset - starts[line])

    return point


def asks(can: Capabilities) -> bool:
    """Whether the client can ask its person before it applies an edit."""
    return can.annotations and can.document_changes


def unable(can: Capabilities, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that the client cannot take: files to create, rename or delete."""
    needed = ((step, operation_of(step)) for step in steps)
    return tuple(step for step, kind in needed if kind and kind not in can.file_operations)


def operation_of(step: Step) -> str:
    """The file operation of a step, empty for an edit of a file that is there."""
    if step.change.operation == "edit":
        return "create" if step.creates else ""
    return step.change.operation


def workspace_edit(
    can: Capabilities, steps: Sequence[Step], label: str, concerns: Sequence[str], say: Say
) -> dict[str, Any]:
    """The steps as an edit, for the versions the client last gave; what it cannot do is left out.

    ``concerns``, one a step, are asked about first, each on its own.
    """
    if not can.document_changes:
        return {
            "changes": {
                step.uri: _text_edits(step) for step in steps if step.change.operation == "edit"
            }
        }
    about: dict[str, dict[str, Any]] = {}
    # Creations come first, so that every edit of text is in one run: an editor that undoes a
    # failed edit of text, though not of files, then leaves no text half changed.
    made: dict[str, list[dict[str, Any]]] = {"create": [], "": [], "rename": [], "delete": []}
    for number, (step, concern) in enumerate(zip(steps, concerns, strict=True), 1):
        note: dict[str, Any] = {}
        if asks(can):
            name = ANNOTATION if number == 1 else f"{ANNOTATION}.{number}"
            about[name] = _annotation(step, label, concern, say)
            note = {"annotationId": name}
        kind = operation_of(step)
        if kind in can.file_operations:
            made[kind].append(_file_operation(step, kind) | note)
        if step.change.operation == "edit" and step.located.edits:
            version = step.document.version if step.state == "open" else None
            edits = [each | note for each in _text_edits(step)]
            identity = {"uri": step.uri, "version": version}
            made[""].append({"textDocument": identity, "edits": edits})
    edit: dict[str, Any] = {"documentChanges": [one for each in made.values() for one in each]}
    return edit | ({"changeAnnotations": about} if about else {})


def _annotation(step: Step, label: str, concern: str, say: Say) -> dict[str, Any]:
    kind = operation_of(step)
    if kind:
        label = say(f"edit.label.{kind}", path=step.change.path, new=step.change.new_path)
    elif not step.change.asked:
        label = say("edit.label.edit", path=step.change.path)
    asked = {"needsConfirmation": True, "description": concern} if concern else {}
    return {"label": label, **asked}


def _file_operation(step: Step, kind: str) -> dict[str, Any]:
    match kind:
        case "create":
            # Something that is there after all makes it fail, where it would else be lost.
            options = {"overwrite": False, "ignoreIfExists": False}
            return {"kind": kind, "uri": step.uri, "options": options}
        case "rename":
            options = {"overwrite": False, "ignoreIfExists": False}
            new = step.change.new_uri
            return {"kind": kind, "oldUri": step.uri, "newUri": new, "options": options}
        case _:
            options = {"recursive": False, "ignoreIfNotExists": False}
            return {"kind": kind, "uri": step.uri, "options": options}


def _text_edits(step: Step) -> list[dict[str, Any]]:
    document = step.document
    if not document.text:
        # To Neovim a text that is empty is one empty line: one that is filled keeps it at its end,
        # unless it is said to be replaced. For every other client, what is past the end is the end.
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
        return [{"range": whole, "newText": edit.new_text} for edit in step.located.edits]
    point = points(document.lines)
    return [
        {
            "range": document.range(Extent(point(edit.start), point(edit.end))),
            "newText": edit.new_text,
        }
        for edit in step.located.edits
    ]


def shown_hunks(
    step: Step, hunks: Sequence[TextEdit], first: int, confirm: Callable[[Sequence[TextEdit]], str]
) -> tuple[Hunk, ...]:
    """Replacements of whole lines of a document, numbered from ``first``."""
    document, kind = step.document, operation_of(step)
    point = points(document.lines)
    return tuple(
        Hunk(
            str(number),
            document.uri,
            document.range(Extent(point(hunk.start), point(hunk.end))),
            hunk.new_text,
            confirm((hunk,)),
            kind,
            step.change.new_uri,
        )
        for number, hunk in enumerate(hunks, first)
    )


def comparable(text: str) -> list[str]:
    """The lines of a text as two editors would agree on them: line ends and the last one aside."""
    lines = [body(line) for line in split_lines(text)]
    while lines and not lines[-1]:
        lines.pop()
    return lines
