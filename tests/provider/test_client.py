"""What a call puts on the wire, and what it never does."""

from __future__ import annotations

import pytest

from kimi_lsp.core.model import ChatRequest, Finished, Message, TextDelta, TextPart, Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.provider.client import KimiModel
from kimi_lsp.provider.dialects import DIALECTS, body, resolve
from kimi_lsp.provider.endpoint import environment_key, parse
from kimi_lsp.provider.governor import Bounds
from kimi_lsp.provider.models import Listed, choose, usd
from kimi_lsp.provider.settings import ProviderSettings, provider_settings
from kimi_lsp.settings import Settings
from kimi_lsp.simulator import Simulator

REQUEST = ChatRequest((Message("user", (TextPart("hello"),)),), 100, cache_key="k")


async def test_a_foreign_account_of_the_environment_is_never_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "foreign-canary")
    async with Simulator([{"reply": {"content": "hi"}}], dialect="vllm") as kimi:
        model = KimiModel(ProviderSettings(), parse(kimi.url), None)
        events = [event async for event in model.stream(REQUEST)]
        await model.close()
    assert "foreign-canary" not in str(kimi.requests)
    assert all("authorization" not in one["headers"] for one in kimi.requests)
    assert TextDelta("hi") in events
    assert isinstance(events[-1], Finished)


def test_the_settings_bound_the_governor() -> None:
    settings = Settings(max_concurrency=2, requests_per_minute=3, tokens_per_minute=4)
    assert provider_settings(settings).bounds == Bounds(2, 3, 4)


BASE = {
    "model": "m",
    "messages": [{"role": "user", "content": "hello"}],
    "stream": True,
    "stream_options": {"include_usage": True},
    "max_completion_tokens": 100,
}
CLUSTER = {"chat_template_kwargs": {"thinking": False}, "temperature": 0.6, "top_p": 0.95}


@pytest.mark.parametrize(
    ("dialect", "more"),
    [
        ("moonshot", {"thinking": {"type": "disabled"}, "prompt_cache_key": "k"}),
        ("vllm", CLUSTER),
        ("sglang", CLUSTER),
        ("openrouter", {"reasoning": {"enabled": False}}),
        ("openai", {}),
    ],
)
def test_bodies(dialect: str, more: dict[str, object]) -> None:
    assert body(REQUEST, "m", DIALECTS[dialect]) == {**BASE, **more}


@pytest.mark.parametrize(
    ("model", "switch"),
    [
        ("kimi-k2.6", "disabled"),
        ("kimi-k2.7-code-highspeed", "enabled"),
        ("kimi-k3", "enabled"),
    ],
)
async def test_a_model_that_always_thinks_is_not_told_to_stop(model: str, switch: str) -> None:
    assert body(REQUEST, model, DIALECTS["moonshot"])["thinking"] == {"type": switch}
    async with Simulator([{"reply": {"content": "hi"}}], models=[model]) as kimi:
        asked = KimiModel(ProviderSettings(model=model), parse(kimi.url), "k")
        events = [event async for event in asked.stream(REQUEST)]
        await asked.close()
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize(
    ("setting", "host", "owner", "expected"),
    [
        ("auto", "api.moonshot.ai", "", "moonshot"),
        ("auto", "openrouter.ai", "moonshot", "openrouter"),
        ("auto", "127.0.0.1", "vllm", "vllm"),
        ("auto", "127.0.0.1", "", "openai"),
        ("sglang", "api.moonshot.ai", "moonshot", "sglang"),
    ],
)
def test_dialects(setting: str, host: str, owner: str, expected: str) -> None:
    assert resolve(setting, host, owner).name == expected


@pytest.mark.parametrize(
    ("setting", "ids", "expected"),
    [
        ("auto", ["a", "moonshotai/Kimi-K2.5", "kimi-k2.6"], "moonshotai/Kimi-K2.5"),
        ("auto", ["kimi-k2.6", "kimi-k2.5-int4"], "kimi-k2.5-int4"),
        ("auto", ["kimi-k3", "kimi-k2.6"], "kimi-k2.6"),
        ("auto", ["kimi-k2.50", "other"], None),
        ("auto", ["other"], "other"),
        ("auto", None, "kimi-k2.5"),
        ("auto", [], None),
        ("mine", ["other"], "mine"),
    ],
)
def test_choice_of_model(setting: str, ids: list[str] | None, expected: str | None) -> None:
    listed = None if ids is None else [Listed(one) for one in ids]
    chosen = choose(setting, listed)
    assert (chosen.id if chosen else None) == expected


@pytest.mark.parametrize(
    ("model", "dialect", "usage", "expected"),
    [
        ("kimi-k2.5", "moonshot", Usage(1_000_000, 0, 1_000_000), 3.60),
        ("kimi-k2.5", "moonshot", Usage(1_000_000, 1_000_000, 0), 0.10),
        ("moonshotai/Kimi-K2.6", "openrouter", Usage(1_000_000, 0, 0), 0.95),
        ("kimi-k2.5", "openai", Usage(0, 5, 0), 0.0000005),
        ("kimi-k2.5", "vllm", Usage(1_000_000, 0, 1_000_000), 0.0),
        ("kimi-k2.5", "sglang", Usage(1_000_000, 0, 1_000_000), 0.0),
        ("kimi-k2.5-int4", "openai", Usage(1_000_000, 0, 0), None),
        ("other", "moonshot", Usage(1_000_000, 0, 0), None),
    ],
)
def test_prices(model: str, dialect: str, usage: Usage, expected: float | None) -> None:
    assert usd(model, DIALECTS[dialect], usage) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("url", "official"),
    [
        ("https://api.moonshot.ai/v1", True),
        ("https://API.MOONSHOT.CN:443/v1/", True),
        ("https://api.moonshot.ai.evil.example/v1", False),
        ("http://127.0.0.1:8000/v1", False),
        ("http://[::1]:8000/v1", False),
        ("https://cluster.example/v1", False),
    ],
)
def test_endpoints(url: str, *, official: bool) -> None:
    assert parse(url).official is official


@pytest.mark.parametrize(
    "url",
    [
        "http://cluster.example/v1",
        "https://api.moonshot.ai@evil.example/v1",
        "ftp://x/v1",
        "api.moonshot.ai",
        "",
        "https://x:99999/v1",
    ],
)
def test_endpoints_that_are_not_spoken_to(url: str) -> None:
    with pytest.raises(KimiError) as caught:
        parse(url)
    assert caught.value.reason == "forbidden"


@pytest.mark.parametrize(
    ("environment", "url", "expected"),
    [
        ({"MOONSHOT_API_KEY": "a"}, "https://api.moonshot.ai/v1", "a"),
        ({"KIMI_API_KEY": "b"}, "https://api.moonshot.cn/v1", "b"),
        ({"KIMI_API_KEY": "b"}, "https://other.example/v1", None),
        (
            {"KIMI_API_KEY": "b", "KIMI_BASE_URL": "https://other.example/v1"},
            "https://other.example/v2",
            "b",
        ),
        (
            {"KIMI_API_KEY": "b", "KIMI_BASE_URL": "https://other.example/v1"},
            "https://api.moonshot.ai/v1",
            None,
        ),
        ({}, "https://api.moonshot.ai/v1", None),
    ],
)
def test_keys_belong_to_an_origin(
    environment: dict[str, str], url: str, expected: str | None
) -> None:
    assert environment_key(environment, parse(url)) == expected
