"""``textDocument/codeAction``: the menu, answered from memory and never by the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types as lsp

from kimi_lsp.actions import ACTIONS
from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.features import convert
from kimi_lsp.features.initialize import CODE_ACTION_KINDS
from kimi_lsp.features.offers import Offer, offers
from kimi_lsp.session.session import Seen, Session
from kimi_lsp.wire.documents import Document
from kimi_lsp.wire.server import KimiServer


def register(server: KimiServer, session: Session) -> None:
    """Serve the menu, and give back what comes to be resolved as it came."""
    options = lsp.CodeActionOptions(
        code_action_kinds=list(CODE_ACTION_KINDS), resolve_provider=True
    )

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, options)
    def code_action(params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
        return menu(session, server, params)

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    def resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        # Some clients resolve an action that needs no resolving; it must come back whole.
        return action


def menu(
    session: Session, server: KimiServer, params: lsp.CodeActionParams
) -> list[lsp.CodeAction | lsp.Command]:
    """What can be asked here, ours in a fixed order and never preferred."""
    document = session.documents.get(params.text_document.uri)
    if document is None:
        return []
    raw = [server.plain(item) for item in params.context.diagnostics]
    found = convert.diagnostics(session, document, raw)
    session.seen[document.uri] = Seen(document.version, found)
    range_ = server.plain(params.range)
    extent = document.extent(range_)
    here = convert.concerning(found, extent)
    snapshot = convert.snapshot(session, document, extent, here)
    automatic = params.context.trigger_kind == lsp.CodeActionTriggerKind.Automatic
    if session.gate.judge(document.uri) is not None or (automatic and not here and snapshot.empty):
        return []
    entries = [*_of_actions(session, document, range_, snapshot)]
    entries += offers(session, document, snapshot, automatic=automatic)
    return [_shown(session, one) for one in entries if _wanted(one.kind, params.context.only)]


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


def _shown(session: Session, offer: Offer) -> lsp.CodeAction | lsp.Command:
    """An entry as this client reads it."""
    command = lsp.Command(title=offer.title, command=offer.command, arguments=[offer.argument])
    if not session.client.can.code_action_literals:
        return command
    tags = [lsp.CodeActionTag.LlmGenerated] if session.client.can.code_action_tags else None
    return lsp.CodeAction(title=offer.title, kind=offer.kind, command=command, tags=tags)


def kind_of(action: str, snapshot: Snapshot) -> str:
    """The kind of an action where it stands."""
    if action == "fix":
        return "quickfix.kimi.fix"
    if action == "explain":
        return "quickfix.kimi.explain" if snapshot.diagnostics else "kimi.explain"
    return f"refactor.rewrite.kimi.{action}"


def _wanted(kind: str, only: Sequence[lsp.CodeActionKind | str] | None) -> bool:
    if not only:
        return True
    wanted = [str(getattr(one, "value", one)) for one in only]
    return any(one == "" or kind == one or kind.startswith(one + ".") for one in wanted)
