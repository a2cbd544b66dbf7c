"""Settings as they change, workspace folders, and cancelled progress."""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types as lsp

from kimi_lsp.session.session import Session
from kimi_lsp.wire.server import KimiServer


def register(server: KimiServer, session: Session) -> None:
    """Serve the notifications that change what a session is."""

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        if session.client.can.configuration:
            session.configure(await session.client.configuration())

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: lsp.DidChangeConfigurationParams) -> None:
        if session.client.can.configuration:
            session.configure(await session.client.configuration())
            return
        sent = params.settings.get("kimi") if isinstance(params.settings, Mapping) else None
        session.configure(sent if isinstance(sent, Mapping) else {})

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        event = params.event
        session.roots = session.roots.changed(
            [{"uri": folder.uri, "name": folder.name} for folder in event.added],
            [{"uri": folder.uri, "name": folder.name} for folder in event.removed],
        )

    @server.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def work_done_progress_cancel(params: lsp.WorkDoneProgressCancelParams) -> None:
        session.jobs.cancel_progress(params.token)
