"""The least server pygls makes: the same two answers, with nothing behind them."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")


@server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
def code_action(_: types.CodeActionParams) -> list[types.CodeAction]:
    command = types.Command(title="One", command="bare.one")
    return [types.CodeAction(title="One", kind="quickfix", command=command)]


@server.command("bare.one")
def one(_: object) -> None:
    return None


if __name__ == "__main__":
    server.start_io()
