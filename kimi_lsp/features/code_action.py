"""``textDocument/codeAction``: the menu, answered from memory and never by the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lsprotocol import types as lsp

from kimi_lsp.actions import ACTIONS
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import Extent, Point, body
from kimi_lsp.features import convert
from kimi_lsp.features.initialize import CODE_ACTION_KINDS
from kimi_lsp.features.menu_params import MenuParams, menu_params
from kimi_lsp.features.offers import Offer, offers
from kimi_lsp.features.picture_offers import picture_offers
from kimi_lsp.session.session import Seen, Session
from kimi_lsp.wire.documents import Document
from kimi_lsp.wire.errors import INVALID_PARAMS, LspError
from kimi_lsp.wire.server import KimiServer

MADE_BY_A_MODEL = 1
"""LSP's CodeActionTag.LLMGenerated."""


def register(server: KimiServer, session: Session) -> None:
    """Serve the menu, and give back what comes to be resolved as it came."""
    options = lsp.CodeActionOptions(
        code_action_kinds=list(CODE_ACTION_KINDS), resolve_provider=True
    )

    @server.plain_feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    def code_action(params: Any) -> list[dict[str, Any]]:
        return menu(session, menu_params(params))

    @server.plain_feature(lsp.CODE_ACTION_RESOLVE)
    def resolve(action: Any) -> Any:
        # Some clients resolve an action that needs no resolving; it must come back whole.
        if not isinstance(action, Mapping) or not isinstance(action.get("title"), str):
            raise LspError(INVALID_PARAMS, "Invalid params for codeAction/resolve")
        return action


def menu(session: Session, asked: MenuParams) -> list[dict[str, Any]]:
    """What can be asked here, ours in a fixed order and never preferred."""
    document = session.documents.get(asked.uri)
    if document is None:
        return []
    found = convert.diagnostics(session, document, asked.diagnostics)
    session.seen[document.uri] = Seen(document.version, found)
    extent = _meant(document, document.extent(asked.range))
    here = convert.concerning(found, extent)
    snapshot = convert.snapshot(session, document, extent, here)
    idle = asked.automatic and not here and snapshot.empty
    if idle or session.gate.judge(document.uri) is not None:
        return []
    entries = [*_of_actions(session, document, document.range(extent), snapshot)]
    entries += offers(session, document, snapshot, automatic=asked.automatic)
    if not asked.automatic:
        entries += picture_offers(session, document, snapshot)
    return [_shown(session, one) for one in entries if _wanted(one.kind, asked.only)]


def _meant(document: Document, extent: Extent) -> Extent:
    """One character is no selection: an editor whose cursor is a block sends what it stands on."""
    start, end = extent
    on_line_end = end == Point(start.line + 1, 0) and (
        start.column == len(body(document.lines[start.line]))
    )
    if on_line_end or (start.line == end.line and end.column - start.column <= 1):
        return Extent(start, start)
    return extent


def _of_actions(
    session: Session, document: Document, range_: dict[str, Any], snapshot: Snapshot
) -> Iterator[Offer]:
    for action in ACTIONS.values():
        if not action.offered(snapshot):
            continue
        argument: dict[str, Any] = {
            "uri": document.uri,
            "range": range_,
            "version": document.version,
        }
        if action.id == "fix":
            argument["diagnostics"] = [dict(item.raw) for item in snapshot.diagnostics]
        kind = kind_of(action.id, snapshot)
        yield Offer(session.say(action.title), kind, f"kimi.{action.id}", argument)


def _shown(session: Session, offer: Offer) -> dict[str, Any]:
    """An entry as this client reads it: a CodeAction, or a mere Command."""
    command = {"title": offer.title, "command": offer.command, "arguments": [offer.argument]}
    if not session.client.can.code_action_literals:
        return command
    entry = {"title": offer.title, "kind": offer.kind, "command": command}
    return entry | {"tags": [MADE_BY_A_MODEL]} if session.client.can.code_action_tags else entry


def kind_of(action: str, snapshot: Snapshot) -> str:
    """The kind of an action where it stands."""
    if action == "fix":
        return "quickfix.kimi.fix"
    if action == "explain":
        return "quickfix.kimi.explain" if snapshot.diagnostics else "kimi.explain"
    return f"refactor.rewrite.kimi.{action}"


def _wanted(kind: str, only: Sequence[str]) -> bool:
    return not only or any(one in ("", kind) or kind.startswith(one + ".") for one in only)
