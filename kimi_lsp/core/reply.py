"""Reading a model's reply: SEARCH/REPLACE blocks, or the one fenced block of code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kimi_lsp.core.paths import normal, path_in, unsafe
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.text import body, split_lines

NO_EDIT = "NO_EDIT"

_SEARCH = re.compile(r"<{5,9} ?SEARCH>? *")
_DIVIDER = re.compile(r"={7} *")
_REPLACE = re.compile(r">{5,9} ?REPLACE *")
_FENCE = re.compile(r"\s*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_LOOKALIKE = re.compile(r"(?:<{5,9}|={7}|>{5,9})(?: .*)?", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """Lines to find and lines to put in their place, without line ends."""

    search: tuple[str, ...]
    replace: tuple[str, ...]


def needs_other_format(text: str) -> bool:
    """Whether a document holds lines that SEARCH/REPLACE markers could be taken for."""
    return any(_LOOKALIKE.fullmatch(body(line)) for line in split_lines(text))


def suggested_fence(code: str) -> str:
    """A fence longer than any back-ticks inside the code, three at the least."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    return "`" * max(3, longest + 1)


def blocks(reply: str, path: str) -> tuple[Block, ...] | Refused:
    """The SEARCH/REPLACE blocks of a reply that speaks of one document."""
    found: list[Block] = []
    search: list[str] | None = None
    replace: list[str] | None = None
    before: list[str] = []
    for raw in split_lines(reply):
        line = body(raw)
        if _SEARCH.fullmatch(line):
            if search is not None:
                return refuse("nested")
            wrong = _wrong_path(before, path)
            if wrong:
                return wrong
            search, before = [], []
        elif search is None:
            before.append(line)
        elif _DIVIDER.fullmatch(line) and replace is None:
            replace = []
        elif _REPLACE.fullmatch(line):
            if replace is None:
                return refuse("no_divider")
            found.append(Block(tuple(search), tuple(replace)))
            search = replace = None
        else:
            (search if replace is None else replace).append(line)
    if search is not None:
        return refuse("truncated")
    return tuple(found) if found else refuse("no_edit")


def _wrong_path(before: list[str], path: str) -> Refused | None:
    """What is wrong with the path named above a block, if one is."""
    for line in [line for line in before if line.strip()][-2:]:
        fence = _FENCE.fullmatch(line)
        words = fence[2].split() if fence else [line]
        for word in words[1:] if fence else words:
            named = path_in(word, path)
            if named is None:
                continue
            if unsafe(named):
                return refuse("outside", path=named[:80])
            if normal(named) != normal(path):
                return refuse("other_file", path=named[:80])
    return None


def fenced_block(reply: str) -> list[str] | Refused:
    """The lines of the one fenced block of a reply, without line ends.

    A fence of the same length with an info string opens one inside; a bare one closes the
    innermost. Shorter fences inside are content.
    """
    found: list[list[str]] = []
    inside: list[str] = []
    fence, depth = "", 0
    for raw in split_lines(reply):
        line = body(raw)
        match = _FENCE.fullmatch(line)
        if not depth:
            if match:
                fence, depth, inside = match[1], 1, []
            continue
        if match and match[1][0] == fence[0] and len(match[1]) >= len(fence):
            depth += 1 if match[2].strip() else -1
            if not depth:
                found.append(inside)
                continue
        inside.append(line)
    if depth:
        return refuse("truncated")
    if not found:
        return refuse("no_edit")
    return found[0] if len(found) == 1 else refuse("several_fences", count=len(found))
