"""What a person is asked, where they are slow, silent, or asked about two things at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kimi_lsp.session import keys
from kimi_lsp.session.capabilities import Capabilities
from kimi_lsp.session.client import Client
from kimi_lsp.session.keys import Questions
from kimi_lsp.settings import Settings

HERE, THERE = "https://here.example", "https://there.example"


@dataclass
class Editor:
    """A connection whose client answers when it is told to."""

    asked: list[str] = field(default_factory=list)
    answers: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    def notify_client(self, method: str, params: dict[str, Any]) -> None:
        raise AssertionError(method)

    async def request_client(self, method: str, params: dict[str, Any]) -> Any:
        self.asked.append(params.get("origin") or params["actions"][0]["title"])
        answer = await self.answers.get()
        return params["actions"][answer] if isinstance(answer, int) else answer


def questions_of(editor: Editor, *, asks: bool = True) -> Questions:
    session = SimpleNamespace(
        settings=Settings(api_key_requests=asks),
        client=Client(editor, Capabilities()),
        say=lambda key, origin="": f"{key} {origin}",
    )
    return Questions(cast("Any", session))


async def test_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "ANSWER_SECONDS", 0.02)
    editor = Editor()
    questions = questions_of(editor)
    assert await questions.key(HERE, refused=False) is None
    assert not await questions.confirms(HERE)
    editor.answers.put_nowait(0)
    assert await questions.confirms(HERE)
    assert len(editor.asked) == 3


async def test_one_question_at_a_time() -> None:
    editor = Editor()
    questions = questions_of(editor)
    first = asyncio.create_task(questions.confirms(HERE))
    while not editor.asked:
        await asyncio.sleep(0)
    second = asyncio.create_task(questions.key(THERE, refused=False))
    for _ in range(9):
        await asyncio.sleep(0)
    assert editor.asked == [f"confirm.yes {HERE}"]
    editor.answers.put_nowait(0)
    assert await first
    editor.answers.put_nowait({"key": "k"})
    assert await second == "k"
    assert editor.asked == [f"confirm.yes {HERE}", THERE]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"key": "k"}, "k"), ({"key": 3}, None), ("k", None), (["k"], None), ({}, None), (None, None)],
)
async def test_answers_of_every_shape(answer: Any, expected: str | None) -> None:
    editor = Editor()
    editor.answers.put_nowait(answer)
    assert await questions_of(editor).key(HERE, refused=True) == expected
    editor.answers.put_nowait({"title": ["no", "text"]} if answer else answer)
    assert not await questions_of(editor).confirms(HERE)


async def test_a_client_that_does_not_answer_such_requests_gets_none() -> None:
    editor = Editor()
    assert await questions_of(editor, asks=False).key(HERE, refused=False) is None
    assert not editor.asked
