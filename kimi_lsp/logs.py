"""Logging: to stderr or a file, one line a record, never a key."""

from __future__ import annotations

import logging
import os
import re

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MOST_BYTES = 5 << 20

_KEY = re.compile(r"\b(?:sk|ak)-[A-Za-z0-9_-]{6,}")
_hidden: set[str] = set()


def hide(key: str) -> None:
    """Let no line hold a key that was learnt after the start."""
    if key:
        _hidden.add(key)


class _Redacted(logging.Formatter):
    """A formatter that lets no key through, whichever way it got into a record."""

    def format(self, record: logging.LogRecord) -> str:
        line = _KEY.sub("[key]", super().format(record))
        given = {os.environ.get(name, "").strip() for name in ("MOONSHOT_API_KEY", "KIMI_API_KEY")}
        # The longest first: one may begin like another.
        for key in sorted(_hidden | given - {""}, key=len, reverse=True):
            line = line.replace(key, "[key]")
        return line


def begin(file: str | None, level: str) -> None:
    """Begin to log. An unknown level counts as ``warning``; a file nobody may write as stderr."""
    handler: logging.Handler = logging.StreamHandler()
    if file:
        from logging.handlers import RotatingFileHandler

        try:
            handler = RotatingFileHandler(
                file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", delay=False
            )
        except OSError as error:
            logging.getLogger(__name__).error("no log file: %s", error.strerror)
    handler.setFormatter(_Redacted(FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(getattr(logging, level.upper(), logging.WARNING))
    # Both would write bodies at their lower levels: a person's code.
    for name in ("openai", "httpx2", "httpcore2", "pygls"):
        logging.getLogger(name).setLevel(logging.WARNING)
