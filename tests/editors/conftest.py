"""Real Neovim against the offline Kimi, with nothing of the person's own configuration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.conftest import Kimi

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NVIM = Path(sys.executable).parent / "nvim"
PLUGIN = ROOT / "editors" / "nvim"
SERVER = Path(sys.executable).parent / "kimi-lsp"

CODE = "def area(r):\n    return radius * radius\n\n\nx = area(2)\n"


@dataclass
class Neovim:
    """One Neovim's surroundings: its folders, its file, and the Kimi it talks to."""

    kimi: Kimi
    folder: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        return self.folder / "shapes.py"

    @property
    def log(self) -> Path:
        return self.folder / "kimi.log"

    @property
    def environment(self) -> dict[str, str]:
        own = {
            f"XDG_{name}_HOME": str(self.folder / name.lower())
            for name in ("CONFIG", "CACHE", "STATE", "DATA")
        }
        return {
            **os.environ,
            **own,
            "LC_ALL": "C.UTF-8",
            "KIMI_BASE_URL": self.kimi.url,
            "KIMI_API_KEY": "offline-canary-key",
            "KIMI_LSP_CONFIG": str(self.folder / "config.toml"),
            "KIMI_TEST_COMMAND": json.dumps([str(SERVER), "--stdio", "--log-file", str(self.log)]),
            "KIMI_TEST_FILE": str(self.file),
            "KIMI_TEST_PLUGIN": str(PLUGIN),
            **self.extra,
        }

    def run(self, script: str, case: str = "") -> str:
        """What a headless Neovim says that runs a script of this folder."""
        command = [str(NVIM), "--headless", "--clean", "-u", "NONE"]
        done = subprocess.run(
            [*command, "-c", f"luafile {HERE / script}"],
            env={**self.environment, "KIMI_TEST_CASE": case},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        said = done.stdout + done.stderr
        if self.log.exists():
            said += self.log.read_text("utf-8")
        assert done.returncode == 0, said
        assert "SEEN" in said, said
        return said


@pytest.fixture
def kimi() -> Iterator[Kimi]:
    kimi = Kimi()
    yield kimi
    kimi.close()


@pytest.fixture
def neovim(kimi: Kimi, tmp_path: Path) -> Callable[..., Neovim]:
    def make(**extra: str) -> Neovim:
        made = Neovim(kimi, tmp_path, extra)
        made.file.write_text(CODE, "utf-8")
        return made

    return make
