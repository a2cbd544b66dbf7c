"""Real Neovim with no plugin: the configuration the README shows, through the editor's own keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Kimi

HERE = Path(__file__).parent
NVIM = Path(sys.executable).parent / "nvim"


@pytest.mark.editor
def test_fix_undo_explain_and_hover(tmp_path: Path) -> None:
    kimi = Kimi()
    kimi.say(
        match={"contains": "not defined"},
        reply={
            "content": "<<<<<<< SEARCH\n    return radius * radius\n=======\n"
            "    return r * r\n# 😀 mended\n>>>>>>> REPLACE\n"
        },
    )
    kimi.say(reply={"content": "It squares a number."})
    file = tmp_path / "shapes.py"
    file.write_text("def area(r):\n    return radius * radius\n\n\nx = area(2)\n", "utf-8")
    environment = {
        **os.environ,
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "offline",
        "KIMI_LSP_CONFIG": str(tmp_path / "config.toml"),
        "KIMI_TEST_COMMAND": json.dumps([sys.executable, "-m", "kimi_lsp", "--stdio"]),
        "KIMI_TEST_FILE": str(file),
        **{
            f"XDG_{name}_HOME": str(tmp_path / name.lower())
            for name in ("CONFIG", "CACHE", "STATE", "DATA")
        },
    }
    command = [
        str(NVIM),
        "--headless",
        "--clean",
        "-u",
        "NONE",
        "-c",
        f"luafile {HERE / 'neovim.lua'}",
    ]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=90, check=False
        )
    finally:
        kimi.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SEEN" in done.stdout
