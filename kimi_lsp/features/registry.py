"""Every feature, registered in one place and in a fixed order."""

from __future__ import annotations

from kimi_lsp.features import code_action, commands, hover, lifecycle, text_document_content
from kimi_lsp.session.session import Session
from kimi_lsp.wire.server import KimiServer


def register(server: KimiServer, session: Session) -> None:
    """Serve every method there is."""
    for feature in (lifecycle, code_action, commands, hover, text_document_content):
        feature.register(server, session)
