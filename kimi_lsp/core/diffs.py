"""Reading a unified diff as blocks: what its lines say counts, their numbers never do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kimi_lsp.core.fences import says_no_edit
from kimi_lsp.core.paths import path_in
from kimi_lsp.core.refused import Refused, refuse, shown
from kimi_lsp.core.reply import Block
from kimi_lsp.core.text import body

_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_HUNK = re.compile(r"@@.*")
_NOISE = re.compile(
    r"(?:index|new file mode|deleted file mode|old mode|new mode|similarity index"
    r"|dissimilarity index|copy from|copy to|Binary files|Index:|={20,}).*"
)
_NO_FILE = "/dev/null"
_GENERIC = {"a", "b", "old", "new", "original", "modified", "before", "after", "updated"}


@dataclass
class FileDiff:
    """The hunks of one file. ``old`` and ``new`` are its names as given, None where none are."""

    old: str | None = None
    new: str | None = None
    hunks: list[Block] = field(default_factory=list[Block])
    written: list[str] = field(default_factory=list[str])
    renamed: bool = False

    @property
    def deletes(self) -> bool:
        return self.new == _NO_FILE

    @property
    def names(self) -> list[str]:
        """The file's names, without the letter that git puts in front."""
        old, new = self.old, self.new
        if old and new and old.startswith("a/") and new.startswith("b/"):
            old, new = old[2:], new[2:]
        elif old == _NO_FILE and new and new.startswith("b/"):
            new = new[2:]
        elif new == _NO_FILE and old and old.startswith("a/"):
            old = old[2:]
        names = [name for name in (old, new) if name and name != _NO_FILE]
        return [name for name in dict.fromkeys(names) if name not in _GENERIC]


def file_diffs(lines: Sequence[str]) -> list[FileDiff] | Refused:
    """The diffs in a reply's lines, which keep their line ends; an empty list where none is."""
    if any(says_no_edit(line) for line in lines):
        return refuse("no_edit")
    sections = _sections(lines)
    if isinstance(sections, Refused):
        return sections
    found: list[FileDiff] = []
    for fenced, section in sections:
        reader = _DiffReader(section, fenced)
        wrong = reader.read()
        if wrong:
            return wrong
        found += [one for one in reader.found if one.hunks or one.deletes or one.renamed]
    return found


def _sections(lines: Sequence[str]) -> list[tuple[bool, list[str]]] | Refused:
    """The lines inside fences that hold a diff; where no fence does, all of them."""
    inside: list[tuple[bool, list[str]]] = []
    fence = ""
    for line in lines:
        match = _FENCE.fullmatch(body(line))
        # Inside a hunk a fence has a sign before it, so this one is the reply's own.
        if match and not fence:
            fence = match[1]
            inside.append((True, []))
        elif match and match[1].startswith(fence) and not match[2].strip():
            fence = ""
        elif fence:
            inside[-1][1].append(line)
    diffs = [section for section in inside if any(_begins(line) for line in section[1])]
    if fence and diffs and diffs[-1] is inside[-1]:
        return refuse("truncated")
    return diffs or [(False, list(lines))]


def _begins(line: str) -> bool:
    return line.startswith(("@@", "+", "-", "diff --git "))


class _DiffReader:
    def __init__(self, lines: list[str], fenced: bool) -> None:
        self._lines = lines
        self._fenced = fenced
        self._at = 0
        self._hunk: list[tuple[str, str]] | None = None
        self._blanks = 0
        self._bare: set[str] = set()
        self.found = [FileDiff()]

    def read(self) -> Refused | None:
        """Read every line; what is wrong where one belongs to no diff."""
        while self._at < len(self._lines):
            taken = self._header() or self._line(body(self._lines[self._at]))
            if isinstance(taken, Refused):
                return taken
            self.found[-1].written += self._lines[self._at : self._at + taken]
            self._at += taken
        self._close()
        return None

    def _header(self) -> int:
        """How many lines a file's header takes that begins here; none: 0."""
        line, following, third = (self._peek(step) for step in range(3))
        if line.startswith("diff --git "):
            self._next_file()
            return 1
        if line.startswith("--- ") and following.startswith("+++ "):
            # Inside a hunk these may be lines taken out and put in; a header goes on with a hunk.
            named = path_in(_name(line), loose=True) and path_in(_name(following), loose=True)
            if self._hunk is not None and not (named and third.startswith("@@")):
                return 0
            last = self.found[-1]
            if (last.old is not None and not last.renamed) or last.hunks or self._hunk:
                self._next_file()
            self.found[-1].old, self.found[-1].new = _name(line), _name(following)
            return 2
        return 0

    def _line(self, line: str) -> int | Refused:
        if _HUNK.fullmatch(line):
            self._close()
            self._hunk = []
            return 1
        if line.startswith(("rename from ", "rename to ")) and not self._hunk:
            self._rename(line)
            return 1
        if self._hunk is None:
            named = self.found[-1].old is not None
            begun = (named or self._fenced) and not self.found[-1].hunks
            if not (begun and line.startswith(("+", "-", " "))) or _NOISE.fullmatch(line):
                return 1
            self._hunk = []
        return self._hunk_line(line)

    def _hunk_line(self, line: str) -> int | Refused:
        hunk = self._hunk if self._hunk is not None else []
        if not line:
            self._blanks += 1
        elif line[0] in " +-\t":
            hunk += [(" ", "")] * self._blanks
            self._blanks = 0
            # A model that forgets the blank before a tab still means a line of context.
            hunk.append((" ", line) if line[0] == "\t" else (line[0], line[1:]))
        elif line[0] == "\\":
            self._bare |= {hunk[-1][0]} if hunk else set()
        elif _NOISE.fullmatch(line) or (
            not self._fenced and (self._blanks or _FENCE.fullmatch(line))
        ):
            self._close()
        else:
            return refuse("bad_diff", line=shown(line))
        return 1

    def _close(self) -> None:
        hunk, bare = self._hunk or [], self._bare
        self._hunk, self._blanks, self._bare = None, 0, set()
        search = tuple(text for sign, text in hunk if sign != "+")
        replace = tuple(text for sign, text in hunk if sign != "-")
        if not hunk or (search == replace and not bare):
            return
        old_bare, new_bare = bool(bare & {"-", " "}), bool(bare & {"+", " "})
        final = None if old_bare == new_bare else old_bare
        text = "\n".join(replace) + ("" if new_bare else "\n")
        self.found[-1].hunks.append(
            Block(search, replace, replacement=text, final=final, context=True)
        )

    def _next_file(self) -> None:
        self._close()
        self.found.append(FileDiff())

    def _rename(self, line: str) -> None:
        diff = self.found[-1]
        _, side, name = line.split(" ", 2)
        diff.renamed = True
        if side == "from":
            diff.old = name
        else:
            diff.new = name

    def _peek(self, step: int) -> str:
        at = self._at + step
        return body(self._lines[at]) if at < len(self._lines) else ""


def _name(line: str) -> str:
    """The name in a header line, without a date after it."""
    return line[4:].split("\t")[0].strip().strip("\"`'")
