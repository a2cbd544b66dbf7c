"""Which grammar a document is read by, and its tree."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

MOST_BYTES = 400_000
"""Larger documents are not parsed: it would keep everything else waiting for too long."""

_GRAMMARS = {
    "bash": ("tree_sitter_bash", "language"),
    "c": ("tree_sitter_c", "language"),
    "c-sharp": ("tree_sitter_c_sharp", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "css": ("tree_sitter_css", "language"),
    "go": ("tree_sitter_go", "language"),
    "html": ("tree_sitter_html", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "json": ("tree_sitter_json", "language"),
    "lua": ("tree_sitter_lua", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "python": ("tree_sitter_python", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "toml": ("tree_sitter_toml", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
"""The module of each grammar, and the function in it."""

_LANGUAGES = {
    "csharp": "c-sharp",
    "cs": "c-sharp",
    "javascriptreact": "javascript",
    "js": "javascript",
    "jsx": "javascript",
    "py": "python",
    "sh": "bash",
    "shellscript": "bash",
    "ts": "typescript",
    "typescriptreact": "tsx",
}
"""Other names of languages, as editors and shells give them."""

_ENDINGS = {
    "bash": "bash",
    "c": "c",
    "cc": "cpp",
    "cjs": "javascript",
    "cpp": "cpp",
    "cs": "c-sharp",
    "css": "css",
    "cts": "typescript",
    "cxx": "cpp",
    "go": "go",
    "hpp": "cpp",
    "html": "html",
    "java": "java",
    "js": "javascript",
    "json": "json",
    "jsx": "javascript",
    "lua": "lua",
    "mjs": "javascript",
    "mts": "typescript",
    "php": "php",
    "py": "python",
    "pyi": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "toml": "toml",
    "ts": "typescript",
    "tsx": "tsx",
}


def grammar_of(language: str, path: str) -> str:
    """The grammar of a document by its language, else by its name; empty where there is none."""
    if language and language != "text":
        name = _LANGUAGES.get(language, language)
        return name if name in _GRAMMARS else ""
    return _ENDINGS.get(path.rpartition("/")[2].rpartition(".")[2].lower(), "")


def parsed(text: str, grammar: str) -> Tree | None:
    """The tree of a text; None where the grammar is not installed or the text is too large."""
    data = text.encode("utf-8", "surrogatepass")
    if not grammar or len(data) > MOST_BYTES:
        return None
    language = _language(grammar)
    if language is None:
        return None
    from tree_sitter import Parser

    return Parser(language).parse(data)


@lru_cache(maxsize=len(_GRAMMARS))
def _language(grammar: str) -> Language | None:
    module, function = _GRAMMARS[grammar]
    try:
        from tree_sitter import Language

        return Language(getattr(importlib.import_module(module), function)())
    except (ImportError, AttributeError, ValueError):
        # Not installed, or made for another version of the parser.
        return None
