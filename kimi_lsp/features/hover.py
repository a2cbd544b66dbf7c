"""``textDocument/hover``: the explanation so far of explained code; never a model call."""

from __future__ import annotations

from lsprotocol import types as lsp

from kimi_lsp.session.explanations import Explanation
from kimi_lsp.session.markdown import safe
from kimi_lsp.session.session import Session
from kimi_lsp.wire.server import KimiServer


def register(server: KimiServer, session: Session) -> None:
    """Serve hovers."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        document = session.documents.get(params.text_document.uri)
        if document is None:
            return None
        point = document.point(server.plain(params.position))
        explanation = session.explanations.at(document.uri, point)
        if explanation is None or explanation.extent is None:
            return None
        markdown = session.client.can.markdown_hover
        return lsp.Hover(
            contents=lsp.MarkupContent(
                kind=lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText,
                value=text_of(session, explanation, markdown=markdown),
            ),
            range=server.typed(document.range(explanation.extent), lsp.Range),
        )


def text_of(session: Session, explanation: Explanation, *, markdown: bool) -> str:
    """The text to show, and a last line that says where it is not the whole answer."""
    text = safe(explanation.text) if markdown else explanation.text
    if explanation.state == "done":
        return text
    note = session.say(f"hover.{explanation.state}")
    return f"{text}\n\n*{note}*" if markdown else f"{text}\n\n{note}"
