"""A language client over raw bytes: exact, able to send what no library would."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

SECONDS = 20.0

Answer = Callable[[dict[str, Any]], Any]


class RawClient:
    """One server process and everything it says.

    ``answers`` maps a method the server asks for to what the client answers; a method that is not
    there is answered with null, one mapped to None not at all. One that is not to ``read`` lets
    what the server says pile up until ``start_reading``.
    """

    def __init__(
        self,
        command: Sequence[str] = (sys.executable, "-m", "kimi_lsp"),
        *,
        env: Mapping[str, str] | None = None,
        answers: Mapping[str, Answer | None] | None = None,
        read: bool = True,
    ) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
        )
        self.answers = dict(answers or {})
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self.seen: list[dict[str, Any]] = []
        self.responses: dict[Any, queue.Queue[dict[str, Any]]] = {None: queue.Queue()}
        self.errors = bytearray()
        self.heard = threading.Event()
        """Set at each line of stderr."""
        self._errors_end = threading.Event()
        self.stray = bytearray()
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._readers = [threading.Thread(target=self._read_errors, daemon=True)]
        self._readers[0].start()
        if read:
            self.start_reading()

    def start_reading(self) -> None:
        self._readers.append(threading.Thread(target=self._read, daemon=True))
        self._readers[-1].start()

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin
        with self._lock:
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send_all(self, *messages: Any) -> None:
        """Messages in one write, so that the server finds them all at once."""
        bodies = [json.dumps(message).encode() for message in messages]
        self.send_bytes(
            b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)
        )

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params or {}})

    def start(self, method: str, params: Any = None, identity: Any = None) -> Any:
        """Send a request; its id."""
        identity = next(self._ids) if identity is None else identity
        self.responses[identity] = queue.Queue()
        message = {"jsonrpc": "2.0", "id": identity, "method": method}
        self.send(message if params is None else {**message, "params": params})
        return identity

    def wait(self, identity: Any, seconds: float = SECONDS) -> dict[str, Any]:
        """The whole response to a request."""
        return self.responses[identity].get(timeout=seconds)

    def request(self, method: str, params: Any = None, seconds: float = SECONDS) -> Any:
        """The result of a request, which must succeed."""
        response = self.wait(self.start(method, params), seconds)
        assert "error" not in response, response
        return response.get("result")

    def error(self, method: str, params: Any = None) -> dict[str, Any]:
        """The error of a request, which must fail."""
        response = self.wait(self.start(method, params))
        assert "error" in response, response
        return response["error"]

    def initialize(self, capabilities: Any = None, **params: Any) -> dict[str, Any]:
        result = self.request(
            "initialize",
            {"processId": os.getpid(), "capabilities": capabilities or {}, **params},
        )
        self.notify("initialized")
        return result

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def next(self, method: str, seconds: float = SECONDS) -> dict[str, Any]:
        """The parameters of the next message of a method, others before it being passed over."""
        while True:
            message = self.messages.get(timeout=seconds)
            if message.get("method") == method:
                return message.get("params") or {}

    def answers_to(self, identity: Any) -> list[dict[str, Any]]:
        """Every response to an id so far, told apart by type as JSON does."""
        return [
            message
            for message in self.seen
            if "method" not in message
            and (type(message["id"]), message["id"]) == (type(identity), identity)
        ]

    def hang_up(self) -> None:
        """Close our end of the server's input."""
        assert self.process.stdin
        self.process.stdin.close()

    def stderr(self) -> str:
        """All that was written to stderr, once the process has ended."""
        assert self._errors_end.wait(SECONDS)
        return self.errors.decode()

    def close(self) -> int:
        """Leave as a client should; the exit code."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
        for reader in self._readers:
            reader.join(SECONDS)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while line := stream.readline():
            if not line.lower().startswith(b"content-length:"):
                self.stray += line
                continue
            length = int(line.split(b":")[1])
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        self.seen.append(message)
        if "method" not in message:
            self.responses.setdefault(message.get("id"), queue.Queue()).put(message)
            return
        self.messages.put(message)
        if "id" not in message:
            return
        answer = self.answers.get(message["method"], lambda _: None)
        if answer is not None:
            result = answer(message.get("params") or {})
            # The server may be gone by now.
            with contextlib.suppress(OSError):
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def _read_errors(self) -> None:
        assert self.process.stderr
        try:
            for line in self.process.stderr:
                self.errors += line
                self.heard.set()
        finally:
            self._errors_end.set()
