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
PROJECTS = {"soft-ui": "src/App.js", "turbo": "apps/web/src/main.tsx", "vue": "src/App.vue"}
GOAL = 20.0
"""Milliseconds of processor time."""


def measure(report: Report) -> None:
    """Templates that others wrote, through a gate that has read their ignore files before."""
    with tempfile.TemporaryDirectory() as folder:
        for key, path in PROJECTS.items():
            root = Path(folder) / key
            shutil.copytree(template(key), root)
            count = sum(len(names) for _, _, names in os.walk(root))
            # What was just written is not believed to stay as it is.
            time.sleep(2.1)
            files = Files(gate(root), root)
            spent = [_spent(files, path) for _ in range(ROUNDS)]
            what = f"ms of processor for the facts of {key}, {count} files"
            report.add(what, median(spent), GOAL, ".1f")


def _spent(files: Files, path: str) -> float:
    began = time.process_time()
    project(files, path)
    return (time.process_time() - began) * 1000
