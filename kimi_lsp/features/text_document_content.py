"""``workspace/textDocumentContent``: explanations as documents that grow."""

from __future__ import annotations

from lsprotocol import types as lsp

from kimi_lsp.features.hover import text_of
from kimi_lsp.features.initialize import SCHEME
from kimi_lsp.session.session import Session
from kimi_lsp.session.show import VIRTUAL
from kimi_lsp.wire.errors import INVALID_PARAMS, LspError
from kimi_lsp.wire.server import KimiServer


def register(server: KimiServer, session: Session) -> None:
    """Serve the virtual documents."""
    options = lsp.TextDocumentContentOptions(schemes=[SCHEME])

    @server.feature(lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT, options)
    def text_document_content(
        params: lsp.TextDocumentContentParams,
    ) -> lsp.TextDocumentContentResult:
        name = params.uri.removeprefix(VIRTUAL).removesuffix(".md")
        explanation = session.explanations.get(name)
        if explanation is None:
            raise LspError(INVALID_PARAMS, session.say("explanation.gone"))
        return lsp.TextDocumentContentResult(text=text_of(session, explanation, markdown=True))
