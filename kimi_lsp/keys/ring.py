"""The system's keyring: one entry an origin. The package behind it is loaded when first needed.

Every keyring may be missing, locked, or ask its person and wait: each is told by a ``KimiError``,
and a server that looks a key up waits for a bounded time and on no thread of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kimi_lsp.errors import KimiError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "kimi-lsp"

ANSWER_SECONDS = 60.0
"""A keyring that is locked asks for its password, which a person has to type."""

# These keep nothing, or keep it where everybody can read it, or ask at a terminal we do not have.
_NONE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


def read(origin: str) -> str | None:
    """What is kept for an origin. Raises ``KimiError``; may wait for the person."""
    with _told():
        return _backend().get_password(SERVICE, origin)


def store(origin: str, key: str) -> None:
    """Keep the key of an origin. Raises ``KimiError``; may wait for the person."""
    with _told():
        _backend().set_password(SERVICE, origin, key)


def remove(origin: str) -> bool:
    """Forget the key of an origin; whether there was one. Raises as ``store`` does."""
    with _told():
        backend = _backend()
        if backend.get_password(SERVICE, origin) is None:
            return False
        backend.delete_password(SERVICE, origin)
        return True


def check() -> None:
    """Raises ``KimiError`` where there is no keyring to keep a key in."""
    with _told():
        _backend()


async def find(origin: str, seconds: float = ANSWER_SECONDS) -> str | None:
    """``read`` beside the loop, for a bounded time. Raises ``KimiError``."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[str | None] = loop.create_future()

    def end(key: str | None, error: KimiError | None) -> None:
        if found.done():
            return
        if error:
            found.set_exception(error)
        else:
            found.set_result(key)

    def work() -> None:
        key, problem = None, None
        try:
            key = read(origin)
        except KimiError as error:
            problem = error
        # The loop may be over by now.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(end, key, problem)

    # Not one of the loop's own threads: those are waited for when the process ends.
    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await found
    except TimeoutError:
        raise KimiError("no_key", "keyring.slow", seconds=round(seconds)) from None


def _backend() -> KeyringBackend:
    """The keyring to use: the first that keeps a key safe."""
    import keyring
    from keyring.backends.chainer import ChainerBackend

    backend = keyring.get_keyring()
    several = backend.backends if isinstance(backend, ChainerBackend) else [backend]
    for one in several:
        if not type(one).__module__.startswith(_NONE):
            return one
    raise KimiError("no_key", "keyring.missing")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turns what a keyring raises into ``KimiError``, with none of its words."""
    try:
        yield
    except KimiError:
        raise
    except Exception as error:  # noqa: BLE001 - a backend raises whatever its system does
        name = type(error).__name__
        if name == "NoKeyringError":
            raise KimiError("no_key", "keyring.missing") from None
        if name == "KeyringLocked":
            raise KimiError("no_key", "keyring.locked") from None
        raise KimiError("no_key", "keyring.failed", detail=name) from None
