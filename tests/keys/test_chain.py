"""The order in which keys are looked for, and to whom each belongs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from kimi_lsp.errors import KimiError
from kimi_lsp.keys.chain import Chain, trusted
from kimi_lsp.provider.endpoint import parse
from kimi_lsp.settings import Layer, Source

OFFICIAL = "https://api.moonshot.ai/v1"
OTHER = "https://cluster.example/v1"


@dataclass
class Asked:
    """The person and the keyring, by what they answer; ``calls`` are who was asked what."""

    keys: list[str | None] = field(default_factory=list)
    leave: bool = False
    held: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def confirms(self, origin: str) -> bool:
        self.calls.append(f"leave {origin}")
        return self.leave

    async def key(self, origin: str, *, refused: bool, quiet: bool = False) -> str | None:
        self.calls.append(f"{'anew' if refused else 'key'} {origin}")
        if self.hold:
            await self.hold.wait()
        return self.keys.pop(0) if self.keys else None

    async def ring(self, origin: str) -> str | None:
        self.calls.append(f"ring {origin}")
        return self.held.get(origin)

    def chain(self, environment: dict[str, str], *named: str) -> Chain:
        base = [Layer(Source.CONFIG_FILE, {"baseUrl": one}) for one in named]
        return Chain(environment, trusted(base), self, self.ring)


ENVIRONMENT = {"MOONSHOT_API_KEY": "env"}
MINE = {"KIMI_API_KEY": "env", "KIMI_BASE_URL": OTHER}
KEPT = {"https://api.moonshot.ai": "kept", "https://cluster.example": "kept"}


@pytest.mark.parametrize(
    ("environment", "url", "answers", "first", "after_none", "after_it", "calls"),
    [
        # first, the key that is sent; then, the one after it or none was refused
        (ENVIRONMENT, OFFICIAL, ["new"], "env", None, "new", "anew"),
        (ENVIRONMENT, "https://api.moonshot.cn/v1", [], "env", None, None, "anew"),
        (MINE, OTHER, ["new"], "env", None, "new", "anew"),
        (MINE, OTHER, ["env"], "env", None, None, "anew"),
        (MINE, OFFICIAL, ["given"], "given", None, None, "key anew"),
        ({}, OFFICIAL, ["given", "new"], "given", None, "new", "key anew"),
        ({}, OFFICIAL, [None, "new"], "kept", None, "new", "key ring anew"),
        (ENVIRONMENT, OTHER, ["given", "new"], None, "given", "new", "key anew"),
        ({}, OTHER, [None, None], None, "kept", None, "key ring anew"),
    ],
)
async def test_order(
    environment: dict[str, str],
    url: str,
    answers: list[str | None],
    first: str | None,
    after_none: str | None,
    after_it: str | None,
    calls: str,
) -> None:
    asked = Asked(answers, held=dict(KEPT))
    keys = asked.chain(environment, OTHER).of(parse(url))
    assert keys.ready is (first == "env" or url == OTHER)
    sent = await keys.key()
    assert sent == first
    if sent is None:
        sent = await keys.another(None)
        assert sent == after_none
    assert sent is not None
    assert await keys.key() == sent
    assert await keys.another(sent) == after_it
    if after_it:
        assert await keys.key() == after_it
        assert await keys.another(sent) == after_it
    assert [one.split()[0] for one in asked.calls] == calls.split()
    assert {one.split()[1] for one in asked.calls} == {parse(url).name}


@pytest.mark.parametrize(
    ("url", "leave", "calls"),
    [
        (OTHER, True, ["leave https://cluster.example"]),
        (OTHER, False, ["leave https://cluster.example"]),
        ("https://named.example/other/path", False, []),
        ("https://named.example:444/v1", False, ["leave https://named.example:444"]),
        ("http://localhost:8000/v1", False, ["leave http://localhost:8000"]),
        ("https://api.moonshot.cn/anthropic", False, ["key https://api.moonshot.cn"]),
        ("https://api.moonshot.cn:444/v1", False, ["leave https://api.moonshot.cn:444"]),
    ],
)
async def test_leave(url: str, leave: bool, calls: list[str]) -> None:
    asked = Asked(leave=leave)
    keys = asked.chain({}, "https://named.example/v1", "no address").of(parse(url))
    if calls and calls[0].startswith("leave") and not leave:
        with pytest.raises(KimiError) as caught:
            await keys.key()
        assert caught.value.reason == "forbidden"
        assert parse(url).name in str(caught.value)
    else:
        assert await keys.key() is None
    assert [one for one in asked.calls if not one.startswith("ring")] == calls


async def test_many_wait_for_one_answer_and_leave_without_stopping_it() -> None:
    asked = Asked(["given"], hold=asyncio.Event())
    chain = asked.chain({})
    waiting = [asyncio.create_task(chain.of(parse(OFFICIAL)).key()) for _ in range(3)]
    while not asked.calls:
        await asyncio.sleep(0)
    waiting[0].cancel()
    assert isinstance(
        (await asyncio.gather(waiting[0], return_exceptions=True))[0], asyncio.CancelledError
    )
    assert asked.hold
    asked.hold.set()
    assert await asyncio.gather(*waiting[1:]) == ["given", "given"]
    assert await chain.of(parse(OFFICIAL)).key() == "given"
    assert len(asked.calls) == 1


@pytest.mark.parametrize("key", ["two words", "a\nb", "schlüssel", "\x00"])
async def test_what_is_no_key_is_not_sent(key: str) -> None:
    keys = Asked([key]).chain({}).of(parse(OFFICIAL))
    with pytest.raises(KimiError) as caught:
        await keys.key()
    assert caught.value.reason == "unauthorized"
    assert key not in str(caught.value)


async def test_an_empty_answer_is_none() -> None:
    asked = Asked(["  \n"], held={"https://api.moonshot.ai": " kept\n"})
    assert await asked.chain({}).of(parse(OFFICIAL)).key() == "kept"
