"""Applies text edits as an editor does, from positions in an encoding; shares no code with ours."""

from __future__ import annotations

from collections.abc import Iterable

from kimi_lsp.core.edits import TextEdit

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

Position = tuple[int, int]


def positions(
    text: str, edits: Iterable[TextEdit], encoding: str
) -> list[tuple[Position, Position, str]]:
    """The edits as line and character, the character in code units."""
    return [
        (_position(text, edit.start, encoding), _position(text, edit.end, encoding), edit.new_text)
        for edit in edits
    ]


def apply(text: str, edits: Iterable[tuple[Position, Position, str]], encoding: str) -> str:
    """The text after the edits, applied from the last to the first on encoded bytes."""
    codec, width = CODECS[encoding]
    starts = _line_starts(text)
    data = text.encode(codec)
    offsets = [len(text[:start].encode(codec)) for start in starts]
    for start, end, new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        first = offsets[start[0]] + start[1] * width
        last = offsets[end[0]] + end[1] * width
        data = data[:first] + new.encode(codec) + data[last:]
    return data.decode(codec)


def _line_starts(text: str) -> list[int]:
    starts, at = [0], 0
    while at < len(text):
        if text[at] == "\r" and text[at + 1 : at + 2] == "\n":
            at += 1
        if text[at] in "\r\n":
            starts.append(at + 1)
        at += 1
    return starts


def _position(text: str, offset: int, encoding: str) -> Position:
    codec, width = CODECS[encoding]
    starts = _line_starts(text)
    line = max(number for number, start in enumerate(starts) if start <= offset)
    return line, len(text[starts[line] : offset].encode(codec)) // width
