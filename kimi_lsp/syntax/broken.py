"""Whether an edit breaks what it edits: it parsed before, and would not after."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kimi_lsp.syntax.grammars import grammar_of, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

KEPT = 8
"""Verdicts remembered: the same edit is judged when it is made, held and shown."""


@dataclass(frozen=True)
class Broken:
    """The first place of a text that cannot be parsed: its line from 0."""

    line: int


@lru_cache(maxsize=KEPT)
def broken(before: str, after: str, language: str, path: str) -> Broken | None:
    """Where a text stops being parsed; None where it parses, did not before, or cannot be told."""
    grammar = grammar_of(language, path)
    tree = parsed(before, grammar)
    made = None if tree is None or tree.root_node.has_error else parsed(after, grammar)
    if made is None:
        return None
    if made.root_node.has_error:
        return Broken(_first_error(made.root_node).start_point.row)
    if grammar != "python" or _unread_line(before) is not None:
        return None
    # The grammar forgives indentation, which Python's own reader does not.
    line = _unread_line(after)
    return None if line is None else Broken(line)


def _unread_line(text: str) -> int | None:
    """The line of a Python text that Python cannot read; None where it can read all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "document", "exec", dont_inherit=True)
    except SyntaxError as error:
        return max((error.lineno or 1) - 1, 0)
    except (ValueError, MemoryError, RecursionError, SystemError):
        # It is too deep or too large to say.
        return None
    return None


def _first_error(node: Node) -> Node:
    while not (node.is_error or node.is_missing):
        below = next((child for child in node.children if child.has_error), None)
        if below is None:
            break
        node = below
    return node
