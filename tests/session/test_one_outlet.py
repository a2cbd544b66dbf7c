"""The code has one way to a model: whatever asks it has passed the gate and the till."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kimi_lsp

ROOT = Path(kimi_lsp.__file__).parent
ROOMS = ("session", "actions", "features", "core", "workspace")

ALLOWED = {
    "stream": {"actions/turn.py"},
    "take_turn": {"session/outlet.py"},
    "Models": {"session/session.py"},
}
"""Who may take a step of the way: open a stream, take a turn, hold the models."""


def _uses(path: Path, name: str) -> bool:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr == name:
                return True
            if isinstance(called, ast.Name) and called.id == name:
                return True
    return False


@pytest.mark.parametrize("step", ALLOWED)
def test_one_way(step: str) -> None:
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    found = {file.relative_to(ROOT).as_posix() for file in files if _uses(file, step)}
    assert found == ALLOWED[step]


def test_outlet_judges_before_it_asks() -> None:
    tree = ast.parse((ROOT / "session" / "outlet.py").read_text("utf-8"))
    ask = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "ask"
    )
    calls = [
        node.func.attr
        for node in ast.walk(ask)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert calls.index("pass_gate") < calls.index("_paid")
