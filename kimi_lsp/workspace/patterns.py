"""Patterns in ``.gitignore`` syntax, and which of them decides about an entry of a tree.

pathspec translates a pattern to an expression; here it is asked about one entry at a time, since
git decides folder by folder: what lies in an ignored folder cannot come back. Where git and
pathspec read a pattern differently, it is rewritten before, so that more is withheld and not less.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 0.25
"""A pattern with many stars is given up after this long; what it says is then not known."""

_PLAIN_REPEATS = 2
_TOKEN = re.compile(r"\\(?P<escaped>.)|(?P<open>\[)|.", re.DOTALL)
_CLASS = re.compile(r"\[(?P<negated>[!^]?)(?P<rest>\]?(?:\\.|\[:[^:\]]*:\]|[^\]\\])*)\]", re.DOTALL)
_ODD = re.compile(r"[\]\[\\/^]|--|&&|\|\||~~")
_ANYTHING = "\0"
"""Stands for any text, in a pattern; no pattern has one of its own."""


class TooSlowError(Exception):
    """Whether a pattern matches could not be found out in time."""


@dataclass(frozen=True)
class Pattern:
    """One line: ``kept`` un-ignores what earlier lines ignore."""

    number: int
    text: str
    kept: bool
    folders_only: bool
    expression: Any

    def matches(self, entry: str) -> bool:
        """``entry`` is relative, with ``/`` between its steps and none at its end."""
        if isinstance(self.expression, re.Pattern):
            return self.expression.fullmatch(entry) is not None
        try:
            return self.expression.fullmatch(entry, timeout=SECONDS) is not None
        except TimeoutError as error:
            raise TooSlowError from error


@dataclass(frozen=True)
class Patterns:
    """The patterns of one file or setting; ``fold`` is for disks that ignore case."""

    lines: tuple[Pattern, ...]
    fold: bool = False

    @classmethod
    def of(cls, lines: Iterable[str], *, fold: bool = False) -> Patterns:
        found = (_pattern(number, line, fold) for number, line in enumerate(lines, 1))
        return cls(tuple(pattern for pattern in found if pattern), fold)

    @classmethod
    def parse(cls, text: str, *, fold: bool = False) -> Patterns:
        """The patterns of an ignore file's text, with git's idea of a line."""
        lines = text.removeprefix("\ufeff").split("\n")
        return cls.of((line.removesuffix("\r") for line in lines), fold=fold)

    def deciding(self, entry: str, *, folder: bool) -> Pattern | None:
        """The last pattern that matches this very entry, without regard to where it lies."""
        entry = _bytewise(_folded(entry) if self.fold else entry)
        for pattern in reversed(self.lines):
            if (folder or not pattern.folders_only) and pattern.matches(entry):
                return pattern
        return None

    def ignoring(self, steps: Sequence[str]) -> Pattern | None:
        """The pattern for which a file is ignored, looking from its topmost folder down."""
        for depth in range(1, len(steps) + 1):
            found = self.deciding("/".join(steps[:depth]), folder=depth < len(steps))
            if found and not found.kept:
                return found
        return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _bytewise(text: str) -> str:
    """A text with a character for each byte, which is what ``?`` and ``[…]`` are for git."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def _pattern(number: int, line: str, fold: bool) -> Pattern | None:
    # Imported here: pathspec is needed only where there is a pattern, and not for a start.
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    shown = _trimmed(line)
    if not shown or shown.startswith("#"):
        return None
    kept, text = shown.startswith("!"), shown.removeprefix("!")
    folders_only, doubled, text = text.endswith("/"), text.endswith("//"), text.rstrip("/")
    # git matches these with nothing; two slashes are a slip, which is to withhold all the same.
    if not text or _ends_escaping(text) or (kept and doubled):
        return None
    rewritten, exact = _rewritten(_bytewise(_folded(text) if fold else text))
    if not rewritten or (kept and not exact):
        return None
    # A first character that means something at the start of a line is one of the name here.
    guarded = f"\\{rewritten}" if rewritten[0] in "!#" else rewritten
    try:
        source, _ = GitIgnoreSpecPattern.pattern_to_regex(guarded)
    except ValueError:
        source = None
    if source is None:
        return None
    return Pattern(number, shown, kept, folders_only, _compiled(source))


def _compiled(source: str) -> Any:
    # What pathspec writes finds a path's beginning; here it is to be all of an entry.
    if source.endswith("/"):
        source = f"{source}.+"
    if not source.startswith("^"):
        source = f".*{source}.*"
    source = source.replace(_ANYTHING, ".*")
    # A negated class must not match what separates the steps.
    source = re.sub(r"\[\^(?!/\])", "[^/", source)
    if source.count("*") + source.count("+") <= _PLAIN_REPEATS:
        return re.compile(source, re.DOTALL)
    # With many repeats `re` may take for ever; this can be told to stop.
    import regex

    return regex.compile(source, regex.DOTALL)


def _trimmed(line: str) -> str:
    """The line without the blanks at its end that no backslash keeps."""
    bare = line.rstrip(" ")
    return f"{bare} " if bare != line and _ends_escaping(bare) else bare


def _ends_escaping(text: str) -> bool:
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _rewritten(text: str) -> tuple[str, bool]:
    """A pattern that pathspec reads as git does, and whether it means exactly the same.

    A class that pathspec would read otherwise becomes ``?``, which is wider. Empty where git
    matches nothing, since a class is never closed.
    """
    parts, exact, place = list[str](), True, 0
    while match := _TOKEN.match(text, place):
        place = match.end()
        if match["escaped"]:
            parts.append("/" if match["escaped"] == "/" else match[0])
        elif match["open"]:
            found = _CLASS.match(text, match.start())
            if not found:
                return "", True
            place = found.end()
            plain = found["rest"] and not _ODD.search(found["rest"]) and _compiles(found[0])
            parts.append(found[0] if plain else "?")
            exact = exact and bool(plain)
        else:
            parts.append(match[0])
    wide = _starred(parts)
    if wide[-1][-1].isspace():
        # pathspec drops more kinds of blanks than git does.
        wide[-1] = f"[{wide[-1][-1]}]"
    return "".join(wide), exact and _ANYTHING not in wide


def _starred(parts: list[str]) -> list[str]:
    """Runs of stars as git takes them: ``**`` between slashes, else maybe across slashes."""
    runs = [list(run) for _, run in itertools.groupby(parts, "*".__eq__)]
    found = list[str]()
    for run, after in itertools.zip_longest(runs, runs[1:], fillvalue=list[str]()):
        if run[:1] != ["*"] or len(run) == 1 or "/" not in parts:
            found += run
        elif (not found or found[-1] == "/") and after[:1] in (["/"], []):
            found.append("**")
        else:
            found.append(_ANYTHING)
            # After plain text git lets such stars stand for nothing, and the slash with them.
            if after[:1] == ["/"]:
                del after[0]
    return found


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
