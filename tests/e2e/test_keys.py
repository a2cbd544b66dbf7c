"""Which key is sent, seen from the wire: what the editor is asked, and what reaches an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.conftest import Kimi
from tests.e2e.desk import DONE, OTHER, REFUSED, RIGHT, WRONG, Desk, Said, keys_of, sent
from tests.e2e.desk import desk as desk  # a fixture
from tests.keys import backend


@pytest.fixture
def locked() -> Iterator[Kimi]:
    """An endpoint that takes one key."""
    kimi = Kimi("--key", RIGHT)
    kimi.say(reply={"content": "It squares."})
    yield kimi
    kimi.close()


@dataclass(frozen=True)
class Case:
    """One job at an endpoint that takes ``RIGHT`` and that the environment names.

    ``held`` is in the keyring for it; ``asks`` is what the editor was asked: for another key, or
    for the first.
    """

    state: tuple[str, str | None]
    keys: Said
    asks: list[bool]
    environment: str | None = None
    answers: tuple[Any, ...] | None = None
    held: str | None = None
    fault: str = ""


CASES = {
    "the environment's": Case(DONE, [RIGHT], [], RIGHT, (OTHER,), OTHER),
    "the editor's": Case(DONE, [None, RIGHT], [False], None, (RIGHT,), OTHER),
    "the keyring's": Case(DONE, [None, RIGHT], [], None, None, RIGHT),
    "the keyring's, the editor has none": Case(DONE, [None, RIGHT], [False], None, (None,), RIGHT),
    "the keyring's, the editor does not know the question": Case(
        DONE, [None, RIGHT], [False], None, (...,), RIGHT
    ),
    "none": Case(REFUSED, [None], [False], None, (None,), None),
    "none, and nobody to ask": Case(REFUSED, [None], [], None, None, None),
    "wrong in the environment, asked anew": Case(DONE, [WRONG, RIGHT], [True], WRONG, (RIGHT,)),
    "wrong in the environment, nobody to ask": Case(REFUSED, [WRONG], [], WRONG, None, RIGHT),
    "wrong in the environment, and the same again": Case(REFUSED, [WRONG], [True], WRONG, (WRONG,)),
    "wrong in the environment, and another wrong": Case(
        REFUSED, [WRONG, OTHER], [True], WRONG, (OTHER, RIGHT)
    ),
    "wrong from the editor": Case(REFUSED, [None, WRONG], [False], None, (WRONG, RIGHT), RIGHT),
    "no key at all, by its shape": Case(REFUSED, [None], [False], None, ("two words",), RIGHT),
    "the keyring is locked": Case(REFUSED, [None], [], None, None, RIGHT, "locked"),
    "the keyring is broken": Case(REFUSED, [None], [], None, None, RIGHT, "broken"),
}


@pytest.mark.parametrize("name", CASES)
def test_which_key_is_sent(name: str, locked: Kimi, desk: Desk) -> None:
    case = CASES[name]
    environment = {"KIMI_BASE_URL": locked.url, backend.FAULT: case.fault}
    if case.environment:
        environment["KIMI_API_KEY"] = case.environment
    origin = locked.url.removesuffix("/v1")
    desk.keys = list(case.answers or ())
    options = {"apiKeyRequests": True} if case.answers is not None else {}
    desk.start(environment, options, **({origin: case.held} if case.held else {}))
    assert desk.job() == case.state
    assert keys_of(locked) == case.keys
    assert desk.asked == [{"origin": origin, **({"refused": True} if a else {})} for a in case.asks]
    assert not desk.questions
    assert "canary" not in desk.outputs()
    if case.fault:
        assert "keyring" in desk.outputs()


def test_a_key_is_asked_for_once_a_session(locked: Kimi, desk: Desk) -> None:
    desk.keys = [RIGHT]
    desk.start({"KIMI_BASE_URL": locked.url}, {"apiKeyRequests": True})
    jobs = [desk.begin() for _ in range(3)]
    assert [desk.end(one) for one in jobs] == [DONE] * 3
    assert desk.job() == DONE
    assert len(desk.asked) == 1


def test_a_new_key_is_asked_for_after_one_that_was_wrong(locked: Kimi, desk: Desk) -> None:
    desk.keys = [WRONG, RIGHT]
    desk.start({"KIMI_BASE_URL": locked.url}, {"apiKeyRequests": True})
    assert [desk.job(), desk.job()] == [REFUSED, DONE]
    assert [one.get("refused", False) for one in desk.asked] == [False, True]


def test_a_person_who_types_blocks_nothing(locked: Kimi, desk: Desk) -> None:
    """The question stays open when its job is stopped, and its answer is not lost."""
    desk.start({"KIMI_BASE_URL": locked.url}, {"apiKeyRequests": True})
    first, second = desk.begin(), desk.begin()
    desk.client.wait_for_question()
    desk.client.notify("$/cancelRequest", {"id": first})
    assert desk.client.wait(first)["error"]["code"] == -32800
    assert desk.running()
    desk.client.answer_open({"key": RIGHT})
    assert desk.end(second) == DONE
    assert desk.job() == DONE
    assert len(desk.asked) == 1


def test_a_keyring_that_hangs_blocks_nothing(locked: Kimi, desk: Desk) -> None:
    desk.start({"KIMI_BASE_URL": locked.url, backend.FAULT: "hangs"}, {})
    job = desk.begin()
    while len(sent(locked)) < 1:
        assert desk.running()
    desk.client.notify("$/cancelRequest", {"id": job})
    assert desk.client.wait(job)["error"]["code"] == -32800


def test_without_a_key_nothing_goes_to_the_official_host(desk: Desk) -> None:
    desk.keys = [None]
    desk.start({}, {"apiKeyRequests": True})
    assert desk.job() == ("failed", "no_key")
    assert desk.asked == [{"origin": "https://api.moonshot.ai"}]
    shown = desk.outputs()
    assert shown.index("Ask again") < shown.index("kimi-lsp login"), "the editor asks for it"
    assert all(way in shown for way in ("MOONSHOT_API_KEY", "kimi-lsp login", "the editor"))


@pytest.mark.parametrize(
    "options",
    [
        {"apiKey": RIGHT},
        {"api_key": RIGHT, "token": RIGHT},
        {"moonshot": {"apiKey": RIGHT}},
        {"budget": {"secret": RIGHT}},
        {"headers": {"Authorization": f"Bearer {RIGHT}"}},
        {"provider": ["sk-canary-12345678"]},
    ],
)
def test_a_key_among_the_settings_is_not_read(options: Any, desk: Desk) -> None:
    desk.start({}, options)
    assert desk.job() == ("failed", "no_key")
    shown = [
        one["params"]["message"]
        for one in desk.client.seen
        if one.get("method") == "window/showMessage"
    ]
    assert len(shown) == 1
    assert all(word in shown[0] for word in ("Replace", "kimi-lsp login", "MOONSHOT_API_KEY"))
    assert "canary" not in desk.outputs()


def test_new_settings_let_running_jobs_end(desk: Desk) -> None:
    kimi = Kimi("--dialect", "vllm", "--models", "kimi-k2.5,other")
    kimi.say(match={"model": "kimi-k2.5"}, reply={"content": "slow " * 20, "delay": 0.05})
    kimi.say(reply={"content": "It squares."})
    try:
        desk.start({"KIMI_BASE_URL": kimi.url}, {})
        first = desk.begin()
        while not kimi.chats():
            desk.running()
        settings = {"settings": {"kimi": {"model": "other"}}}
        desk.client.notify("workspace/didChangeConfiguration", settings)
        assert desk.job() == DONE
        assert desk.end(first) == DONE
        assert [one["body"]["model"] for one in kimi.chats()] == ["kimi-k2.5", "other"]
    finally:
        kimi.close()
