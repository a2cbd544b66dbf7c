"""The front door: owns the wire from the first millisecond to the last.

It answers ``initialize`` from a table before pygls is loaded, keeps what follows in order until
the server stands, and afterwards hands over one message at a time. Standard library only.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn

from kimi_lsp.wire.errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    NOT_INITIALIZED,
    PARSE_ERROR,
    REQUEST_CANCELLED,
)
from kimi_lsp.wire.framing import DesyncError, FrameReader, encode
from kimi_lsp.wire.pipe import Pipe
from kimi_lsp.wire.writer import Writer

GRACE_SECONDS = 1.5
"""How long the server may take to end by itself after its client has gone."""

MOST_INBOX = 100_000

Message = dict[str, Any]


class Door:
    """One client's messages in, in order, and everything out.

    ``answer`` gives the InitializeResult for raw parameters.
    """

    def __init__(self, pipe: Pipe, answer: Callable[[Message], Message]) -> None:
        self._pipe = pipe
        self._answer = answer
        self._inbox: deque[Message] = deque()
        self._lock = threading.RLock()
        self._wake: Callable[[], None] | None = None
        self._begun = threading.Event()
        self.writer = Writer(pipe, lambda: self._leave(1))
        self.params: Message | None = None
        self.result: Message | None = None
        self.shut_down = False
        self.ended = False
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
            for _ in range(len(self._inbox) + self.ended):
                wake()

    def take(self) -> Message | None:
        """The next message, or None where a cancellation has taken it."""
        with self._lock:
            return self._inbox.popleft() if self._inbox else None

    def abandon(self) -> NoReturn:
        """The client's process is gone, though its pipe may be open."""
        self._leave(self.exit_code)

    def fail(self, text: str) -> NoReturn:
        """The server could not be built: say so, answer what waits, and leave."""
        self._begun.wait(10)
        with self._lock:
            self.send({"method": "window/showMessage", "params": {"type": 1, "message": text}})
            for message in self._inbox:
                if "id" in message and "method" in message:
                    self.refuse(message["id"], INTERNAL_ERROR, text)
            self._leave(1)

    def _read(self) -> None:
        reader = FrameReader()
        try:
            while data := self._pipe.read():
                for body in reader.feed(data):
                    self._parse(body)
        except DesyncError as error:
            sys.stderr.write(f"kimi-lsp: the client's messages are garbled: {error}\n")
            self._leave(1)
        except OSError as error:
            sys.stderr.write(f"kimi-lsp: the client is gone: {error}\n")
        with self._lock:
            self.ended = True
            self._begun.set()
            if self._wake is None:
                self._leave(self.exit_code)
            self._wake()
        # A thread that will not end must not keep the process from ending.
        timer = threading.Timer(GRACE_SECONDS, lambda: self._leave(self.exit_code))
        timer.daemon = True
        timer.start()

    def _parse(self, body: bytes) -> None:
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self.refuse(None, PARSE_ERROR, "Parse error")
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            self.refuse(None, INVALID_REQUEST, "Invalid request")
            return
        method, identity = message.get("method"), message.get("id")
        if not isinstance(method, str | None) or not isinstance(identity, str | int | float | None):
            self.refuse(None, INVALID_REQUEST, "Invalid request")
            return
        if method is None and identity is None:
            self.refuse(None, INVALID_REQUEST, "Invalid request")
            return
        with self._lock:
            self._admit(message, method, identity)

    def _admit(self, message: Message, method: str | None, identity: Any) -> None:
        request = method is not None and "id" in message
        if method == "$/cancelRequest" and self._cancel(message):
            return
        if method == "exit":
            self._leave(self.exit_code)
        if self.params is None:
            if method == "initialize" and request:
                self._initialize(message)
            elif request:
                self.refuse(identity, NOT_INITIALIZED, "The server is not initialized")
            return
        if method == "initialize" or (self.shut_down and request):
            why = "The server is shutting down" if self.shut_down else "Initialized already"
            self.refuse(identity, INVALID_REQUEST, why)
            return
        if method == "shutdown" and request:
            self._shut_down(identity)
            return
        if self.shut_down or len(self._inbox) >= MOST_INBOX:
            return
        self._hand_over(message)

    def _hand_over(self, message: Message) -> None:
        self._inbox.append(message)
        if self._wake:
            self._wake()

    def _initialize(self, message: Message) -> None:
        params = message.get("params")
        self.params = params if isinstance(params, dict) else {}
        self.result = self._answer(self.params)
        self.send({"id": message["id"], "result": self.result})
        self._begun.set()

    def _shut_down(self, identity: Any) -> None:
        """Answered here, at once: waiting requests are cancelled, running ones by the server."""
        for waiting in [one for one in self._inbox if "id" in one and "method" in one]:
            self._inbox.remove(waiting)
            self.refuse(waiting["id"], REQUEST_CANCELLED, "Request cancelled")
        self.shut_down = True
        if self._wake is None:
            self.send({"id": identity, "result": None})
            return
        self._hand_over({"jsonrpc": "2.0", "id": identity, "method": "shutdown"})

    def _cancel(self, message: Message) -> bool:
        """A request that still waits is answered here; one that runs is the server's business."""
        params = message.get("params")
        identity = params.get("id") if isinstance(params, dict) else None
        for waiting in self._inbox:
            if identity is not None and waiting.get("id") == identity and "method" in waiting:
                if waiting["method"] == "shutdown":
                    return True
                self._inbox.remove(waiting)
                self.refuse(identity, REQUEST_CANCELLED, "Request cancelled")
                return True
        return False

    def _leave(self, code: int) -> NoReturn:
        self.writer.drain(0.5)
        sys.stderr.flush()
        os._exit(code)
