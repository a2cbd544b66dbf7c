"""A reply for several files, as one reply for each of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kimi_lsp.core.arguments import replacements
from kimi_lsp.core.diffs import FileDiff, file_diffs
from kimi_lsp.core.fences import Fenced, FenceReader, says_no_edit
from kimi_lsp.core.paths import normal, path_created, path_in, path_in_info, unsafe
from kimi_lsp.core.refused import Refused, refuse
from kimi_lsp.core.reply import Block, NewFile, Operation, blocks
from kimi_lsp.core.stream import lines_of

_SHELL = {"bash", "cmd", "console", "powershell", "ps1", "sh", "shell", "shell-session", "zsh"}


@dataclass(frozen=True)
class FileReply:
    """What a reply wants of one file.

    ``path`` is relative, with ``/``; empty where the reply names none, which is the document asked
    about. ``reply`` is the part of the reply that `apply_reply` reads for it, in the format asked
    for; empty for a file that is deleted or only renamed. A file is renamed, to ``new_path``,
    after it was edited.
    """

    path: str
    reply: str
    operation: Literal["edit", "delete", "rename"] = "edit"
    new_path: str = ""


def split_reply(reply: str, format: str, *, asked: str = "") -> tuple[FileReply, ...] | Refused:
    """One reply for each file that a reply speaks of, in the order they are first named.

    ``asked`` is the path of the document asked about, which is meant before any path is named.
    Refused as a whole where any part is: nothing of a reply is used unless all of it can be.
    """
    match format:
        case "search_replace":
            parts = _of_blocks(reply, asked)
        case "unified_diff":
            parts = _of_diffs(reply)
        case "str_replace":
            parts = _of_arguments(reply)
        case "whole":
            parts = _of_fences(reply)
        case "selection":
            return (FileReply(asked, reply),)
        case _:
            raise ValueError(f"no such format: {format}")
    return parts if isinstance(parts, Refused) else _joined(parts, asked)


Parts = list[FileReply] | Refused


def _of_blocks(reply: str, asked: str) -> Parts:
    items = blocks(reply, asked)
    if isinstance(items, Refused) and items.reason == "no_edit":
        # A reply that only makes new files may have no block at all.
        found = _fences(reply)
        if isinstance(found, Refused) or not found or not all(path for path, _ in found):
            return items
        return [FileReply(path, _creating(fenced)) for path, fenced in found]
    if isinstance(items, Refused):
        return items
    edited = {normal(item.path or "") for item in items if isinstance(item, Block)}
    parts = list[FileReply]()
    for item in items:
        match item:
            case Block():
                parts.append(FileReply(item.path or "", _ended(item.written)))
            case Operation():
                parts.append(_operation(item))
            case NewFile() if normal(item.path) not in edited:
                parts.append(FileReply(item.path, _creating(item.fenced)))
            case _:
                pass
    return parts


def _creating(fenced: Fenced) -> str:
    """A fenced block as a block that makes a file; one that exists refuses it."""
    return "".join(["<<<<<<< SEARCH\n=======\n", *fenced.lines, ">>>>>>> REPLACE\n"])


def _operation(item: Operation) -> FileReply:
    if item.new_path is None:
        return FileReply(item.path, "", "delete")
    return FileReply(item.path, "", "rename", item.new_path)


def _of_diffs(reply: str) -> Parts:
    diffs = file_diffs(lines_of(reply))
    if isinstance(diffs, Refused):
        return diffs
    parts = list[FileReply]()
    for diff in diffs:
        names = diff.names
        path = names[0] if names else ""
        if diff.deletes:
            parts.append(FileReply(path, "", "delete"))
            continue
        if len(names) > 1 and not diff.renamed:
            return refuse("twice", path=path[:80])
        if diff.hunks:
            written = _renamed_hunks(diff) if diff.renamed else "".join(diff.written)
            parts.append(FileReply(path, _ended(written)))
        if diff.renamed:
            parts.append(FileReply(path, "", "rename", names[-1]))
    return parts


def _renamed_hunks(diff: FileDiff) -> str:
    """The hunks of a file that is also renamed, without its names."""
    lines = diff.written
    first = next(number for number, line in enumerate(lines) if line.startswith("@@"))
    return _ended("".join(["--- a\n", "+++ b\n", *lines[first:]]))


def _of_arguments(reply: str) -> Parts:
    if any(map(says_no_edit, lines_of(reply))):
        return refuse("no_edit")
    found = replacements("".join(lines_of(reply)))
    if isinstance(found, Refused):
        return found
    return [FileReply(one.path or "", _ended(one.written)) for one in found]


def _of_fences(reply: str) -> Parts:
    found = _fences(reply)
    if isinstance(found, Refused):
        return found
    named = [(path, fenced) for path, fenced in found if path]
    if not named and len(found) == 1:
        named = found
    # Commands to run afterwards are no file.
    elif any(not path and fenced.info.lower() not in _SHELL for path, fenced in found):
        return refuse("no_path")
    paths = [normal(path) for path, _ in named]
    for path in paths:
        if paths.count(path) > 1:
            return refuse("twice", path=path[:80])
    return [FileReply(path, _ended("".join(fenced.written))) for path, fenced in named]


def _fences(reply: str) -> list[tuple[str, Fenced]] | Refused:
    """The fenced blocks of a reply with the path each is for, empty where none is named."""
    reader = FenceReader()
    found: list[tuple[str, Fenced]] = []
    for line in lines_of(reply):
        if not reader.inside and says_no_edit(line):
            return refuse("no_edit")
        fenced = reader.line(line)
        if fenced:
            path = path_in_info(fenced.info) or path_in(fenced.above, loose=True)
            path = path or path_created(fenced.above)
            found.append((path or "", fenced))
    return refuse("truncated") if reader.inside else found


def _ended(text: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + "\n"


def _joined(parts: Iterable[FileReply], asked: str) -> tuple[FileReply, ...] | Refused:
    """The parts with one edit at most for each path; refused where they cannot all be meant."""
    made: dict[tuple[str, str], FileReply] = {}
    for part in parts:
        for path in (part.path, part.new_path):
            if path and unsafe(path):
                return refuse("outside", path=path[:80])
        path, new_path = normal(part.path or asked), normal(part.new_path)
        key = (path, "edit" if part.operation == "edit" else "file")
        before = made.get(key)
        if before and part.operation != "edit":
            return refuse("twice", path=path[:80])
        text = before.reply + part.reply if before else part.reply
        made[key] = FileReply(path, text, part.operation, new_path)
    deleted = {part.path for part in made.values() if part.operation == "delete"}
    targets = [part.new_path for part in made.values() if part.operation == "rename"]
    for path, kind in made:
        if (kind == "edit" and path in deleted) or path in targets:
            return refuse("twice", path=path[:80])
    if len(set(targets)) < len(targets):
        return refuse("twice", path=targets[0][:80])
    return tuple(made.values()) or refuse("no_edit")
