"""Run the demo: ``kimi-lsp demo [--json]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from kimi_lsp.demo.editor import Editor, ServerGoneError
from kimi_lsp.demo.pictured import component, lacking
from kimi_lsp.demo.screen import Lines, Screen, Terminal
from kimi_lsp.demo.steps import STEPS, Seen, Stage

HERE = Path(__file__).parent
SERVER = (sys.executable, "-m", "kimi_lsp", "--stdio")

INTRODUCTION = """\
The main job of kimi-lsp, with a real server process driven as an editor drives it.
The answers come from the offline stand-in for Kimi: they are written down beforehand.
To use the real Kimi set MOONSHOT_API_KEY and start your editor."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run every step; 0 only if each was seen to happen."""
    parser = argparse.ArgumentParser(prog="kimi-lsp demo", description="The main job, with no key.")
    parser.add_argument("--json", action="store_true", help="one line of JSON a step")
    arguments = parser.parse_args(argv)
    screen: Screen = Lines() if arguments.json else Terminal()
    if isinstance(screen, Terminal):
        screen.console.print(INTRODUCTION, markup=False)
    return asyncio.run(_run(screen))


async def _run(screen: Screen) -> int:
    simulator = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kimi_lsp", "simulator", "--script", str(HERE / "script.jsonl")),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        stream = simulator.stdout or asyncio.StreamReader()
        first = await asyncio.wait_for(stream.readline(), 30)
        with tempfile.TemporaryDirectory() as folder:
            return await _steps(screen, json.loads(first)["url"], Path(folder))
    except (OSError, ValueError, ServerGoneError, TimeoutError) as error:
        sys.stderr.write(f"kimi-lsp demo: {type(error).__name__}: {error}\n")
        return 1
    finally:
        if simulator.returncode is None:
            simulator.terminate()
            await simulator.wait()


async def _steps(screen: Screen, url: str, folder: Path) -> int:
    """Drive a server over a copy of the sample, away from the person's own settings and key."""
    file = shutil.copy(HERE / "sample" / "shapes.py", folder / "shapes.py")
    keys = ("MOONSHOT_API_KEY", "KIMI_API_KEY", "KIMI_MODEL")
    environment = {name: value for name, value in os.environ.items() if name not in keys}
    environment |= {
        "KIMI_BASE_URL": url,
        "KIMI_API_KEY": "offline",
        "KIMI_LSP_CONFIG": str(folder / "config.toml"),
        "KIMI_LSP_STATE": str(folder / "state"),
    }
    environment["XDG_CACHE_HOME"] = str(folder / "cache")
    editor = await Editor.start(SERVER, environment, folder)
    good = True
    try:
        stage = Stage(editor, editor.open(Path(file), "python"), screen, folder)
        skipped = lacking()
        for step in STEPS if skipped else (*STEPS, component):
            asked, started = _requests(url), time.monotonic()
            screen.begin(step.__name__, (step.__doc__ or "").strip())
            try:
                seen = await step(stage)
            except (LookupError, TypeError, StopIteration, TimeoutError) as error:
                seen = Seen(False, f"{type(error).__name__}: {error}")
            screen.stop()
            good = good and seen.ok
            screen.end(
                {
                    "step": step.__name__,
                    "ok": seen.ok,
                    "seconds": round(time.monotonic() - started, 2),
                    "requests": _requests(url) - asked,
                    "evidence": seen.evidence,
                }
            )
        if skipped:
            screen.skip("component", skipped)
        good = await editor.close() == 0 and good
    finally:
        editor.kill()
    return 0 if good else 1


def _requests(url: str) -> int:
    """How many questions the offline Kimi was asked so far."""
    with urllib.request.urlopen(
        url.removesuffix("/v1") + "/simulator/requests", timeout=10
    ) as page:
        asked = json.load(page)
    listed = asked["requests"] if isinstance(asked, dict) else asked
    return sum(1 for one in listed if one["path"].endswith("/chat/completions"))


if __name__ == "__main__":
    sys.exit(main())
