"""Where anything is sent at all: what is confirmed first, and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Kimi
from tests.e2e.desk import DONE, FORBIDDEN, RIGHT, Desk, Listener, keys_of, sent
from tests.e2e.desk import desk as desk  # a fixture


@pytest.fixture
def kimi() -> Iterator[Kimi]:
    """An endpoint that takes whatever comes, as one's own cluster does."""
    kimi = Kimi("--dialect", "vllm")
    kimi.say(reply={"content": "It squares."})
    yield kimi
    kimi.close()


LEAVE = {
    # what the person answers to each question, how each job ends, and how many questions there are
    "yes": (["yes"], [DONE, DONE], 1),
    "no": (["no"], [FORBIDDEN, FORBIDDEN], 1),
    "put away": ([None, "yes"], [FORBIDDEN, DONE], 2),
    "not known to the client": ([..., ...], [FORBIDDEN, FORBIDDEN], 2),
}


@pytest.mark.parametrize("name", LEAVE)
def test_an_endpoint_of_the_editors_is_confirmed(name: str, kimi: Kimi, desk: Desk) -> None:
    answers, ends, questions = LEAVE[name]
    desk.leave = list(answers)
    desk.start({"KIMI_API_KEY": RIGHT, "MOONSHOT_API_KEY": RIGHT}, {"baseUrl": kimi.url})
    assert [desk.job() for _ in ends] == ends
    assert len(desk.questions) == questions
    assert all(kimi.url.removesuffix("/v1") in one["message"] for one in desk.questions)
    assert set(keys_of(kimi)) == ({None} if DONE in ends else set())
    assert "canary" not in desk.outputs()


def test_one_question_though_several_jobs_wait(kimi: Kimi, desk: Desk) -> None:
    desk.start({}, {"baseUrl": kimi.url})
    jobs = [desk.begin() for _ in range(3)]
    desk.client.wait_for_question()
    desk.wait_for_person(jobs=3)
    assert sent(kimi) == []
    desk.client.answer_open(None)
    assert [desk.end(one) for one in jobs] == [FORBIDDEN] * 3
    assert len(desk.questions) == 1
    assert sent(kimi) == []


@pytest.mark.parametrize("where", ["environment", "config file"])
def test_an_endpoint_named_outside_the_editor_is_not_asked_about(
    where: str, kimi: Kimi, desk: Desk
) -> None:
    environment = {"KIMI_BASE_URL": kimi.url} if where == "environment" else {}
    if where == "config file":
        (desk.folder / "config.toml").write_text(f'baseUrl = "{kimi.url}/"\n', "utf-8")
        environment["KIMI_API_KEY"] = RIGHT
    desk.start(environment, {"baseUrl": kimi.url.replace("/v1", "/v1/")})
    assert desk.job() == DONE
    assert not desk.questions
    assert keys_of(kimi) == [None]


HOSTILE: dict[str, tuple[str, str]] = {
    # an address, and the name it is asked about by, if it is one that may be asked about at all
    "userinfo": ("https://api.moonshot.ai@127.0.0.1:{port}/v1", ""),
    "userinfo and a password": ("http://api.moonshot.ai:443@127.0.0.1:{port}/v1", ""),
    "a backslash": ("http://127.0.0.1:{port}\\@api.moonshot.ai/v1", ""),
    "an escaped dot": ("https://api.moonshot.ai%2e127.0.0.1:{port}/v1", ""),
    "another script": ("https://api.moonshot.\u0430i:{port}/v1", ""),
    "wide letters": ("http://\uff11\uff12\uff17.0.0.1:{port}/v1", ""),
    "a decimal host": ("http://2130706433:{port}/v1", ""),
    "a hexadecimal host": (" HTTP://0x7f000001:{port}/v1 ", ""),
    "all interfaces": ("http://0.0.0.0:{port}/v1", ""),
    "plain text to a name": ("http://api.moonshot.ai:{port}/v1", ""),
    "plain text to what begins like this machine": ("http://localhost.evil.example:{port}/", ""),
    "a fragment": ("http://127.0.0.1:{port}/v1#https://api.moonshot.ai", ""),
    "no scheme": ("//127.0.0.1:{port}/v1", ""),
    "a file": ("file://127.0.0.1:{port}/v1", ""),
    "nothing": ("", ""),
    "this machine": ("http://127.0.0.1:{port}/v1", "http://127.0.0.1:{port}"),
    "a final dot": ("http://localhost.:{port}/v1", "http://localhost:{port}"),
    "another port": ("https://api.moonshot.ai:{port}/v1", "https://api.moonshot.ai:{port}"),
    "a look-alike": (
        "https://api.moonshot.ai.evil.example:{port}",
        "https://api.moonshot.ai.evil.example:{port}",
    ),
    "a line break": (
        "https://api.moonshot.ai\n.evil.example:{port}/v1",
        "https://api.moonshot.ai.evil.example:{port}",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_goes_to_an_address_that_deceives(name: str, desk: Desk) -> None:
    evil = Listener()
    try:
        desk.leave, desk.keys = [None], [RIGHT]
        address, asked = (one.format(port=evil.port) for one in HOSTILE[name])
        environment = {"KIMI_API_KEY": RIGHT, "MOONSHOT_API_KEY": RIGHT}
        held = {"https://api.moonshot.ai": RIGHT}
        desk.start(environment, {"baseUrl": address, "apiKeyRequests": True}, **held)
        assert desk.job() == FORBIDDEN
        assert bytes(evil.heard) == b""
        assert not desk.asked
        assert [one["actions"][0]["title"] for one in desk.questions] == (
            [f"Send to {asked}"] if asked else []
        )
        assert "canary" not in desk.outputs()
    finally:
        evil.close()


def test_a_redirect_takes_neither_key_nor_code_along(desk: Desk) -> None:
    evil = Listener()
    host = Listener(f"http://127.0.0.1:{evil.port}/v1/models")
    try:
        url = f"http://127.0.0.1:{host.port}/v1"
        desk.start({"KIMI_BASE_URL": url, "KIMI_API_KEY": RIGHT}, {})
        assert desk.job() == ("failed", "protocol")
        assert RIGHT.encode() in host.heard
        assert bytes(evil.heard) == b""
    finally:
        host.close()
        evil.close()
