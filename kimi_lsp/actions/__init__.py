"""What a person can ask for. One action is one file; this is the list, in the order of menus."""

from __future__ import annotations

from kimi_lsp.actions import edit, explain, fix
from kimi_lsp.actions.action import Action

ACTIONS: dict[str, Action] = {
    action.id: action for action in (fix.ACTION, explain.ACTION, edit.ACTION)
}
