"""A terminal that a person sits at: keys go in, and what its screen shows is read."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE_SECONDS = 30


class Terminal:
    """A tmux session of its own server, with one command in it."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 100,
        lines: int = 30,
    ) -> None:
        self._socket = str(folder / "tmux")
        self._keep = folder
        size = ("-x", str(columns), "-y", str(lines))
        start = ("-f", "/dev/null", "new-session", "-d", "-c", str(folder), *size)
        self._tmux(*start, shlex.join(command), env=environment)

    def type(self, *keys: str) -> None:
        """Press keys; names as tmux has them, such as ``Enter`` and ``C-c``."""
        self._tmux("send-keys", *keys)

    def screen(self, *, colours: bool = False) -> str:
        """What the screen shows now."""
        return self._tmux("capture-pane", "-p", *(["-eN"] if colours else []))

    def see(self, *texts: str, gone: Sequence[str] = ()) -> str:
        """Wait until the screen shows every text and none of those gone; what it shows then."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            screen = self.screen()
            if all(text in screen for text in texts) and not any(one in screen for one in gone):
                return screen
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {texts} without {gone} on\n{screen}")
            time.sleep(0.03)

    def close(self) -> None:
        """End the command and the terminal."""
        self._tmux("kill-server", check=False)

    def _tmux(self, *words: str, env: Mapping[str, str] | None = None, check: bool = True) -> str:
        done = subprocess.run(
            ("tmux", "-u", "-S", self._socket, *words),
            env=env,
            capture_output=True,
            text=True,
            timeout=20,
            check=check,
        )
        return done.stdout
