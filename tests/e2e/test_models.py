"""Which models an endpoint lists, asked for when a person wants to choose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kimi_lsp.messages import say
from tests.e2e.conftest import Kimi
from tests.e2e.desk import RIGHT, WRONG, Desk, sent
from tests.e2e.desk import desk as desk  # a fixture


@pytest.fixture
def locked() -> Iterator[Kimi]:
    """An endpoint that takes one key."""
    kimi = Kimi("--key", RIGHT, "--models", "other,moonshotai/Kimi-K2.5,kimi-k2.6")
    yield kimi
    kimi.close()


def models(desk: Desk) -> dict[str, Any]:
    params = {"command": "kimi.models", "arguments": [{}]}
    return desk.client.request("workspace/executeCommand", params)


def test_the_list_of_the_endpoint(locked: Kimi, desk: Desk) -> None:
    desk.keys = [RIGHT]
    desk.start({"KIMI_BASE_URL": locked.url}, {"apiKeyRequests": True, "model": "other"})
    assert not sent(locked)
    assert models(desk) == {
        "models": [{"id": "other"}, {"id": "moonshotai/Kimi-K2.5"}, {"id": "kimi-k2.6"}],
        "auto": "moonshotai/Kimi-K2.5",
        "current": "other",
    }
    # The key that is kept, and nobody is asked to type one.
    assert desk.asked == [{"origin": locked.url.removesuffix("/v1"), "quiet": True}]


def test_a_key_that_is_wrong(locked: Kimi, desk: Desk) -> None:
    desk.start({"KIMI_BASE_URL": locked.url, "KIMI_API_KEY": WRONG}, {"apiKeyRequests": True})
    found = models(desk)
    assert (found["state"], found["reason"]) == ("failed", "unauthorized")
    assert not desk.asked
    assert "canary" not in desk.outputs()


def test_without_a_key_nothing_goes_to_the_official_host(desk: Desk) -> None:
    desk.keys = [None]
    desk.start({}, {"apiKeyRequests": True})
    found = models(desk)
    assert (found["reason"], found["message"]) == ("no_key", say("provider.no_key"))
    assert desk.asked == [{"origin": "https://api.moonshot.ai", "quiet": True}]


def test_an_endpoint_that_is_away(desk: Desk) -> None:
    desk.start({"KIMI_BASE_URL": "http://127.0.0.1:9/v1"}, {})
    found = models(desk)
    assert (found["state"], found["reason"]) == ("failed", "offline")
