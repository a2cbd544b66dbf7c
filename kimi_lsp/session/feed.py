"""What a client sees of a running job: its progress, and its stream in merged deltas."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from kimi_lsp.session.client import Client

Kind = Literal["reasoning", "text"]

FRAME_SECONDS = 1 / 30
"""Deltas are merged to one a frame; the first one is sent at once."""

REPORT_SECONDS = 0.25
"""Progress is told this often at the most."""


class Feed:
    """The events of one job, to a client that takes ``kimi/job`` and to one that shows progress."""

    def __init__(self, client: Client, job: str, action: str, *, events: bool) -> None:
        self._client = client
        self._identity = {"job": job, "action": action}
        self._events = events
        self._pending: list[tuple[Kind, str]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._token = f"kimi-{job}"
        self._progress: asyncio.Task[None] | None = None
        self._showing = False
        self._message = ""
        self._told = 0.0
        self._over = False
        self._fresh = False

    def begin(self, title: str, message: str, uri: str | None, tag: str | None) -> None:
        """Announce the job, and open its progress where the client has one."""
        members = {"uri": uri, "tag": tag}
        self._event("begin", **{key: value for key, value in members.items() if value})
        self._message = message
        if self._client.can.progress:
            self._progress = asyncio.create_task(self._open(title))

    def delta(self, kind: Kind, text: str) -> None:
        """Pass on a piece of the stream, at once or with the next frame."""
        if not self._events or not text:
            return
        self._pending.append((kind, text))
        if self._timer is None:
            self._flush()

    def afresh(self) -> None:
        """What streams next is another answer, in place of the one so far."""
        self._send_pending()
        self._fresh = True

    def report(self, message: str, *, now: bool = False, **members: Any) -> None:
        """Say what is happening; the same words are not said twice in a row.

        ``members`` are further ones of the event, for plugins.
        """
        loop = asyncio.get_running_loop()
        if message == self._message or (not now and loop.time() - self._told < REPORT_SECONDS):
            return
        self._message, self._told = message, loop.time()
        self._event("report", message=message, **members)
        if self._showing:
            self._client.progress(self._token, {"kind": "report", "message": message})

    def end(self, outcome: dict[str, Any], message: str) -> None:
        """Send what is left, then the end; nothing follows."""
        self._over = True
        if self._timer:
            self._timer.cancel()
        self._send_pending()
        self._event("end", **outcome)
        if self._showing:
            self._client.progress(self._token, {"kind": "end", "message": message})

    async def _open(self, title: str) -> None:
        if await self._client.create_progress(self._token) and not self._over:
            self._showing = True
            value = {"kind": "begin", "title": title, "cancellable": True, "message": self._message}
            self._client.progress(self._token, value)

    def _flush(self) -> None:
        self._timer = None
        if self._pending:
            self._send_pending()
            self._timer = asyncio.get_running_loop().call_later(FRAME_SECONDS, self._flush)

    def _send_pending(self) -> None:
        pending, self._pending = self._pending, []
        while pending:
            kind = pending[0][0]
            run = [text for other, text in pending if other == kind]
            pending = [(other, text) for other, text in pending if other != kind]
            fresh = {"fresh": True} if self._fresh else {}
            self._fresh = False
            self._event(kind, delta="".join(run), **fresh)

    def _event(self, event: str, **members: Any) -> None:
        if self._events:
            self._client.job_event({**self._identity, "event": event, **members})
