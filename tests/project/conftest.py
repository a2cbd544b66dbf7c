"""Templates as projects on the disk, outside of any repository."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kimi_lsp.project.files import Files
from tests.project.templates import template
from tests.workspace.tree import gate

PICTURES = shutil.ignore_patterns("*.png", "*.jpg", "*.jpeg", "*.webp", "*.gif", "*.ttf", "*.woff*")


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A copy of a template; what is ignored where it is kept, is not where it is used."""
    made: dict[str, Path] = {}

    def copy(key: str) -> Path:
        if key not in made:
            folder = tmp_path_factory.mktemp("project") / key
            shutil.copytree(template(key), folder, ignore=PICTURES)
            made[key] = folder
        return made[key]

    return copy


@pytest.fixture(scope="session")
def files(grown: Callable[[str], Path]) -> Callable[[str], Files]:
    """The files of a template, or of a folder in one, through a gate."""

    def of(key: str) -> Files:
        name, _, inner = key.partition("/")
        folder = grown(name) / inner
        return Files(gate(folder), folder)

    return of
