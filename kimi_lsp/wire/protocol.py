"""pygls's protocol with a dispatcher of our own: every request is answered exactly once.

pygls brings the registry of features, the types and the capabilities. Messages come here as plain
dicts, one a turn of the loop, and a cancellation reaches the work itself.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol

from kimi_lsp.wire.asked import Asked
from kimi_lsp.wire.documents import Documents
from kimi_lsp.wire.door import Door
from kimi_lsp.wire.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    REQUEST_CANCELLED,
    LspError,
)
from kimi_lsp.wire.seldom import logger

log = logger(__name__)

Message = dict[str, Any]

CLOSE_SECONDS = 0.6
"""How long the work in hand may take to stop when the client leaves."""


class KimiProtocol(LanguageServerProtocol):
    """One client's requests and notifications, and ours to it."""

    door: Door
    ended: Callable[[], Awaitable[None]]
    """Awaited once, when the client shuts down or is gone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = Documents()
        self.plain = {types.WORKSPACE_EXECUTE_COMMAND}
        """Methods whose parameters and results stay plain JSON."""
        self._running: dict[Any, asyncio.Task[None]] = {}
        self._noticed: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._shutting: asyncio.Task[None] | None = None
        self._asked = Asked()
        documents = self.documents
        self._own: dict[str, Callable[[Any], object]] = {
            "textDocument/didOpen": lambda params: documents.open(params["textDocument"]),
            "textDocument/didChange": documents.change,
            "textDocument/didClose": lambda params: documents.close(params["textDocument"]["uri"]),
            "$/cancelRequest": self._cancel,
        }

    # To the client

    def notify_client(self, method: str, params: Message) -> None:
        """Send a notification."""
        self.door.send({"method": method, "params": params})

    async def request_client(self, method: str, params: Message) -> Any:
        """Send a request and wait for its result. Raises ``ClientError``."""
        number, answer = self._asked.ask()
        try:
            self.door.send({"id": number, "method": method, "params": params})
            return await answer
        finally:
            self._asked.forget(number)

    # From the client

    def receive(self, message: Message) -> None:
        """Handle one message of the client."""
        method = message.get("method")
        if method is None:
            self._asked.take(message)
        elif "id" in message:
            self._request(message["id"], method, message.get("params"))
        else:
            self._notification(method, message.get("params"))

    def disconnected(self) -> None:
        """The client is gone or going: stop its requests, and fail ours to it."""
        for task in (*self._running.values(), *self._noticed):
            task.cancel()
        self._asked.fail()

    async def close(self) -> None:
        """Let everything end, once, in a bounded time."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        running = tuple(self._running.values())
        self.disconnected()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.ended()
                if running:
                    await asyncio.wait(running)
        except TimeoutError:
            log.warning("some work did not stop in time and was left")
        except Exception as error:  # noqa: BLE001 - the client leaves whatever happens here
            self._log("the end", error)

    async def _shut_down(self, identity: Any) -> None:
        await self.close()
        self.door.send({"id": identity, "result": None})

    def _cancel(self, params: Any) -> None:
        # The door lets no cancellation through whose id could not be a request's.
        if task := self._running.get(params["id"]):
            task.cancel()

    def _notification(self, method: str, params: Any) -> None:
        try:
            if own := self._own.get(method):
                own(params)
            elif handler := self.fm.features.get(method):
                result = handler(self._typed(method, params))
                if inspect.isawaitable(result):
                    task = asyncio.ensure_future(self._attend(method, result))
                    self._noticed.add(task)
                    task.add_done_callback(self._noticed.discard)
                    task.add_done_callback(lambda done: _spare(result, done))
        except BaseException as error:  # noqa: BLE001 - no notification takes the server down
            self._log(method, error)

    async def _attend(self, method: str, result: Awaitable[Any]) -> None:
        try:
            await result
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - no notification takes the server down
            self._log(method, error)

    def _request(self, identity: Any, method: str, params: Any) -> None:
        if identity in self._running:
            self.door.refuse(identity, INVALID_REQUEST, "A request of this id is running")
            return
        if method == types.SHUTDOWN:
            self._shutting = asyncio.create_task(self._shut_down(identity))
            return
        try:
            result = self._call(method, params)
        except BaseException as error:  # noqa: BLE001 - every request is answered
            self._answer_error(identity, method, error)
            return
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(self._later(identity, method, result))
            self._running[identity] = task
            task.add_done_callback(lambda done: self._over(identity, result, done))
        else:
            self._answer(identity, method, result)

    def _over(self, identity: Any, result: Awaitable[Any], task: asyncio.Task[None]) -> None:
        del self._running[identity]
        if task.cancelled():
            # Cancelled before its first step, it could not answer for itself.
            _spare(result, task)
            self.door.refuse(identity, REQUEST_CANCELLED, "Request cancelled")

    async def _later(self, identity: Any, method: str, result: Awaitable[Any]) -> None:
        try:
            self._answer(identity, method, await result)
        except BaseException as error:  # noqa: BLE001 - every request is answered
            self._answer_error(identity, method, error)

    def _call(self, method: str, params: Any) -> Any:
        if method == types.WORKSPACE_EXECUTE_COMMAND:
            return self._command(params)
        handler = self.fm.features.get(method)
        if handler is None:
            raise LspError(METHOD_NOT_FOUND, f"Unknown method {method[:80]}")
        return handler(self._typed(method, params))

    def _command(self, params: Any) -> Any:
        call = params if isinstance(params, dict) else {}
        name, arguments = call.get("command"), call.get("arguments")
        if not isinstance(name, str) or not isinstance(arguments, list | None):
            raise LspError(INVALID_PARAMS, "Invalid params for workspace/executeCommand")
        handler = self.fm.commands.get(name)
        if handler is None:
            raise LspError(INVALID_PARAMS, f"Unknown command {name[:80]}")
        return handler(arguments or [])

    def _typed(self, method: str, params: Any) -> Any:
        """The parameters as lsprotocol's type for the method; plain for one it does not know."""
        known = types.METHOD_TO_TYPES.get(method)
        if method in self.plain or known is None or known[2] is None:
            return params
        try:
            return self._converter.structure({} if params is None else params, known[2])
        except Exception:  # noqa: BLE001 - cattrs raises whatever a wrong shape leads to
            raise LspError(INVALID_PARAMS, f"Invalid params for {method}") from None

    def _answer(self, identity: Any, method: str, result: Any) -> None:
        try:
            known = types.METHOD_TO_TYPES.get(method)
            plain = method in self.plain or result is None
            if known and known[1] and not plain:
                whole = self._converter.unstructure(known[1](id=0, result=result))
                result = whole.get("result")
            self.door.send({"id": identity, "result": result})
        except Exception as error:  # noqa: BLE001 - every request is answered
            self._answer_error(identity, method, error)

    def _answer_error(self, identity: Any, method: str, error: BaseException) -> None:
        if isinstance(error, LspError):
            self.door.refuse(identity, error.code, error.message)
        elif isinstance(error, asyncio.CancelledError):
            self.door.refuse(identity, REQUEST_CANCELLED, "Request cancelled")
        else:
            self._log(method, error)
            self.door.refuse(identity, INTERNAL_ERROR, "Internal error, see the log of kimi-lsp")

    def _log(self, method: str, error: BaseException) -> None:
        """One line: what failed and where, never its words, which may hold code or a key."""
        step = error.__traceback__
        while step and step.tb_next:
            step = step.tb_next
        place = f"{step.tb_frame.f_globals.get('__name__')}:{step.tb_lineno}" if step else "?"
        log.error("%s failed: %s at %s", method, type(error).__name__, place)


def _spare(result: Awaitable[Any], task: asyncio.Task[None]) -> None:
    """A coroutine whose task was cancelled before its first step would warn on stderr."""
    if task.cancelled() and inspect.iscoroutine(result):
        result.close()


def answer_of_pygls(protocol: KimiProtocol, params: Message) -> Message:
    """What pygls would answer to ``initialize``; tests hold the table equal to it."""
    typed = protocol._converter.structure(params, types.InitializeParams)
    handler = protocol.lsp_initialize(typed)
    try:
        next(handler)
    except StopIteration as done:
        text = json.dumps(done.value, default=protocol._serialize_message)
        return json.loads(text)
    raise AssertionError("pygls asked for a handler that is not registered")
