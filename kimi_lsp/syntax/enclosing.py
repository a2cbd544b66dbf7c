"""The smallest definition around a place, by the document's grammar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kimi_lsp.core import context
from kimi_lsp.core.context import Excerpt
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.syntax.grammars import grammar_of, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_DEFINITION = re.compile(
    r"(?:\w+_)?(?:function|method|constructor|class|struct|union|enum|interface|trait|impl|module"
    r"|namespace|record|macro|property|type_alias|type)(?:_(?:definition|declaration|item|specifier))?"
)
_AROUND = re.compile(r"decorated_definition|export_statement|template_declaration")
_VALUE = re.compile(r"arrow_function|function_expression|function|class")


def enclosing(snapshot: Snapshot) -> Excerpt | None:
    """The smallest definition that holds the lines asked about, or None.

    Without a grammar, and in code that does not parse, it is told by indentation.
    """
    first, last = snapshot.first, snapshot.last
    guessed = context.enclosing(snapshot.lines, first, last)
    tree = parsed(snapshot.text, grammar_of(snapshot.language, snapshot.path))
    if tree is None or tree.root_node.has_error:
        return guessed
    found = _definition(tree.root_node, first, last)
    if found is None:
        return guessed
    start = context.with_decorators(snapshot.lines, found.start_point.row)
    end = found.end_point.row - (found.end_point.column == 0)
    return Excerpt(start, max(end, last))


def _definition(node: Node, first: int, last: int) -> Node | None:
    """The innermost definition in a node that holds the lines, with what is put around it."""
    best: Node | None = None
    while True:
        below = next((child for child in node.named_children if _holds(child, first, last)), None)
        if below is None:
            return best
        if _defines(below):
            best = node if _AROUND.fullmatch(node.type) else below
        node = below


def _holds(node: Node, first: int, last: int) -> bool:
    return node.start_point.row <= first and last <= node.end_point.row


def _defines(node: Node) -> bool:
    if node.type in ("lexical_declaration", "variable_declaration"):
        values = (child.child_by_field_name("value") for child in node.named_children)
        return any(value is not None and _VALUE.fullmatch(value.type) for value in values)
    if _AROUND.fullmatch(node.type):
        return any(map(_defines, node.named_children))
    return bool(_DEFINITION.fullmatch(node.type)) and node.child_count > 1
