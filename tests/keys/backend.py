"""A keyring for tests, chosen by ``PYTHON_KEYRING_BACKEND``: a JSON file, and every fault."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

NAME = f"{__name__}.Kept"
FILE = "KIMI_TEST_RING"
FAULT = "KIMI_TEST_RING_FAULT"


class Kept(KeyringBackend):
    """Entries in the file that the environment names."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        _fail()
        return _entries().get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        _fail()
        entries = _entries()
        entries.setdefault(service, {})[username] = password
        _file().write_text(json.dumps(entries), "utf-8")

    def delete_password(self, service: str, username: str) -> None:
        entries = _entries()
        if entries.get(service, {}).pop(username, None) is None:
            raise PasswordDeleteError(username)
        _file().write_text(json.dumps(entries), "utf-8")


def _file() -> Path:
    return Path(os.environ[FILE])


def _entries() -> dict[str, dict[str, str]]:
    return json.loads(_file().read_text("utf-8")) if _file().exists() else {}


def _fail() -> None:
    match os.environ.get(FAULT):
        case "locked":
            raise KeyringLocked("ring-canary")
        case "broken":
            raise RuntimeError("ring-canary")
        case "hangs":
            threading.Event().wait()
        case _:
            pass
