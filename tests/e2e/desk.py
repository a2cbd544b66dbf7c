"""An editor and its endpoint, as far as keys and origins go."""

from __future__ import annotations

import json
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.messages import say
from tests.e2e.conftest import URI, Kimi
from tests.keys import backend
from tests.wire.raw_client import RawClient

DONE = ("done", None)
REFUSED = ("failed", "unauthorized")
FORBIDDEN = ("failed", "forbidden")
ROOT = Path(__file__).parents[2]
RIGHT = "right-canary-key"
WRONG = "wrong-canary-key"
OTHER = "other-canary-key"

Said = list[str | None]


@dataclass
class Desk:
    """An editor at a server: what it is asked about keys, and what it answers, one after another.

    ``keys``: answers to ``kimi/apiKey``; ``leave``: to the question whether to send, as ``yes``,
    ``no`` or None for put away; ``...`` answers with an error. With none left, it keeps silent.
    """

    folder: Path
    keys: list[Any] = field(default_factory=list)
    leave: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)

    def start(self, environment: dict[str, str], options: dict[str, Any], **held: str) -> None:
        ring = self.folder / "ring.json"
        ring.write_text(json.dumps({"kimi-lsp": held}), "utf-8")
        self.log = self.folder / "kimi.log"
        self.client = Answering(
            self,
            env={
                "KIMI_LSP_CONFIG": str(self.folder / "config.toml"),
                "XDG_CACHE_HOME": str(self.folder / "cache"),
                "PYTHON_KEYRING_BACKEND": backend.NAME,
                "PYTHONPATH": str(ROOT),
                backend.FILE: str(ring),
                **environment,
            },
            log=self.log,
        )
        self.client.initialize(initializationOptions=options)
        self.client.open(URI, "def area(r):\n    return r * r\n")

    def begin(self, **more: Any) -> Any:
        """A job; the id of its request."""
        place = {"line": 0, "character": 0}
        argument = {"uri": URI, "range": {"start": place, "end": place}, "wait": True, **more}
        params = {"command": "kimi.explain", "arguments": [argument]}
        return self.client.start("workspace/executeCommand", params)

    def end(self, request: Any) -> tuple[str, str | None]:
        """How a job ended."""
        result = self.client.wait(request)["result"]
        return result["state"], result.get("reason")

    def job(self) -> tuple[str, str | None]:
        return self.end(self.begin())

    def running(self) -> list[Any]:
        """The jobs that are running: the server answers while they do."""
        params = {"command": "kimi.jobs", "arguments": [{}]}
        return self.client.request("workspace/executeCommand", params)["jobs"]

    def wait_for_person(self, *, jobs: int) -> None:
        """Until so many jobs wait for what the person says."""
        end = time.monotonic() + 20
        while [one["message"] for one in self.running()].count(say("job.waiting.person")) < jobs:
            assert time.monotonic() < end, self.running()

    def outputs(self) -> str:
        """Everything that a person or a program could read of this server."""
        log = self.log.read_text("utf-8") if self.log.exists() else ""
        return json.dumps(self.client.seen) + self.client.errors.decode() + log

    def close(self) -> None:
        assert self.client.close() == 0
        assert not self.client.stray
        self.client.kill()


class Answering(RawClient):
    """A client that answers the two questions from its desk's lists."""

    def __init__(self, desk: Desk, *, env: dict[str, str], log: Path) -> None:
        self.desk = desk
        self.left: queue.Queue[dict[str, Any]] = queue.Queue()
        flags = ("--log-level", "debug", "--log-file", str(log))
        super().__init__((sys.executable, "-m", "kimi_lsp", *flags), env=env)

    def wait_for_question(self) -> None:
        """Until there is a question that is left open."""
        self.left.put(self.left.get(timeout=20))

    def answer_open(self, result: Any) -> None:
        """Answer a question that was left open so far."""
        identity = self.left.get(timeout=20)["id"]
        self.send({"jsonrpc": "2.0", "id": identity, "result": result})

    def _take(self, message: dict[str, Any]) -> None:
        params = message.get("params") or {}
        match message.get("method"):
            case "kimi/apiKey":
                self.seen.append(message)
                self.desk.asked.append(params)
                self._answer(message, self.desk.keys, lambda key: key and {"key": key})
            case "window/showMessageRequest":
                self.seen.append(message)
                self.desk.questions.append(params)
                yes, no = params["actions"]
                choices = {"yes": yes, "no": no, None: None}
                self._answer(message, self.desk.leave, choices.__getitem__)
            case _:
                super()._take(message)

    def _answer(
        self, message: dict[str, Any], answers: list[Any], shape: Callable[[Any], Any]
    ) -> None:
        if not answers:
            self.left.put(message)
            return
        answer = answers.pop(0)
        head = {"jsonrpc": "2.0", "id": message["id"]}
        if answer is ...:
            self.send({**head, "error": {"code": -32601, "message": "no such method"}})
        else:
            self.send({**head, "result": shape(answer)})


def sent(kimi: Kimi) -> list[tuple[str, str | None]]:
    """What reached an endpoint: the last word of each path, and the key it came with."""
    requests = kimi._get("/simulator/requests")["requests"]
    return [
        (
            one["path"].rpartition("/")[2],
            (one["headers"].get("authorization") or "").removeprefix("Bearer ") or None,
        )
        for one in requests
    ]


def keys_of(kimi: Kimi) -> Said:
    """The keys an endpoint saw, one after another, repetitions left out."""
    seen: Said = []
    for _, key in sent(kimi):
        if not seen or seen[-1] != key:
            seen.append(key)
    return seen


class Listener:
    """A host that takes whatever comes, and answers with a redirect to another where told so."""

    def __init__(self, location: str = "") -> None:
        self.heard = bytearray()
        self._location = location
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self.heard += connection.recv(1 << 16)
                head = f"HTTP/1.1 307 X\r\nLocation: {self._location}\r\nContent-Length: 0\r\n\r\n"
                connection.sendall(head.encode())

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.close()
