"""Names of documents as they stand: of other schemes, and of files that are to be made."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, unquote

from kimi_lsp.core.paths import unsafe
from kimi_lsp.workspace.secrets import folded

CELL = "vscode-notebook-cell"
"""The scheme of a notebook's cells, whose path is the notebook's file."""

_BETWEEN = re.compile(r"""[/\\"'&=?#:,;{}\[\]()|<>\s]+""")
_SHORT = re.compile(r"[^.~]{1,6}~\d{1,4}(?:\.[^.]{0,3})?")
_MOST_WORDS = 100


def spoken(parts: SplitResult) -> list[str]:
    """Every path that a URI's text can be read as, for those who look for a file's name in it."""
    path = unquote(parts.path)
    found = [path, unquote(path)] if path else []
    for rest in (parts.query, parts.fragment):
        if rest:
            found.append(f"{path}?{unquote(rest)}")
            words = [word for word in _BETWEEN.split(unquote(rest)) if word]
            found += ["/".join(words[:count]) for count in range(1, len(words[:_MOST_WORDS]) + 1)]
    return found


def unsafe_step(relative: str) -> str | None:
    """The first step of a relative path that some system takes for something else, if any."""
    for step in relative.split("/"):
        if (
            unsafe(step)
            or step in ("", ".", "..")
            or step != step.rstrip(" .")
            or "\\" in step
            or _SHORT.fullmatch(step)
            or any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in step)
            or any(mark in unicodedata.normalize("NFKC", step) for mark in "/\\:")
        ):
            return step
    return None


def git_step(path: str) -> str | None:
    """The step of a path that is git's own folder, as any system may read it."""
    for step in re.split(r"[/\\]", path):
        bare = folded(step).partition(":")[0].rstrip(" .")
        if bare in (".git", "git~1"):
            return step
    return None
