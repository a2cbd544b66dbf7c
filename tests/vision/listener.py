"""Something on this machine that a page might reach, which counts who comes."""

from __future__ import annotations

import selectors
import socket
import threading
from types import TracebackType


class Listener:
    """A TCP and a UDP port of the same number on 127.0.0.1; ``met`` says who came."""

    def __init__(self) -> None:
        self.met: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._tcp.getsockname()[1])
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self._end, other = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._tcp, selectors.EVENT_READ, "tcp")
        self._selector.register(self._udp, selectors.EVENT_READ, "udp")
        self._selector.register(other, selectors.EVENT_READ, "end")
        self._other = other
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Listener:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end.send(b".")
        self._thread.join(10)
        for one in (self._tcp, self._udp, self._end, self._other):
            one.close()
        self._selector.close()

    def _listen(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data == "end":
                    return
                if key.data == "tcp":
                    connection, _ = self._tcp.accept()
                    connection.settimeout(2)
                    try:
                        said = connection.recv(400)
                    except TimeoutError:
                        said = b""
                    self.met.append(f"tcp {said[:80]!r}")
                    connection.close()
                else:
                    self.met.append(f"udp {self._udp.recv(400)[:40]!r}")
