"""Keys where none belongs: among the settings, and in a log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from kimi_lsp import logs
from kimi_lsp.misplaced import is_key
from kimi_lsp.settings import Layer, Source, parse, table


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        *((name, "x", True) for name in ("apiKey", "api_key", "APIKEY", "key", "keys", "token")),
        *((name, "x", True) for name in ("moonshotApiKey", "MOONSHOT_API_KEY", "authToken")),
        *((name, "x", True) for name in ("provider.secret", "password", "kimi.bearer")),
        *((name, "x", False) for name in ("monkey", "keymap", "tokens", "keyboard", "basis")),
        ("mine", "sk-abcdefgh", True),
        ("mine", {"deep": [{"apiKey": "x"}]}, True),
        ("mine", {"deep": [{"colour": "x"}]}, False),
        ("tokens", ["Bearer sk-abcdefgh"], True),
        ("key", "", False),
        ("key", True, False),
        ("token", 3, False),
    ],
)
def test_what_looks_like_a_key(name: str, value: Any, expected: bool) -> None:
    assert is_key(name, value) is expected


@pytest.mark.parametrize("source", Source)
def test_it_is_told_wherever_it_comes_from(source: Source) -> None:
    parsed = parse([Layer(source, {"apiKey": "canary", "colour": "red"})])
    assert [(one.key, one.kind) for one in parsed.problems] == [
        ("apiKey", "secret"),
        ("colour", "unknown"),
    ]
    assert "canary" not in repr(parsed)


def test_no_setting_of_ours_is_taken_for_one() -> None:
    raw = {entry.key: entry.default for entry in table() if "." not in entry.key}
    assert not parse([Layer(Source.CONFIG_FILE, {**raw, "exclude": []})]).problems


def test_no_line_of_a_log_holds_a_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    before = list(root.handlers), root.level
    monkeypatch.setattr(logs, "_hidden", set())
    monkeypatch.setenv("KIMI_API_KEY", " canary-of-the-environment\n")
    try:
        logs.begin(None, "info")
        logs.hide("canary-learnt")
        logs.hide("canary-learnt-later")
        try:
            raise ValueError("canary-learnt in an error")
        except ValueError:
            root.exception("%s, %s", "canary-learnt-later", "canary-of-the-environment")
    finally:
        root.handlers[:], root.level = before
    said = capsys.readouterr().err
    assert "[key], [key]" in said
    assert "canary" not in said
