"""Logging: to stderr or a file, one line a record, never a key."""

from __future__ import annotations

import logging
import os
import re
from logging.handlers import RotatingFileHandler

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MOST_BYTES = 5 << 20

_KEY = re.compile(r"\b(?:sk|ak)-[A-Za-z0-9_-]{6,}")


class _Redacted(logging.Formatter):
    """A formatter that lets no key through, whichever way it got into a record."""

    def format(self, record: logging.LogRecord) -> str:
        line = _KEY.sub("[key]", super().format(record))
        for name in ("MOONSHOT_API_KEY", "KIMI_API_KEY"):
            key = os.environ.get(name)
            if key:
                line = line.replace(key, "[key]")
        return line


def begin(file: str | None, level: str) -> None:
    """Begin to log. An unknown level counts as ``warning``; a file nobody may write as stderr."""
    handler: logging.Handler = logging.StreamHandler()
    if file:
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
