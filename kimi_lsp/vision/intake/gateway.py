"""A proxy that leads a browser to one origin, at one address, and nowhere else.

Whatever a page asks for (other hosts, other ports, redirects, WebSockets) has to come through here,
so that what is not the page's own origin meets a closed door.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from dataclasses import dataclass, field

MOST_HEAD = 64 << 10
CONNECT_SECONDS = 10.0
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

_CONNECT = re.compile(rb"CONNECT \[?([^\s\]]+?)\]?:(\d+) HTTP/1\.[01]\r\n", re.IGNORECASE)
_PLAIN = re.compile(
    rb"([A-Z]+) http://\[?([^\s/?#\]]+?)\]?(?::(\d+))?(/\S*|\?\S*)? (HTTP/1\.[01])\r\n",
    re.IGNORECASE,
)
_HOP = re.compile(rb"^(?:proxy-[a-z-]+|connection|keep-alive):[^\r]*\r\n", re.IGNORECASE | re.M)


@dataclass
class Gateway:
    """``host`` and ``port`` are the origin's, ``addresses`` the IP addresses it was found at; with
    none nothing is let through. ``refused`` are the hosts that were asked for besides."""

    host: str
    port: int
    addresses: tuple[str, ...] = ()
    refused: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.at = self._door.getsockname()[1]
        threading.Thread(target=self._wait, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._door.close()

    def _wait(self) -> None:
        while True:
            try:
                visitor, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(visitor,), daemon=True).start()

    def _lead(self, visitor: socket.socket) -> None:
        with visitor, contextlib.suppress(OSError):
            head, rest = _head(visitor)
            opening = self._opening(head)
            there = None if opening is None else self._reached()
            if opening is None or there is None:
                visitor.sendall(REFUSAL)
                return
            with there:
                there.settimeout(None)
                if opening:
                    there.sendall(opening + rest)
                else:
                    visitor.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=_pass_on, args=(there, visitor), daemon=True)
                back.start()
                _pass_on(visitor, there)
                back.join()

    def _reached(self) -> socket.socket | None:
        for address in self.addresses:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
        return None

    def _opening(self, head: bytes) -> bytes | None:
        """What to say to the origin first: empty for a tunnel; None for another origin."""
        if tunnel := _CONNECT.match(head):
            return b"" if self._own(tunnel[1], int(tunnel[2])) else None
        plain = _PLAIN.match(head)
        if plain is None or not self._own(plain[2], int(plain[3] or 80)):
            return None
        path = plain[4] or b"/"
        line = plain[1] + b" " + (b"" if path.startswith(b"/") else b"/") + path + b" " + plain[5]
        # One request a connection: the next one on it may be for another host.
        return line + b"\r\nConnection: close\r\n" + _HOP.sub(b"", head[plain.end() :])

    def _own(self, host: bytes, port: int) -> bool:
        name = host.decode("latin-1").lower()
        if (name, port) == (self.host, self.port):
            return True
        self.refused.append(name[:200])
        return False


def _head(visitor: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        part = visitor.recv(1 << 16)
        if not part or len(data) > MOST_HEAD:
            return b"", b""
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(1 << 16):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
