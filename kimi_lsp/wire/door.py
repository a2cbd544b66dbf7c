"""The front door: owns the wire from the first millisecond to the last.

It answers ``initialize`` from a table before pygls is loaded, keeps what follows in order until
the server stands, and afterwards hands over one message at a time. Standard library only.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn

from kimi_lsp.wire import parent
from kimi_lsp.wire.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    NOT_INITIALIZED,
    REQUEST_CANCELLED,
)
from kimi_lsp.wire.framing import DesyncError, FrameReader, encode
from kimi_lsp.wire.message import Message, Refused, is_identity, is_request, parse
from kimi_lsp.wire.pipe import Pipe
from kimi_lsp.wire.writer import Writer

GRACE_SECONDS = 1.0
"""How long the server may take to end by itself after its client has gone."""

DRAIN_SECONDS = 0.5
"""How long what was said may take to reach the client before the process ends."""

STUCK_SECONDS = 0.5
"""How long the server may take no message at all, the inbox being full, before a look outside."""

MOST_INBOX = 10_000
"""Messages that may wait for the server; then the client has to wait."""


class Door:
    """One client's messages in, in order, and everything out.

    ``answer`` gives the InitializeResult for raw parameters. ``editor`` is a process to watch
    beside the one that ``initialize`` names.
    """

    def __init__(
        self, pipe: Pipe, answer: Callable[[Message], Message], editor: int | None = None
    ) -> None:
        self._pipe = pipe
        self._answer = answer
        self._inbox: deque[Message] = deque()
        self._lock = threading.RLock()
        self._room = threading.Condition(self._lock)
        self._wake: Callable[[], None] | None = None
        self._begun = threading.Event()
        self.writer = Writer(pipe, self._lost)
        self.params: Message | None = None
        self.result: Message | None = None
        self.shut_down = False
        self.ended = False
        parent.watch(editor, self.abandon)
        threading.Thread(target=self._read, name="lsp-reader", daemon=True).start()

    @property
    def exit_code(self) -> int:
        """0 after ``shutdown``, else 1."""
        return 0 if self.shut_down else 1

    def send(self, message: Message) -> None:
        """Queue one message for the client."""
        self.writer.write(encode({"jsonrpc": "2.0", **message}))

    def refuse(self, request: Any, code: int, text: str) -> None:
        """Answer a request with an error."""
        self.send({"id": request, "error": {"code": code, "message": text}})

    def attach(self, wake: Callable[[], None]) -> None:
        """From now on ``wake`` is called once a message, and first for those that waited."""
        with self._lock:
            self._wake = wake
            for _ in range(len(self._inbox) + (self.params is not None) + self.ended):
                wake()

    def take(self) -> Message | None:
        """The next message, or None where a cancellation has taken it."""
        with self._lock:
            self._room.notify()
            return self._inbox.popleft() if self._inbox else None

    def abandon(self) -> NoReturn:
        """The client's process is gone, though its pipe may be open."""
        self._leave(self.exit_code)

    def fail(self, text: str) -> NoReturn:
        """The server could not be built: say so, answer what waits, and leave."""
        self._begun.wait(10)
        with self._lock:
            self.send({"method": "window/showMessage", "params": {"type": 1, "message": text}})
            self._refuse_waiting(INTERNAL_ERROR, text)
            self._leave(1)

    def _read(self) -> None:
        reader = FrameReader()
        try:
            while data := self._pipe.read():
                for body in reader.feed(data):
                    self._receive(body)
                    if self.ended:
                        return
        except DesyncError as error:
            self._leave(1, f"the client's messages are garbled: {error}")
        except OSError:
            pass  # A connection that breaks has ended.
        except BaseException as error:  # noqa: BLE001 - a server that is deaf must not live on
            self._leave(1, f"reading failed: {type(error).__name__}")
        with self._lock:
            self._end()

    def _end(self) -> None:
        """The client has said its last word: the server ends, or is ended."""
        self.ended = True
        self._begun.set()
        if self._wake is None:
            self._refuse_waiting(REQUEST_CANCELLED, "Request cancelled")
            self._leave(self.exit_code)
        # A thread or a handler that will not end must not keep the process from ending.
        timer = threading.Timer(GRACE_SECONDS, lambda: self._leave(self.exit_code))
        timer.daemon = True
        timer.start()
        self._wake()

    def _receive(self, body: bytes) -> None:
        message = parse(body)
        if isinstance(message, Refused):
            self.refuse(*message)
            return
        with self._lock:
            self._admit(message, message.get("method"), message.get("id"))

    def _admit(self, message: Message, method: str | None, identity: Any) -> None:
        request = is_request(message)
        if method == "exit":
            self._end()
        elif self.params is None:
            if method == "initialize" and request:
                self._initialize(message)
            elif request:
                self.refuse(identity, NOT_INITIALIZED, "The server is not initialized")
        elif request and self.shut_down:
            self.refuse(identity, INVALID_REQUEST, "The server is shutting down")
        elif self.shut_down or (method == "initialize" and not request):
            return
        elif method == "initialize":
            self.refuse(identity, INVALID_REQUEST, "The server is initialized already")
        elif method == "shutdown" and request:
            self._shut_down(identity)
        elif request or method != "$/cancelRequest" or not self._cancel(message):
            self._hand_over(message)

    def _hand_over(self, message: Message) -> None:
        while len(self._inbox) >= MOST_INBOX:
            # Who waits here does not read, and would never hear that the client has gone.
            if not self._room.wait(STUCK_SECONDS) and self._pipe.hung_up():
                raise BrokenPipeError
        self._inbox.append(message)
        if self._wake:
            self._wake()

    def _initialize(self, message: Message) -> None:
        params = message.get("params")
        params = {} if params is None else params
        try:
            result = self._answer(params)
            frame = encode({"jsonrpc": "2.0", "id": message["id"], "result": result})
        except Exception:  # noqa: BLE001 - a client may send anything
            self.refuse(message["id"], INVALID_PARAMS, "Invalid params for initialize")
            return
        self.params, self.result = params, result
        # Not when the server stands: an editor may die while it is being built.
        parent.watch(params.get("processId"), self.abandon)
        self.writer.write(frame)
        self._begun.set()
        if self._wake:
            self._wake()

    def _shut_down(self, identity: Any) -> None:
        """Waiting requests are cancelled here, running ones by the server before it answers."""
        self._refuse_waiting(REQUEST_CANCELLED, "Request cancelled")
        self.shut_down = True
        if self._wake is None:
            self.send({"id": identity, "result": None})
        else:
            self._hand_over({"jsonrpc": "2.0", "id": identity, "method": "shutdown"})

    def _refuse_waiting(self, code: int, text: str) -> None:
        waiting = [one for one in self._inbox if is_request(one)]
        self._inbox = deque(one for one in self._inbox if not is_request(one))
        for one in waiting:
            self.refuse(one["id"], code, text)

    def _cancel(self, message: Message) -> bool:
        """A request that still waits is answered here; one that runs is the server's business."""
        params = message.get("params")
        identity = params.get("id") if isinstance(params, dict) else None
        # To Python ``true`` is 1, and would name somebody else's request.
        if identity is None or not is_identity(identity):
            return True
        for index, waiting in enumerate(self._inbox):
            if is_request(waiting) and waiting["id"] == identity:
                del self._inbox[index]
                self.refuse(identity, REQUEST_CANCELLED, "Request cancelled")
                return True
        return False

    def _lost(self, why: str) -> NoReturn:
        self._leave(self.exit_code, f"the client is gone: {why}")

    def _leave(self, code: int, why: str = "") -> NoReturn:
        try:
            # Nobody may read our stderr either; then the line about it is not worth waiting for.
            last = threading.Timer(2 * DRAIN_SECONDS, os._exit, (code,))
            last.daemon = True
            last.start()
            if why:
                os.write(2, f"kimi-lsp: {why}\n".encode())
            self.writer.drain(DRAIN_SECONDS)
        finally:
            os._exit(code)
