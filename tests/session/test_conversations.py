"""Conversations that are kept: the latest, and no more of their pictures than there is room for."""

from __future__ import annotations

import pytest

from kimi_lsp.core.model import ContentPart, ImagePart, Message, TextPart, VideoPart
from kimi_lsp.session import conversations
from kimi_lsp.session.conversations import FORGOTTEN, Conversation, Conversations

MOST = 1000


def shown(conversation: Conversation | None) -> str:
    """Its questions, a letter for each part: picture, video, gone, text."""
    assert conversation is not None
    letters: dict[ContentPart, str] = {TextPart(FORGOTTEN): "g"}
    kinds = {ImagePart: "p", VideoPart: "v", TextPart: "t"}
    asked = (turn for turn in conversation.turns if turn.role == "user")
    parts = ("".join(letters.get(one, kinds[type(one)]) for one in turn.parts) for turn in asked)
    return " ".join(parts)


def question(*sizes: int, video: int = 0) -> Message:
    pictures = tuple(ImagePart("x" * size) for size in sizes)
    videos = (VideoPart("video/mp4", b"x" * video, 1),) if video else ()
    return Message("user", (*pictures, *videos, TextPart("why?")))


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        # Each is a conversation of its own, in the order they are kept.
        ([[question(400), question(400)]], ["pt pt"]),
        ([[question(400), question(400), question(400)]], ["gt pt pt"]),
        ([[question(600, 600)]], ["gpt"]),
        ([[question(2000)]], ["gt"]),
        ([[question(400), question()], [question(400)], [question(400)]], ["gt t", "pt", "pt"]),
        ([[question(200)], [question(900)], [question(900)]], ["gt", "gt", "pt"]),
        ([[question(300, video=600)], [question(300)]], ["gvt", "pt"]),
        ([[question(300, video=900)], [question(500)]], ["ggt", "pt"]),
    ],
)
def test_pictures_give_way(
    asked: list[list[Message]], kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "MOST_BYTES", MOST)
    every = Conversations()
    names: list[str] = []
    for questions in asked:
        one = every.begin(thinking=False, model=None)
        for message in questions:
            one = (every.get(one.id) or one).asked(message, None).answered("So.")
            every.keep(one)
        names.append(one.id)
    assert [shown(every.get(name)) for name in names] == kept
