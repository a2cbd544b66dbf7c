"""What a document's own text leaves open of the ways to quote it, and to ask for its edit."""

from __future__ import annotations

import re

from kimi_lsp.core.text import body, split_lines

_LOOKALIKE = re.compile(r"(?:<{5,9}|={7}|>{5,9})(?: .*)?")


def suggested_fence(code: str) -> str:
    """A fence longer than any back-ticks inside the code, three at the least."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    return "`" * max(3, longest + 1)


def needs_other_format(text: str) -> bool:
    """Whether a document holds lines that SEARCH/REPLACE markers could be taken for."""
    return any(_LOOKALIKE.fullmatch(body(line)) for line in split_lines(text))
