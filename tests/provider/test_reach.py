"""What ``kimi-lsp doctor`` finds out about an endpoint, and the cure it names."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.provider import reach as reaching
from kimi_lsp.provider.endpoint import parse
from kimi_lsp.provider.reach import Reached, reach
from kimi_lsp.provider.settings import ProviderSettings
from tests.provider.raw_server import Hold, RawServer, Reply, answer, models, refusal


@pytest.mark.parametrize(
    ("listed", "settings", "expected", "cure"),
    [
        (models("kimi-k2.5"), {}, Reached(True, True, "kimi-k2.5", "moonshot"), ""),
        (models("m", owner="vllm"), {}, Reached(True, True, "m", "vllm"), ""),
        (models("a", "b"), {}, Reached(True, True), "a, b"),
        (
            models("kimi-k2.5"),
            {"model": "mine", "dialect": "vllm"},
            Reached(True, True, "mine", "vllm"),
            "kimi-k2.5",
        ),
        (answer(404, b""), {}, Reached(True, None, "kimi-k2.5", "openai"), ""),
        (refusal(401, "invalid_authentication_error"), {}, Reached(True, False), "KIMI_API_KEY"),
        (refusal(429, "exceeded_current_quota_error"), {}, Reached(True), "Top it up"),
        (answer(200, b"<html>", "text/html"), {}, Reached(True), "baseUrl"),
        (answer(302, b"", extra="Location: http://x/\r\n"), {}, Reached(True), "baseUrl"),
        (b"", {}, Reached(False), "network"),
        (Hold(), {}, Reached(False), "did not answer"),
    ],
)
async def test_what_is_found(
    listed: Reply,
    settings: dict[str, Any],
    expected: Reached,
    cure: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if isinstance(listed, Hold):
        monkeypatch.setattr(reaching, "ANSWER_SECONDS", 0.3)
    async with RawServer([], [listed]) as server:
        found = await reach(ProviderSettings(**settings), parse(server.url), None)
    problem = str(found.problem) if found.problem else ""
    assert (found.reachable, found.key_accepted) == (expected.reachable, expected.key_accepted)
    assert (found.model, found.dialect) == (expected.model, expected.dialect)
    assert cure in problem
    assert bool(problem) is bool(cure)
    assert server.chats() == []
