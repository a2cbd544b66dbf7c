"""An edit that breaks what it edits is told, and nothing else is."""

from __future__ import annotations

import pytest

from kimi_lsp.syntax import broken
from kimi_lsp.syntax.grammars import _GRAMMARS, MOST_BYTES, grammar_of, parsed

BREAKING = {
    "python": ("def f():\n    return 1\n", "def f():\n    return (1\n"),
    "javascript": ("const a = () => <b>{1}</b>;\n", "const a = () => <b>{1}</i;\n"),
    "typescript": ("const a: number = 1;\n", "const a: = 1;\n"),
    "tsx": ("const a = <b c={1} />;\n", "const a = <b c={1 />;\n"),
    "json": ('{"a": 1}\n', '{"a": 1,,}\n'),
    "css": ("a { color: red }\n", "a { color: red\n"),
    "html": ("<p>a</p>\n", "<p>a</p\n"),
    "go": ("package a\n\nfunc f() {}\n", "package a\n\nfunc f( {}\n"),
    "rust": ("fn f() {}\n", "fn f() {\n"),
    "java": ("class A { int a = 1; }\n", "class A { int a = ; }\n"),
    "c": ("int f(void) { return 1; }\n", "int f(void) { return 1;\n"),
    "cpp": ("template<class T> T f();\n", "template<class T T f();\n"),
    "c-sharp": ("class A { int B => 1; }\n", "class A { int B => ; }\n"),
    "ruby": ("def f\n  1\nend\n", "def f\n  (1\nend\n"),
    "php": ("<?php\nfunction f() { return 1; }\n", "<?php\nfunction f() { return 1; \n"),
    "bash": ("if true; then ls; fi\n", "if true; then ls;\n"),
    "lua": ("local a = 1\n", "local a = = 1\n"),
    "toml": ("a = 1\n", "a = \n"),
}


def test_there_is_a_case_for_every_grammar() -> None:
    assert set(BREAKING) == set(_GRAMMARS)


@pytest.mark.parametrize("language", BREAKING)
def test_breaking(language: str) -> None:
    before, after = BREAKING[language]
    found = broken(before, after, language, "")
    assert found is not None
    assert found.line <= after.count("\n")
    assert broken(before, before + "\n", language, "") is None, "it parses still"
    assert broken(after, after + "\n", language, "") is None, "it did not parse before"


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("def f():\n    return 1\n", "def f():\nreturn 1\n", 1),
        ("if a:\n    b()\n", "if a:\n    b()\n  c()\n", 2),
        ("a = 1\nb = 2\n", "a = 1\nb = (2\nc = 3\n", 1),
        ("a = 1\n", "return a\n", 0),
        ("a = r'\\d'\n", "a = '\\d'\n", None),
        ("print 'old'\n", "print 'older'\n", None),
        ("def f():\n  %magic\n", "def f():\n  %magics(\n", None),
        ("a = 1\n", "a = " + "(" * 300 + "1" + ")" * 300 + "\n", 0),
    ],
)
def test_python(before: str, after: str, line: int | None) -> None:
    found = broken(before, after, "python", "a.py")
    assert (found.line if found else None) == line


@pytest.mark.parametrize(
    ("language", "path", "grammar"),
    [
        ("typescriptreact", "a", "tsx"),
        ("shellscript", "a", "bash"),
        ("jsonc", "a.json", ""),
        ("vue", "a.vue", ""),
        ("", "src/a.TSX", "tsx"),
        ("text", "src/a.py", "python"),
        ("", "src.py/Makefile", ""),
        ("", "", ""),
    ],
)
def test_grammar(language: str, path: str, grammar: str) -> None:
    assert grammar_of(language, path) == grammar


def test_nothing_is_said_of_large_texts_and_of_no_grammar() -> None:
    large = "a = 1\n" * (MOST_BYTES // 6)
    assert parsed(large + "# more\n", "python") is None
    assert broken(large, large + "a = (((\n", "python", "") is None
    assert broken("a", "(", "klingon", "a.kli") is None


def test_half_a_surrogate_pair_is_no_fault_of_ours() -> None:
    assert broken("a = '\ud83d'\n", "a = 1\n", "python", "") is None
