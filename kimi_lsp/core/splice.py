"""Putting new lines in the place of old ones without touching a byte that did not change."""

from __future__ import annotations

from collections.abc import Sequence

from kimi_lsp.core.edits import changed_runs
from kimi_lsp.core.text import body, line_end


def majority_end(lines: Sequence[str]) -> str:
    """The line end most lines have; ``\\n`` where none has any."""
    ends = [line_end(line) for line in lines if line_end(line)]
    return max(("\n", "\r\n", "\r"), key=ends.count)


def renewed(
    old: Sequence[str], search: Sequence[str], replace: Sequence[str], end: str
) -> list[str]:
    """The lines that replace ``old`` when ``search``, which stands for it, becomes ``replace``.

    Lines both halves share stay as they are in the document. A new line takes the line end of the
    one it replaces, else ``end``; whether the last line has one stays as it was.
    """
    made: list[str] = []
    at = 0
    for run in changed_runs(search, replace):
        made += old[at : run.first]
        for number, line in enumerate(replace[run.new_first : run.new_last], run.first):
            own = line_end(old[number]) if number < run.last else ""
            made.append(line + (own or end))
        at = run.last
    made += old[at:]
    for number, line in enumerate(made[:-1]):
        if body(line) == line:
            made[number] = line + end
    if made and old and not line_end(old[-1]):
        made[-1] = body(made[-1])
    return made
