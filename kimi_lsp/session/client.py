"""Everything the server says to the editor of its own accord, in one place.

Messages are plain dicts: these are few, simple and partly frequent, and building typed objects for
a notification thirty times a second would be paid for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from kimi_lsp.session.capabilities import Capabilities
from kimi_lsp.wire.errors import ClientError

log = logging.getLogger(__name__)

MessageType = Literal["error", "warning", "info", "log"]
_TYPES: dict[MessageType, int] = {"error": 1, "warning": 2, "info": 3, "log": 4}


class Connection(Protocol):
    """What the wire gives: raw messages to the client."""

    def notify_client(self, method: str, params: dict[str, Any]) -> None: ...

    async def request_client(self, method: str, params: dict[str, Any]) -> Any: ...


class Client:
    """The editor at the other end."""

    def __init__(self, connection: Connection, capabilities: Capabilities) -> None:
        self._connection = connection
        self.can = capabilities

    def show(self, kind: MessageType, text: str) -> None:
        """A message the person sees."""
        self._connection.notify_client(
            "window/showMessage", {"type": _TYPES[kind], "message": text}
        )

    def log(self, kind: MessageType, text: str) -> None:
        """A line in the client's log of this server."""
        self._connection.notify_client("window/logMessage", {"type": _TYPES[kind], "message": text})

    def job_event(self, params: dict[str, Any]) -> None:
        """One event of a job, for a client that asked for them."""
        self._connection.notify_client("kimi/job", params)

    def progress(self, token: str, value: dict[str, Any]) -> None:
        """One value of a work-done progress."""
        self._connection.notify_client("$/progress", {"token": token, "value": value})

    def refresh(self, uri: str) -> None:
        """Tell that a virtual document has grown."""
        self._connection.notify_client("workspace/textDocumentContent/refresh", {"uri": uri})

    async def create_progress(self, token: str) -> bool:
        """Whether the client lets a work-done progress of this token begin."""
        return await self._asked("window/workDoneProgress/create", {"token": token}) is not _REFUSED

    async def show_document(self, uri: str, *, take_focus: bool = False) -> bool:
        """Whether the client opened a document, by default beside the person's work."""
        answer = await self._asked("window/showDocument", {"uri": uri, "takeFocus": take_focus})
        return isinstance(answer, Mapping) and answer.get("success") is True

    async def apply_edit(self, label: str, edit: dict[str, Any]) -> tuple[bool, str]:
        """Whether the client says it applied the edit, and its reason where it did not.

        There is no time-out: a client may ask its person first.
        """
        answer = await self._asked("workspace/applyEdit", {"label": label, "edit": edit})
        if not isinstance(answer, Mapping):
            return False, ""
        return answer.get("applied") is True, str(answer.get("failureReason") or "")

    async def configuration(self) -> Mapping[str, Any]:
        """The client's settings of the section ``kimi``, empty where it has none."""
        answer = await self._asked("workspace/configuration", {"items": [{"section": "kimi"}]})
        first = answer[0] if isinstance(answer, list) and answer else None
        return first if isinstance(first, Mapping) else {}

    async def choice(self, kind: MessageType, text: str, actions: Sequence[str]) -> str | None:
        """The action that the person chose under a message, None for none of them."""
        titles = [{"title": action} for action in actions]
        answer = await self._asked(
            "window/showMessageRequest", {"type": _TYPES[kind], "message": text, "actions": titles}
        )
        title = answer.get("title") if isinstance(answer, Mapping) else None
        return title if title in actions else None

    async def api_key(self, origin: str, *, refused: bool, quiet: bool = False) -> str | None:
        """The key that the client has for an origin, or gets from its person.

        ``refused`` tells it that the one it gave before was not accepted, ``quiet`` that its
        person is not to be asked.
        """
        more = {key: True for key, told in (("refused", refused), ("quiet", quiet)) if told}
        answer = await self._asked("kimi/apiKey", {"origin": origin, **more})
        key = answer.get("key") if isinstance(answer, Mapping) else None
        return key if isinstance(key, str) else None

    async def _asked(self, method: str, params: dict[str, Any]) -> Any:
        try:
            return await self._connection.request_client(method, params)
        except ClientError as error:
            log.warning("client refused %s: %s", method, error.code)
            return _REFUSED


_REFUSED = object()
