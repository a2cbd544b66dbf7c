"""Reading a stream of events strictly: a lost piece of code is worse than an error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kimi_lsp.errors import KimiError

LONGEST_LINE = 1 << 20
LONGEST_STREAM = 64 << 20
"""Bytes; the longest answer of a model with all its wrapping is a quarter of it."""

_BOM = b"\xef\xbb\xbf"


def malformed() -> KimiError:
    """The failure of a stream that is not what it should be."""
    return KimiError("protocol", "provider.malformed")


class EventReader:
    """The objects of ``data:`` lines from bytes cut anywhere. Raises ``KimiError`` ``protocol``.

    A line that is a whole object is an event at once. One that is not is held, for an object may
    be written over several lines; the empty line after it decides.
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._total = 0
        self._held: list[str] = []
        self._held_size = 0
        self._after_return = False
        self._first = True
        self._failed = False

    def feed(self, data: bytes) -> Iterator[Mapping[str, Any] | None]:
        """The chunks that these bytes complete; None for ``[DONE]``."""
        self._total += len(data)
        if self._total > LONGEST_STREAM:
            raise malformed()
        if self._after_return or b"\r" in data:
            data = self._with_line_feeds(data)
        if b"\n" in data:
            head, *lines = data.split(b"\n")
            self._pieces.append(head)
            lines.insert(0, b"".join(self._pieces))
            data = lines.pop()
            self._pieces.clear()
            self._size = 0
            for line in lines:
                if len(line) > LONGEST_LINE:
                    raise malformed()
                yield from self._line(line)
        self._size += len(data)
        if self._size > LONGEST_LINE:
            raise malformed()
        self._pieces.append(data)

    def _with_line_feeds(self, data: bytes) -> bytes:
        if self._after_return and data:
            data = data.removeprefix(b"\n")
            self._after_return = False
        self._after_return = self._after_return or data.endswith(b"\r")
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _line(self, line: bytes) -> Iterator[Mapping[str, Any] | None]:
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        if line.startswith(b"data:"):
            try:
                text = line[5:].strip().decode()
            except UnicodeDecodeError:
                raise malformed() from None
            if text == "[DONE]" and not self._held:
                yield None
            elif text:
                yield from self._data(text)
        elif not line:
            if self._held:
                value = _parsed("\n".join(self._held))
                self._held.clear()
                self._held_size = 0
                if value is None:
                    raise malformed()
                yield self._named(value)
            self._failed = False
        elif line.startswith(b"event:"):
            self._failed = line[6:].strip() == b"error"

    def _data(self, text: str) -> Iterator[Mapping[str, Any]]:
        value = None if self._held else _parsed(text)
        if value is not None:
            yield self._named(value)
            return
        self._held.append(text)
        self._held_size += len(text)
        if self._held_size > LONGEST_LINE:
            raise malformed()

    def _named(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """An event that calls itself an error holds one, however it spells it."""
        return {"error": value} if self._failed and "error" not in value else value


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
