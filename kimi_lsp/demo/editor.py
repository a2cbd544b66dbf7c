"""An editor with no screen: it talks to a server process over stdio, as any editor does."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from kimi_lsp.wire.documents import Document
from kimi_lsp.wire.framing import FrameReader, encode

SECONDS = 30.0
"""No answer takes longer; a server that says nothing for so long has failed."""

CAPABILITIES = {
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
    "textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}},
        "hover": {"contentFormat": ["markdown"]},
    },
    "window": {"workDoneProgress": True},
}


class ServerGoneError(Exception):
    """The server process ended, or never began, with what it wrote to stderr."""


class Editor:
    """One server process, the documents open in it, and the events of its jobs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._errors = bytearray()
        self.documents: dict[str, Document] = {}
        self.events: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._read_errors())]

    @classmethod
    async def start(
        cls, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> Editor:
        """Start a server and open a session over a folder with it. Raises ``ServerGoneError``."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(environment)
        )
        editor = cls(process)
        await editor.request(
            "initialize",
            {
                "processId": None,
                "capabilities": CAPABILITIES,
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
                "initializationOptions": {"jobEvents": True},
            },
        )
        editor.notify("initialized", {})
        return editor

    async def close(self) -> int:
        """End the session as an editor should; the server's exit code."""
        await self.request("shutdown", None)
        self.notify("exit", None)
        code = await asyncio.wait_for(self._process.wait(), SECONDS)
        for task in self._tasks:
            task.cancel()
        return code

    def kill(self) -> None:
        """End the server process, whatever it does."""
        if self._process.returncode is None:
            self._process.kill()

    def open(self, path: Path, language: str) -> Document:
        """Open a file."""
        item = {
            "uri": path.as_uri(),
            "languageId": language,
            "version": 1,
            "text": path.read_text("utf-8"),
        }
        document = Document(item, "utf-16")
        self.documents[document.uri] = document
        self.notify("textDocument/didOpen", {"textDocument": item})
        return document

    def change(self, document: Document, changes: Sequence[Mapping[str, Any]]) -> None:
        """Change a document, as typing does, and tell the server."""
        document.version += 1
        for change in changes:
            document.apply(change, document.version)
        identity = {"uri": document.uri, "version": document.version}
        self.notify(
            "textDocument/didChange", {"textDocument": identity, "contentChanges": list(changes)}
        )

    async def command(self, name: str, argument: Mapping[str, Any]) -> Any:
        """Execute a command of the server."""
        return await self.request(
            "workspace/executeCommand", {"command": name, "arguments": [argument]}
        )

    async def until_end(
        self, job: str, seen: Callable[[Mapping[str, Any]], Awaitable[None]]
    ) -> Mapping[str, Any]:
        """The end of a job, after telling of every event before it."""
        while True:
            event = await asyncio.wait_for(self._event(), SECONDS)
            if event.get("job") != job:
                continue
            if event.get("event") == "end":
                return event
            await seen(event)

    async def request(self, method: str, params: Any) -> Any:
        """The result of a request. Raises ``ServerGoneError``."""
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        self._send({"id": number, "method": method, "params": params})
        return await asyncio.wait_for(future, SECONDS)

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    async def _event(self) -> Mapping[str, Any]:
        gone = asyncio.create_task(self._process.wait())
        event = asyncio.create_task(self.events.get())
        await asyncio.wait({gone, event}, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not event.done():
            event.cancel()
            raise ServerGoneError(self._errors.decode(errors="replace"))
        return event.result()

    def _send(self, message: dict[str, Any]) -> None:
        if self._process.stdin and self._process.returncode is None:
            if message.get("params", 0) is None:
                del message["params"]
            self._process.stdin.write(encode({"jsonrpc": "2.0", **message}))

    async def _read(self) -> None:
        frames, stream = FrameReader(), self._process.stdout
        while stream and (data := await stream.read(65536)):
            for body in frames.feed(data):
                self._take(json.loads(body))
        await self._process.wait()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ServerGoneError(self._errors.decode(errors="replace")))

    async def _read_errors(self) -> None:
        stream = self._process.stderr
        while stream and (data := await stream.read(65536)):
            self._errors += data

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            future = self._waiting.pop(message["id"], None)
            if future and not future.done():
                future.set_result(message.get("result"))
        elif method == "kimi/job":
            self.events.put_nowait(message["params"])
        elif method == "workspace/applyEdit":
            applied = self._apply(message["params"]["edit"])
            self._send({"id": message["id"], "result": {"applied": applied}})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})

    def _apply(self, edit: Mapping[str, Any]) -> bool:
        """Apply versioned edits to open documents, and make new files; all of them or none."""
        parts = edit["documentChanges"]
        fresh = {part["uri"] for part in parts if part.get("kind") == "create"}
        wanted = [(part["textDocument"], part["edits"]) for part in parts if "edits" in part]
        for identity, _ in wanted:
            document = self.documents.get(identity["uri"])
            known = document is not None and document.version == identity["version"]
            if not known and identity["uri"] not in fresh:
                return False
        for identity, edits in wanted:
            # From the last to the first, so that one does not move the next.
            changes = [{"range": one["range"], "text": one["newText"]} for one in reversed(edits)]
            if identity["uri"] in fresh:
                _write_new(identity["uri"], changes)
            else:
                self.change(self.documents[identity["uri"]], changes)
        return True


def path_of_uri(uri: str) -> Path:
    """The path of a file's address."""
    return Path(url2pathname(urlsplit(uri).path))


def _write_new(uri: str, changes: Sequence[Mapping[str, Any]]) -> None:
    document = Document({"uri": uri, "version": 0, "text": ""}, "utf-16")
    for change in changes:
        document.apply(change, 1)
    path = path_of_uri(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(document.text)
