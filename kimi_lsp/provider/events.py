"""Reading a stream of events strictly: a lost piece of code is worse than an error."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any

from kimi_lsp.errors import KimiError

LONGEST_LINE = 1 << 20


class EventReader:
    """``data:`` lines from bytes cut anywhere. Raises ``KimiError`` ``protocol``."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._rest = ""

    def feed(self, data: bytes) -> Iterator[Mapping[str, Any] | None]:
        """The chunks that these bytes complete; None for ``[DONE]``."""
        try:
            self._rest += self._decoder.decode(data)
        except UnicodeDecodeError:
            raise KimiError("protocol", "provider.malformed") from None
        *lines, self._rest = self._rest.replace("\r\n", "\n").split("\n")
        if len(self._rest) > LONGEST_LINE:
            raise KimiError("protocol", "provider.malformed")
        for line in lines:
            if line.startswith("data:"):
                yield _parsed(line[5:].strip())


def _parsed(text: str) -> Mapping[str, Any] | None:
    if text == "[DONE]":
        return None
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise KimiError("protocol", "provider.malformed")
    return value
