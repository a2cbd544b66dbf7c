"""pygls's protocol with a dispatcher of our own: every request is answered exactly once.

pygls brings the registry of features, the types and the capabilities. Messages come here as plain
dicts, one a turn of the loop, and a cancellation reaches the work itself.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import json
import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol

from kimi_lsp.wire.documents import Documents
from kimi_lsp.wire.door import Door
from kimi_lsp.wire.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    REQUEST_CANCELLED,
    ClientError,
    LspError,
)

log = logging.getLogger(__name__)

Message = dict[str, Any]


class KimiProtocol(LanguageServerProtocol):
    """One client's requests and notifications, and ours to it."""

    door: Door

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = Documents()
        self._running: dict[str | int, asyncio.Task[None]] = {}
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._number = itertools.count(1)
        self._own: dict[str, Callable[[Any], object]] = {
            "textDocument/didOpen": lambda params: self.documents.open(params["textDocument"]),
            "textDocument/didChange": lambda params: self.documents.change(params),
            "textDocument/didClose": lambda params: self.documents.close(
                str(params["textDocument"]["uri"])
            ),
            "$/cancelRequest": self._cancel,
            "$/setTrace": lambda params: None,
        }

    # To the client

    def notify_client(self, method: str, params: Message) -> None:
        """Send a notification."""
        self.door.send({"method": method, "params": params})

    async def request_client(self, method: str, params: Message) -> Any:
        """Send a request and wait for its result. Raises ``ClientError``."""
        number = next(self._number)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        self.door.send({"id": number, "method": method, "params": params})
        try:
            return await future
        finally:
            self._asked.pop(number, None)

    # From the client

    def receive(self, message: Message) -> None:
        """Handle one message of the client."""
        method = message.get("method")
        if method is None:
            self._response(message)
        elif "id" in message:
            self._request(message["id"], method, message.get("params"))
        else:
            self._notification(method, message.get("params"))

    def disconnected(self) -> None:
        """The client is gone: stop its requests, and fail ours to it."""
        for task in tuple(self._running.values()):
            task.cancel()
        for future in tuple(self._asked.values()):
            if not future.done():
                future.set_exception(ClientError(0, "The client is gone"))

    def _response(self, message: Message) -> None:
        identity = message.get("id")
        future = self._asked.get(identity) if isinstance(identity, int) else None
        if future is None or future.done():
            log.debug("a response to no request was ignored")
            return
        error = message.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            text = str(error.get("message") or "")
            future.set_exception(ClientError(code if isinstance(code, int) else 0, text))
        else:
            future.set_result(message.get("result"))

    def _cancel(self, params: Any) -> None:
        task = self._running.get(params.get("id"))
        if task:
            task.cancel()

    def _notification(self, method: str, params: Any) -> None:
        try:
            if own := self._own.get(method):
                own(params)
            elif handler := self.fm.features.get(method):
                result = handler(self._typed(method, params))
                if inspect.isawaitable(result):
                    task = asyncio.ensure_future(result)
                    task.add_done_callback(lambda done: self._check(method, done))
            else:
                log.debug("the notification %s was ignored", method)
        except Exception as error:  # noqa: BLE001 - a bad notification must not take the server down
            self._log(method, error)

    def _check(self, method: str, task: asyncio.Future[Any]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._log(method, error)

    def _request(self, identity: Any, method: str, params: Any) -> None:
        if identity in self._running:
            self.door.refuse(identity, INVALID_REQUEST, "A request of this id is running")
            return
        if method == types.SHUTDOWN:
            self.disconnected()
            self.door.send({"id": identity, "result": None})
            return
        try:
            result = self._call(method, params)
        except BaseException as error:  # noqa: BLE001 - every request is answered
            self._answer_error(identity, method, error)
            return
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(self._later(identity, method, result))
            self._running[identity] = task
            task.add_done_callback(lambda done: self._over(identity, done))
        else:
            self._answer(identity, method, result)

    def _over(self, identity: Any, task: asyncio.Task[None]) -> None:
        del self._running[identity]
        if task.cancelled():
            # Cancelled before its first step, it could not answer for itself.
            self.door.refuse(identity, REQUEST_CANCELLED, "Request cancelled")

    async def _later(self, identity: Any, method: str, result: Any) -> None:
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
        name = params.get("command") if isinstance(params, dict) else None
        handler = self.fm.commands.get(name) if isinstance(name, str) else None
        if handler is None:
            raise LspError(INVALID_PARAMS, f"Unknown command {str(name)[:80]}")
        arguments = params.get("arguments") or []
        if not isinstance(arguments, list):
            raise LspError(INVALID_PARAMS, "arguments must be a list")
        return handler(arguments)

    def _typed(self, method: str, params: Any) -> Any:
        """The parameters as lsprotocol's type for the method; plain for one it does not know."""
        known = types.METHOD_TO_TYPES.get(method)
        if known is None or known[2] is None:
            return params
        try:
            return self._converter.structure({} if params is None else params, known[2])
        except Exception:  # noqa: BLE001 - cattrs raises whatever a wrong shape leads to
            raise LspError(INVALID_PARAMS, f"Invalid params for {method}") from None

    def _answer(self, identity: Any, method: str, result: Any) -> None:
        try:
            known = types.METHOD_TO_TYPES.get(method)
            if (
                method != types.WORKSPACE_EXECUTE_COMMAND
                and known
                and known[1]
                and result is not None
            ):
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
        place = f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno}" if step else "?"
        log.error("%s failed: %s at %s", method, type(error).__name__, place)


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
