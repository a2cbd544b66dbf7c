"""Every feature, registered in one place and in a fixed order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from kimi_lsp.features import code_action, hover, lifecycle, text_document_content
from kimi_lsp.features.initialize import COMMANDS
from kimi_lsp.session.session import Session
from kimi_lsp.wire.server import KimiServer


def register(server: KimiServer, session: Session) -> None:
    """Serve every method and every command there is."""
    for feature in (lifecycle, code_action, hover, text_document_content):
        feature.register(server, session)
    for name in COMMANDS:
        server.command(name)(_command(session, name))


def _command(session: Session, name: str) -> Callable[[list[Any]], Awaitable[Any]]:
    async def call(arguments: list[Any]) -> Any:
        # What works on a job is loaded with the first one; menus and hovers come without it.
        from kimi_lsp.features.commands import Commands

        return await Commands(session).call(name, arguments)

    return call
