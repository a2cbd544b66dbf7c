"""Design tokens: the colours, sizes and fonts that a project has given names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from kimi_lsp.project.files import Files, Listing

MOST_TOKENS = 60
MOST_SHEETS = 4
LONGEST_VALUE = 60

# It begins with what can be searched for quickly.
_PROPERTY = re.compile(r"(--(?<![\w-]--)[A-Za-z][\w-]*)\s*:\s*([^;{}]{1,200})[;}]")
_VARIABLE = re.compile(
    r"^\s*(\$[A-Za-z][\w-]*)\s*:\s*([^;{}\n]{1,200}?)(?:\s*!default)?\s*;", re.MULTILINE
)
_PAIR = re.compile(
    r"[\"']?([A-Za-z][\w-]*)[\"']?\s*:\s*[\"'](#[0-9a-fA-F]{3,8}|(?:rgb|hsl|oklch|var|color)[^\"'\n]{1,60}"
    r"|\d[\w.]*(?:px|rem|em)|[^\"'\n]{0,40}(?:sans|serif|mono)[^\"'\n]{0,40})[\"']"
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SHEET = re.compile(
    r"(?:^|/)_?(?:global|globals|index|app|main|style|styles|tokens?|theme|variables|vars|base|colors?"
    r"|layout|design-tokens)\.(?:css|scss|sass|less)$"
)
_CONFIG = re.compile(r"(?:^|/)tailwind\.config\.(?:js|cjs|mjs|ts)$")


def sheets(listing: Listing) -> tuple[str, ...]:
    """The style sheets that may hold for the whole of a project, the likeliest first."""
    found = [path for path in listing.files if _SHEET.search(path)]
    return tuple(sorted(found, key=lambda path: (path.count("/"), path))[:MOST_SHEETS])


def tokens(files: Files, listing: Listing, texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Names with their values, as first given; ``texts`` are those of the style sheets."""
    found = dict[str, str]()
    config = next((path for path in listing.files if _CONFIG.search(path)), None)
    theme = (files.read(config) if config else None) or ""
    for name, value in chain(_of_sheets(texts), _of_theme(theme)):
        value = " ".join(value.split())
        if len(value) <= LONGEST_VALUE:
            found.setdefault(name, value)
        if len(found) == MOST_TOKENS:
            break
    return tuple(found.items())


def _of_sheets(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        bare = _COMMENT.sub("", text)
        for sign, pattern in (("--", _PROPERTY), ("$", _VARIABLE)):
            if sign not in bare:
                continue
            yield from ((one[1], one[2]) for one in pattern.finditer(bare))


def _of_theme(text: str) -> Iterator[tuple[str, str]]:
    """What the theme of a Tailwind configuration names, which is code and is not run."""
    start = text.find("theme")
    if start >= 0:
        yield from ((one[1], one[2]) for one in _PAIR.finditer(text, start))
