"""What carries the messages: pipes in any mode, sockets, and nobody else's words between them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.conftest import PROBE
from tests.wire.raw_client import SECONDS, RawClient

STRAY = ("STRAY print", "STRAY write", "STRAY shell", "STRAY child")


def test_nobody_else_writes_to_the_wire(probe: RawClient) -> None:
    # The child reads standard input as well; it must not eat the client's next message.
    assert probe.request("probe/print", {}) == 0
    assert probe.request("probe/echo", {"a": 1}) == {"a": 1}
    assert probe.close() == 0
    assert not probe.stray
    for words in STRAY:
        assert words in probe.stderr()


@pytest.mark.parametrize("descriptor", [0, 1, 2])
def test_a_stream_that_is_closed_at_the_start(descriptor: int) -> None:
    command = ("sh", "-c", f"exec {sys.executable} -m kimi_lsp {descriptor}>&-")
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 1
    assert done.stdout == b""


def frame(**message: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


INITIALIZE = frame(id=0, method="initialize", params={"capabilities": {}})


class Line:
    """One duplex connection, read in small pieces."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing
        self.buffer = b""

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self.writing, view) :]

    def receive(self) -> dict[str, Any]:
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        length = int(head.split(b":")[1])
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return json.loads(body)

    def _more(self) -> None:
        data = os.read(self.reading, 1000)
        assert data, "the server has hung up"
        self.buffer += data


def _pipes() -> tuple[Line, int, int]:
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    return Line(ours_in, ours_out), theirs_in, theirs_out


def _sockets() -> tuple[Line, int, int]:
    ours, theirs = socket.socketpair()
    number, other = ours.detach(), theirs.detach()
    return Line(number, os.dup(number)), other, os.dup(other)


@pytest.fixture(params=["pipes", "sockets"])
def non_blocking(request: pytest.FixtureRequest) -> Iterator[tuple[Line, subprocess.Popen[bytes]]]:
    """The probe on descriptors that were made non-blocking, as some editors' run-times do."""
    line, reading, writing = _pipes() if request.param == "pipes" else _sockets()
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
    process = subprocess.Popen(PROBE, stdin=reading, stdout=writing, stderr=subprocess.DEVNULL)
    os.close(reading)
    os.close(writing)
    yield line, process
    process.kill()
    process.wait()
    os.close(line.reading)
    os.close(line.writing)


def test_a_wire_that_does_not_block(
    non_blocking: tuple[Line, subprocess.Popen[bytes]],
) -> None:
    line, process = non_blocking
    line.send(INITIALIZE)
    assert "capabilities" in line.receive()["result"]
    # More than any pipe holds, both ways, in messages and inside one.
    text = "x" * 1_000_000
    whole = frame(id=1, method="probe/echo", params={"text": text})
    sending = threading.Thread(target=lambda: [line.send(whole) for _ in range(3)])
    sending.start()
    for _ in range(3):
        assert line.receive()["result"] == {"text": text}
    sending.join()
    line.send(frame(id=2, method="shutdown"))
    assert line.receive()["result"] is None
    line.send(frame(method="exit"))
    assert process.wait(SECONDS) == 0


@pytest.mark.parametrize("way", ["shutdown", "close", "reset"])
def test_an_editor_that_listens(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(SECONDS)
        port = listening.getsockname()[1]
        command = (sys.executable, "-m", "kimi_lsp", "--socket", str(port))
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        connection, _ = listening.accept()
    number = connection.detach()
    line = Line(number, number)
    line.send(INITIALIZE)
    assert line.receive()["result"]["capabilities"]["hoverProvider"] is True
    if way == "shutdown":
        line.send(frame(id=1, method="shutdown"))
        assert line.receive()["result"] is None
    elif way == "reset":
        with socket.socket(fileno=os.dup(number)) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    os.close(number)
    said, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == (0 if way == "shutdown" else 1)
    assert said == b""


def test_an_editor_that_does_not_listen() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        command = (sys.executable, "-m", "kimi_lsp", f"--socket={bound.getsockname()[1]}")
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"kimi-lsp: no editor listens on port ")


@pytest.mark.parametrize(
    "flags",
    [
        ("--socket",),
        ("--socket", "x"),
        ("--socket", "-1"),
        ("--socket", "65536"),
        ("--socket", "²"),
        ("--clientProcessId", "one"),
        ("--clientProcessId=" + "9" * 30,),
        ("--log-file",),
        ("--nothing",),
    ],
)
def test_flags_that_are_not_understood(flags: tuple[str, ...]) -> None:
    command = (sys.executable, "-m", "kimi_lsp", *flags)
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"usage: ")


@pytest.mark.parametrize("flags", [("--stdio",), ("--clientProcessId", "1"), ("--log-level=x",)])
def test_flags_that_editors_add(flags: tuple[str, ...]) -> None:
    client = RawClient((sys.executable, "-m", "kimi_lsp", *flags))
    client.initialize()
    assert client.close() == 0
    client.kill()
