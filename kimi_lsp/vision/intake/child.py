"""Other programs, run within bounds: of time, and of what they may say."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TEMPORARY = ("TMPDIR", "TEMP", "TMP")

KEPT = (
    *("PATH", "HOME", "USER", "LANG", "LC_ALL", *TEMPORARY, "SYSTEMROOT", "WINDIR"),
    *("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
    *("WSL_INTEROP", "WSL_DISTRO_NAME", "PYTHONPATH", "PYTHONUTF8"),
)
"""What of the environment a program is given; keys stay here."""


@dataclass(frozen=True)
class Said:
    """How a program ended and what it wrote to stdout."""

    code: int
    out: bytes


def program(name: str) -> str | None:
    """Where a program lies; never in a folder that is only named relative to another."""
    found = shutil.which(name)
    return found if found and os.path.isabs(found) else None


async def run(
    command: Sequence[str],
    given: bytes = b"",
    *,
    seconds: float,
    most: int,
    folder: str | None = None,
) -> Said | None:
    """What a program says within ``seconds`` and ``most`` bytes; None where it was stopped.

    ``folder`` is where it runs and keeps what it writes.

    Raises ``OSError`` where it cannot be started. Cancelled, it ends the program.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment(os.environ) | (dict.fromkeys(TEMPORARY, folder) if folder else {}),
        # Never where a repository lies, which may hold programs and modules of these names.
        cwd=folder or tempfile.gettempdir(),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            return await _talk(process, given, most)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            _end(process)
            # Shielded, since one that is cancelled twice would leave a zombie behind.
            await asyncio.shield(process.wait())


def environment(whole: Mapping[str, str]) -> dict[str, str]:
    """The part of the environment that a program needs to find its screen and its files."""
    return {name: whole[name] for name in KEPT if name in whole}


async def _talk(process: asyncio.subprocess.Process, given: bytes, most: int) -> Said | None:
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        return None
    sending = asyncio.create_task(_send(stdin, given))
    out = bytearray()
    try:
        while part := await stdout.read(1 << 16):
            out += part
            if len(out) > most:
                return None
        # A program may close its output and live on.
        return Said(await process.wait(), bytes(out))
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def _send(stream: asyncio.StreamWriter, given: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        stream.write(given)
        await stream.drain()
    with contextlib.suppress(ConnectionError):
        stream.close()


def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            # It leads a group of its own, with whatever it started.
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
