"""A call whose key is not accepted: how often an endpoint is asked, and with what."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kimi_lsp.core.model import TextDelta
from kimi_lsp.errors import KimiError
from kimi_lsp.provider.client import KimiModel
from kimi_lsp.provider.endpoint import parse
from kimi_lsp.provider.settings import ProviderSettings
from tests.provider.raw_server import OPEN, REQUEST, WHOLE, RawServer, at_once, refusal, text

NO = refusal(401, "invalid_authentication_error")
BUSY = refusal(503, "server_unavailable")


@dataclass
class Listed:
    """Keys from a list, one after another."""

    keys: list[str | None]
    given: str | None = None
    ready: bool = True

    async def key(self) -> str | None:
        self.given = self.keys.pop(0)
        return self.given

    async def another(self, refused: str | None) -> str | None:
        assert refused == self.given
        return await self.key()


@pytest.mark.parametrize(
    ("chats", "keys", "end", "sent"),
    [
        ([NO, WHOLE], [None, "a"], "hi", ["", "a"]),
        ([NO, WHOLE], ["a", "b"], "hi", ["a", "b"]),
        ([NO, WHOLE], ["a", None], "unauthorized", ["a"]),
        ([NO, WHOLE], ["a", "a"], "unauthorized", ["a"]),
        ([NO, NO, WHOLE], ["a", "b", "c"], "unauthorized", ["a", "b"]),
        # Trouble with the connection is borne twice, whatever the key.
        ([BUSY, BUSY, NO, BUSY, WHOLE], ["a", "b"], "overloaded", ["a", "a", "a", "b"]),
        ([BUSY, NO, BUSY, WHOLE], ["a", "b"], "hi", ["a", "a", "b", "b"]),
        # What has begun is not begun again.
        (
            [OPEN + text("h") + b'data: {"error": {"type": "invalid_authentication_error"}}\n\n'],
            ["a", "b"],
            "unauthorized",
            ["a"],
        ),
        ([refusal(403, "permission_denied_error"), WHOLE], ["a", "b"], "forbidden", ["a"]),
    ],
)
async def test_another_key(
    chats: list[bytes], keys: list[str | None], end: str, sent: list[str]
) -> None:
    listed = Listed([*keys])
    settings = ProviderSettings(model="m", dialect="moonshot")
    async with RawServer(chats) as server:
        model = KimiModel(settings, parse(server.url), listed, sleep=at_once)
        words = ""
        try:
            async for event in model.stream(REQUEST):
                words += event.text if isinstance(event, TextDelta) else ""
        except KimiError as error:
            words = error.reason
        await model.close()
        came = [one.headers.get("authorization", "").removeprefix("bearer ") for one in server.seen]
    assert words == end
    assert came == sent
