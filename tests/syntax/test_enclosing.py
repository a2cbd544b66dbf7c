"""The smallest definition around a line, by the grammar of its language."""

from __future__ import annotations

import pytest

from kimi_lsp.core.snapshot import snapshot_of_text
from kimi_lsp.core.text import Extent, Point
from kimi_lsp.syntax import enclosing

PYTHON = (
    "import a\nclass A:\n    @dec\n    def f(self):\n        x\n\n        y\n    b = 1\nz = 1\n"
)
TSX = "export const F = () => {\n  return <a>\n{1}</a>;\n};\nfoo();\n"
RUST = "#[derive(Debug)]\nstruct A {\n    a: u8,\n}\nimpl A {\n    fn f() -> u8 {\n1\n    }\n}\n"
GO = "package a\n\nfunc F() int {\n\treturn 1\n}\n\ntype T struct {\n\ta int\n}\n"


@pytest.mark.parametrize(
    ("language", "text", "line", "wanted"),
    [
        ("python", PYTHON, 6, (2, 6)),
        ("python", PYTHON, 2, (2, 6)),
        ("python", PYTHON, 7, (1, 7)),
        ("python", PYTHON, 8, None),
        ("typescriptreact", TSX, 2, (0, 3)),
        ("typescriptreact", TSX, 4, None),
        ("rust", RUST, 2, (0, 3)),
        ("rust", RUST, 6, (5, 7)),
        ("rust", RUST, 8, (4, 8)),
        ("go", GO, 3, (2, 4)),
        ("go", GO, 7, (6, 8)),
        ("java", "class A {\n  int f(int a) {\n    return a;\n  }\n}\n", 2, (1, 3)),
        ("cpp", "template<class T>\nT f(T a)\n{\n    return a;\n}\n", 3, (0, 4)),
        ("ruby", "class A\n  def f\n1\n  end\nend\n", 2, (1, 3)),
        ("shellscript", "f() {\nls\n}\n", 1, (0, 2)),
        ("php", "<?php\nfunction f() {\nreturn 1;\n}\n", 2, (1, 3)),
        ("lua", "local function f()\nreturn 1\nend\n", 1, (0, 2)),
        # What does not parse, or has no grammar, is told by indentation.
        ("python", "def f(:\n    x\n", 1, (0, 1)),
        ("kotlin", "fun f() {\n    x\n}\n", 1, (0, 2)),
        ("python", "", 0, None),
    ],
)
def test_enclosing(language: str, text: str, line: int, wanted: tuple[int, int] | None) -> None:
    place = Extent(Point(line, 0), Point(line, 0))
    snapshot = snapshot_of_text(text, uri="file:///a", path="a", language=language, extent=place)
    assert enclosing(snapshot) == wanted
