"""A reply as whole lines, however it was cut on its way."""

from __future__ import annotations

import re

from kimi_lsp.core.text import body, split_lines

_SURROGATE = re.compile("[\ud800-\udfff]")
_THOUGHT = re.compile(r"\s*<think>")
_THOUGHT_END = "</think>"


def joined_pairs(text: str) -> str:
    """A text whose surrogate pairs, which may have come in two halves, are one character each."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class LineFeed:
    """Gives the lines of a reply with their line ends, each as soon as it is certain.

    A ``\r`` at the end waits for what follows it. Reasoning that an endpoint left in front of the
    reply (``<think>`` to ``</think>``) is left out.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._started = False
        self._thinking = False

    def feed(self, piece: str) -> list[str]:
        """The lines that this piece completes."""
        waiting = bool(self._pieces) and self._pieces[-1].endswith("\r")
        if piece:
            self._pieces.append(piece)
        if not piece or not (waiting or "\n" in piece or "\r" in piece):
            return []
        lines = split_lines("".join(self._pieces))
        rest = "" if lines[-1].endswith("\n") else lines.pop()
        self._pieces = [rest] if rest else []
        return self._spoken(lines)

    def close(self) -> list[str]:
        """The last line, where it has no line end."""
        lines = split_lines("".join(self._pieces))
        self._pieces = []
        return self._spoken(lines)

    @property
    def thinking(self) -> bool:
        """Whether the reply is still inside its reasoning."""
        return self._thinking

    def _spoken(self, lines: list[str]) -> list[str]:
        spoken: list[str] = []
        for line in map(joined_pairs, lines):
            if not self._started and line.strip():
                self._started = True
                self._thinking = bool(_THOUGHT.match(line))
            if not self._thinking:
                spoken.append(line)
                continue
            _, end, after = line.partition(_THOUGHT_END)
            if end:
                self._thinking = False
                if body(after):
                    spoken.append(after)
        return spoken


def lines_of(reply: str) -> list[str]:
    """The lines of a reply that came whole."""
    feed = LineFeed()
    return [*feed.feed(reply), *feed.close()]
