"""Reading the JSON arguments of a string replacement, and finding the string in a document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, cast

from kimi_lsp.core.ground import BOM, Ground, blank
from kimi_lsp.core.match import Place, locate
from kimi_lsp.core.refused import Refused, refuse, shown
from kimi_lsp.core.reply import Block
from kimi_lsp.core.text import LINE_END, body, split_lines

_OURS = re.compile(r"\{\s*\"(?:path|file_path|old_string|new_string|replace_all)\"")
_BOOLEANS = {None: False, True: True, False: False, "true": True, "false": False}


@dataclass(frozen=True)
class Replacement:
    """A string to find and the one to put in its place, once or wherever it stands."""

    old: str
    new: str
    path: str | None = None
    every: bool = False
    written: str = ""


def replacements(reply: str) -> tuple[Replacement, ...] | Refused:
    """The arguments in a reply: JSON objects, whatever prose or fence is around them.

    Raw control characters inside strings are taken; a key given twice is not.
    """
    # Strict about everything else, as half-understood code would be put into a file.
    decoder = json.JSONDecoder(strict=False, object_pairs_hook=_unique)
    found: list[Replacement] = []
    at = reply.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(reply, at)
        except (ValueError, RecursionError) as error:
            if _OURS.match(reply, at):
                return refuse("truncated" if _cut(error, reply) else "bad_json")
            at = reply.find("{", at + 1)
            continue
        made = _replacement(value, reply[at:end])
        if isinstance(made, Refused):
            return made
        found += [made] if made else []
        at = reply.find("{", end)
    if found:
        return tuple(found)
    if reply.lstrip().startswith("{") or any(
        line.lstrip()[:1] == "{" for line in reply.split("\n")
    ):
        return refuse("bad_json" if reply.rstrip().endswith("}") else "truncated")
    return refuse("no_edit")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _cut(error: Exception, reply: str) -> bool:
    """Whether JSON could not be read because it ends too early."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated") or error.pos >= len(reply.rstrip())


def _replacement(value: dict[str, Any], written: str) -> Replacement | Refused | None:
    if "old_string" not in value and "new_string" not in value:
        return None
    old, new, every = value.get("old_string"), value.get("new_string"), value.get("replace_all")
    path = value.get("path", value.get("file_path"))
    if not isinstance(old, str) or not isinstance(new, str) or isinstance(every, (list, dict)):
        return refuse("bad_json")
    if every not in _BOOLEANS or not (path is None or isinstance(path, str)):
        return refuse("bad_json")
    return Replacement(old, new, path, _BOOLEANS[cast("bool | str | None", every)], written)


def places_of(ground: Ground, wanted: Replacement) -> list[Place] | Refused:
    """The whole lines around every place of the string, and what they become."""
    old, new = (_unmarked(LINE_END.sub("\n", text), ground) for text in (wanted.old, wanted.new))
    if not old:
        if ground.lines:
            return refuse("empty_search")
        return [Place(0, 0, Block((), (), replacement=wanted.new))] if new else refuse("no_change")
    text = LINE_END.sub("\n", ground.text)
    found = _starts(text, old)
    if len(found) > 1 and not wanted.every:
        found = _exact(ground, text, found, wanted.old) or found
    if not found and not wanted.every:
        place = _as_lines(ground, old, new)
        return [place] if isinstance(place, Place) else place
    first = next((line for line in old.split("\n") if not blank(line)), old)
    if not found:
        return refuse("not_found", line=shown(first))
    overlapping = any(other - one < len(old) for one, other in pairwise(found))
    if overlapping or (len(found) > 1 and not wanted.every):
        return refuse("ambiguous", count=len(found), line=shown(first))
    return _around(text, found, old, new)


def _unmarked(text: str, ground: Ground) -> str:
    return text.removeprefix(BOM) if ground.bom else text


def _starts(text: str, old: str) -> list[int]:
    found: list[int] = []
    at = text.find(old)
    while at >= 0:
        found.append(at)
        at = text.find(old, at + 1)
    return found


def _exact(ground: Ground, text: str, found: Iterable[int], old: str) -> list[int]:
    """The one of several places whose line ends are the string's own too."""
    raw = list(accumulate(map(len, ground.lines), initial=0))
    exact: list[int] = []
    for start in found:
        line = text.count("\n", 0, start)
        at = raw[line] + start - (text.rfind("\n", 0, start) + 1)
        if ground.text.startswith(old, at):
            exact.append(start)
    return exact if len(exact) == 1 else []


def _as_lines(ground: Ground, old: str, new: str) -> Place | Refused:
    """The place of a string that is whole lines but for blanks or indentation."""
    search, replace = split_lines(old), split_lines(new)
    alike = old.endswith("\n") if not new else old.endswith("\n") == new.endswith("\n")
    place = locate(ground, Block(tuple(map(body, search)), tuple(map(body, replace))))
    if alike or isinstance(place, Refused):
        return place
    first = next((line for line in search if not blank(line)), old)
    return refuse("not_found", line=shown(first))


def _around(text: str, found: list[int], old: str, new: str) -> list[Place]:
    """Places of whole lines; strings on one line are replaced together."""
    places: list[Place] = []
    start = made = None
    for number, at in enumerate(found):
        if start is None or made is None:
            start = text.rfind("\n", 0, at) + 1
            made = text[start:at]
        end = at + len(old)
        made += new
        joins = bool(made) and not made.endswith("\n")
        stop = end
        if text[end - 1] != "\n" or joins:
            stop = text.find("\n", end) + 1 or len(text)
        following = found[number + 1] if number + 1 < len(found) else len(text) + 1
        if following < stop:
            made += text[end:following]
            continue
        made += text[end:stop]
        places.append(_place(text, start, stop, made))
        start = made = None
    return places


def _place(text: str, start: int, stop: int, new: str) -> Place:
    first = text.count("\n", 0, start)
    search = split_lines(text[start:stop])
    replace = tuple(map(body, split_lines(new)))
    final = new.endswith("\n") if stop == len(text) and new else None
    return Place(first, first + len(search), Block(tuple(map(body, search)), replace, final=final))
