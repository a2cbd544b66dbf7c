"""Reading SEARCH/REPLACE blocks out of a model's reply, line by line as it comes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kimi_lsp.core.fences import NO_EDIT as NO_EDIT
from kimi_lsp.core.fences import Fenced, FenceReader, says_no_edit
from kimi_lsp.core.paths import path_created, path_in, path_in_info, path_told
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.stream import lines_of
from kimi_lsp.core.text import body

__all__ = [
    "NO_EDIT",
    "Block",
    "BlockReader",
    "Operation",
    "blocks",
]

_SEARCH = re.compile(r"(<{5,9}|-{5,9}) ?SEARCH>?[ \t]*")
_DIVIDER = re.compile(r"={7}[ \t]*")
_REPLACE = re.compile(r"(>{5,9}|\+{5,9}) ?REPLACE[ \t]*")
_CLOSES = {"<": ">", "-": "+"}
_BEGUN = re.compile(r"<{3,9}(?: ?| ?S(?:E(?:A(?:R(?:CH?)?)?)?)?)")
_MARKED = re.compile(r"[ \t]*(?:[-*+]|\d+[.)])[ \t]+")
_OTHERWISE = re.compile(r"[ \t>]*(?:<{5,9}|-{5,9}) ?[A-Za-z]")
_DELETE = re.compile(r"DELETE FILE:?[ \t]+(.+?)[ \t]*")
_RENAME = re.compile(r"RENAME FILE:?[ \t]+(.+?)[ \t]+(?:->|=>|→|TO)[ \t]+(.+?)[ \t]*")


@dataclass(frozen=True)
class Block:
    """Lines to find and lines to put in their place, without line ends.

    ``path`` is the file it was written under, None before any path line. ``others`` are the ways
    to read a block that holds more than one divider. ``replacement`` is the new text with its own
    line ends, ``written`` the whole block. ``final`` says whether the document's last line, where
    the block reaches it, is to have a line end; None: as it was. ``context``: lines that both
    halves share at the ends only say where it is, and other blocks may share them.
    """

    search: tuple[str, ...]
    replace: tuple[str, ...]
    path: str | None = None
    others: tuple[Block, ...] = ()
    replacement: str = ""
    written: str = ""
    final: bool | None = None
    context: bool = False


@dataclass(frozen=True)
class Operation:
    """A file to delete, or to rename to ``new_path``."""

    path: str
    new_path: str | None = None


@dataclass(frozen=True)
class NewFile:
    """A path and the one fenced block under it, with no markers inside."""

    path: str
    fenced: Fenced


Item = Block | Operation | NewFile


def is_marker(line: str) -> bool:
    """Whether a line opens or closes a block."""
    return bool(_SEARCH.fullmatch(line) or _REPLACE.fullmatch(line))


def begins_otherwise(line: str) -> bool:
    """Whether a line could begin a block in a form that is not read, such as a quoted one."""
    return bool(_OTHERWISE.match(line))


class BlockReader:
    """Finds the blocks, and what belongs to other files, among the lines of a reply.

    A line that consists of a path names the file of the blocks after it, until the next.
    """

    def __init__(self, known: str = "") -> None:
        self._known = known
        self._path: str | None = None
        self._fences = FenceReader()
        self._above = ""
        self._info = ""
        self._has_block = False
        self._found = False
        self._odd = False
        self._last = ""
        self._style = ""
        self._written: list[str] = []
        self._dividers: list[int] = []

    def line(self, raw: str) -> list[Item] | Refused:
        """Take the next line; what it completes, or why the reply cannot be used."""
        line = body(raw)
        self._last = raw
        if self._style:
            return self._inside(raw, line)
        opening = _SEARCH.fullmatch(line)
        if opening:
            self._name()
            self._style, self._written, self._dividers = opening[1][0], [raw], []
            self._has_block = True
            return []
        if _REPLACE.fullmatch(line):
            return refuse("stray")
        if says_no_edit(line):
            return refuse("no_edit")
        return self._prose(raw)

    def end(self) -> Refused | None:
        """What is wrong with a reply that ends here."""
        if self._style:
            return refuse("truncated")
        if self._last == body(self._last) and _BEGUN.fullmatch(self._last):
            return refuse("truncated")
        if self._fences.inside and not self._has_block and self._fence_path():
            return refuse("truncated")
        if self._found:
            return None
        return refuse("other_format" if self._odd else "no_edit")

    def _inside(self, raw: str, line: str) -> list[Item] | Refused:
        opening, closing = _SEARCH.fullmatch(line), _REPLACE.fullmatch(line)
        if opening and opening[1][0] == self._style:
            return refuse("nested")
        self._written.append(raw)
        if _DIVIDER.fullmatch(line):
            self._dividers.append(len(self._written) - 1)
        if not closing or closing[1][0] != _CLOSES[self._style]:
            return []
        if not self._dividers:
            return refuse("no_divider")
        ways = tuple(self._read(divider) for divider in self._dividers)
        first = ways[0]
        block = Block(
            first.search, first.replace, self._path, ways[1:], first.replacement, first.written
        )
        self._style, self._above, self._found = "", "", True
        return [block]

    def _read(self, divider: int) -> Block:
        search, replace = self._written[1:divider], self._written[divider + 1 : -1]
        return Block(
            tuple(map(body, search)),
            tuple(map(body, replace)),
            self._path,
            replacement="".join(replace),
            written="".join(self._written),
        )

    def _name(self) -> None:
        """Settle which file the block that opens here belongs to."""
        named = path_in(self._above, self._known, loose=True)
        named = named or path_told(self._above, self._known)
        if not named and self._fences.inside and not self._has_block:
            named = path_in_info(self._info, self._known)
        self._path = named or self._path

    def _fence_path(self) -> str | None:
        return path_in_info(self._info, self._known) or self._above_fence(self._fences.above)

    def _above_fence(self, line: str) -> str | None:
        return path_in(line, self._known, loose=True) or path_created(line, self._known)

    def _prose(self, raw: str) -> list[Item] | Refused:
        self._odd = self._odd or begins_otherwise(body(raw))
        was_inside = self._fences.inside
        fenced = self._fences.line(raw)
        if self._fences.inside and not was_inside:
            self._info, self._has_block = self._fences.info, False
            return []
        if self._fences.inside:
            self._above = raw.strip() or self._above
            return []
        if was_inside:
            self._above = ""
            return self._closed(fenced) if fenced and not self._has_block else []
        if not raw.strip():
            return []
        self._above = raw.strip()
        operation = _operation(body(raw))
        if operation:
            self._found = True
            return [operation]
        self._path = path_in(self._above, self._known) or self._path
        return []

    def _closed(self, fenced: Fenced) -> list[Item]:
        path = self._fence_path() or self._above_fence(fenced.above)
        if path:
            return [NewFile(path, fenced)]
        told = [_operation(body(line)) for line in fenced.lines if line.strip()]
        operations: list[Item] = [item for item in told if item]
        if len(operations) != len(told):
            return []
        self._found = self._found or bool(told)
        return operations


def _operation(line: str) -> Operation | None:
    line = _MARKED.sub("", line).strip("*_` \t")
    deleted, renamed = _DELETE.fullmatch(line), _RENAME.fullmatch(line)
    if deleted:
        return Operation(deleted[1].strip("`\"'"))
    return Operation(renamed[1].strip("`\"'"), renamed[2].strip("`\"'")) if renamed else None


def blocks(reply: str, path: str = "") -> tuple[Item, ...] | Refused:
    """All blocks of a reply, in its order, with what it says of whole files."""
    reader, found = BlockReader(path), list[Item]()
    for line in lines_of(reply):
        items = reader.line(line)
        if isinstance(items, Refused):
            return items
        found += items
    return reader.end() or tuple(found)
