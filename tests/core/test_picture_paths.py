"""Paths of pictures where a cursor stands."""

from __future__ import annotations

import pytest

from kimi_lsp.core.picture_paths import picture_path_at


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ('<img src="|shots/a.png">', "shots/a.png"),
        ('<img src="shots/a.png|">', "shots/a.png"),
        ("![how](./a%20b.webp|)", "./a b.webp"),
        ("// see docs/|x.JPG for it", "docs/x.JPG"),
        ("// see |docs/x.jpg", "docs/x.jpg"),
        ("import logo from '|/logo.gif'", "/logo.gif"),
        ('src="my shots/|a b.png"', "my shots/a b.png"),
        ("look at my a.png| here", "a.png"),
        ("|a.png b.png", "a.png"),
        ("a.png b|.png", "b.png"),
        ("<p>|</p> a.png", None),
        ("look| at a.png", None),
        ('src="https://a.example/|a.png"', None),
        ('src="//a.example/|a.png"', None),
        ("data:image/png;base64,|AAAA", None),
        ("a.pngx|", None),
        ("|", None),
        ("a" * 5000 + "|", None),
    ],
)
def test_found(line: str, path: str | None) -> None:
    column = line.index("|")
    assert picture_path_at(line.replace("|", ""), column, column) == path
