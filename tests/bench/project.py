"""Finding out how a project does things: the time it takes, in projects that others wrote."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from kimi_lsp.project.facts import project
from kimi_lsp.project.files import Files
from tests.bench.report import Report, median
from tests.project.templates import template
from tests.workspace.tree import gate

ROUNDS = 15
PROJECTS = {
    "soft-ui": "src/App.js",
    "turbo": "apps/web/src/main.tsx",
    "vue": "src/App.vue",
    "wide": "src/App.js",
}
WIDE = {"soft-ui": "", "material": "src/material", "soft-html": "src/pages-of-old"}
"""One package of more than 600 files: a template with the files of two others below it."""
GOAL = 20.0
"""Milliseconds of processor time."""


def measure(report: Report) -> None:
    """Templates that others wrote, through a gate that has read their ignore files before."""
    with tempfile.TemporaryDirectory() as folder:
        for key, path in PROJECTS.items():
            root = Path(folder) / key
            for name, place in WIDE.items() if key == "wide" else [(key, "")]:
                shutil.copytree(template(name), root / place, dirs_exist_ok=True)
            count = sum(len(names) for _, _, names in os.walk(root))
            # What was just written is not believed to stay as it is.
            time.sleep(2.1)
            files = Files(gate(root), root)
            spent = [_spent(files, path) for _ in range(ROUNDS)]
            what = f"ms of processor for the facts of {key}, {count} files"
            report.add(what, median(spent), GOAL, ".1f")
            walked = median([_walked(root) for _ in range(ROUNDS)])
            report.add(
                f"times a walk that looks at the size of each file of {key}", median(spent) / walked
            )


def _walked(root: Path) -> float:
    """Milliseconds of processor in which the same files are looked at, each by its size alone."""
    began = time.process_time()
    for folder, _, names in os.walk(root):
        for name in names:
            os.stat(os.path.join(folder, name))
    return (time.process_time() - began) * 1000


def _spent(files: Files, path: str) -> float:
    began = time.process_time()
    project(files, path)
    return (time.process_time() - began) * 1000
