"""Which answers are given again, and which give way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.actions.turn import Answer
from kimi_lsp.core.model import ChatRequest, ImagePart, Message, TextPart, Usage
from kimi_lsp.session.cache import MOST, MOST_BYTES, SECONDS, Cache

ANSWER = Answer("It adds.", "kimi-k2.5", Usage(10, 0, 5, 0, 1, 0.01))
AGAIN = replace(ANSWER, usage=Usage())
PICTURE = ImagePart("data:image/png;base64,AAAA")


def user(*parts: TextPart | ImagePart) -> Message:
    return Message("user", parts)


def asked(text: str) -> ChatRequest:
    return ChatRequest((Message("system", (TextPart("Explain."),)), user(TextPart(text))), 2048)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def begin() -> tuple[Clock, Cache]:
    clock = Clock()
    return clock, Cache(clock)


def test_the_same_question_is_answered_again_and_takes_nothing() -> None:
    _, cache = begin()
    assert cache.get(asked("a")) is None
    cache.put(asked("a"), ANSWER)
    assert cache.get(asked("a")) == AGAIN
    assert cache.get(asked("a")) == AGAIN


ASKED = ChatRequest((user(PICTURE, TextPart("a"), TextPart("b")),), 2048, model="kimi-k2.5")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(ASKED), True),
        (replace(ASKED, cache_key="other"), True),
        (replace(ASKED, thinking=True), False),
        (replace(ASKED, max_completion_tokens=2049), False),
        (replace(ASKED, model="kimi-k2.6"), False),
        (replace(ASKED, model=None), False),
        (replace(ASKED, model="None"), False),
        (replace(ASKED, messages=()), False),
        (replace(ASKED, messages=ASKED.messages * 2), False),
        (replace(ASKED, messages=(Message("system", ASKED.messages[0].parts),)), False),
        (replace(ASKED, messages=(user(PICTURE, TextPart("b"), TextPart("a")),)), False),
        (replace(ASKED, messages=(user(PICTURE, TextPart("ab")),)), False),
        (replace(ASKED, messages=(user(PICTURE, TextPart("ab"), TextPart("")),)), False),
        (replace(ASKED, messages=(user(TextPart("a"), TextPart("b")),)), False),
        (
            replace(ASKED, messages=(user(PICTURE), user(TextPart("a"), TextPart("b")))),
            False,
        ),
        (
            replace(
                ASKED, messages=(user(TextPart(PICTURE.data_url), TextPart("a"), TextPart("b")),)
            ),
            False,
        ),
        (
            replace(
                ASKED,
                messages=(
                    user(ImagePart("data:image/png;base64,AAAB"), TextPart("a"), TextPart("b")),
                ),
            ),
            False,
        ),
    ],
)
def test_what_decides_an_answer(other: ChatRequest, *, same: bool) -> None:
    _, cache = begin()
    cache.put(ASKED, ANSWER)
    assert cache.get(other) == (AGAIN if same else None)


PARTS = st.builds(TextPart, st.text(max_size=4)) | st.builds(ImagePart, st.text(max_size=4))
ROLES = st.sampled_from(["system", "user", "assistant"])
REQUESTS = st.builds(
    ChatRequest,
    st.lists(st.builds(Message, ROLES, st.lists(PARTS, max_size=3).map(tuple)), max_size=3).map(
        tuple
    ),
    st.integers(1, 3),
    st.booleans(),
    st.none() | st.text(max_size=2),
)


@given(REQUESTS, REQUESTS)
def test_only_the_same_request_has_the_answer(one: ChatRequest, other: ChatRequest) -> None:
    _, cache = begin()
    cache.put(one, ANSWER)
    assert cache.get(other) == (AGAIN if one == other else None)


def test_text_that_is_no_unicode_is_kept() -> None:
    _, cache = begin()
    answer = replace(AGAIN, text="\udc80")
    cache.put(asked("\ud800"), answer)
    assert cache.get(asked("\ud800")) == answer


def test_the_answer_asked_for_longest_ago_gives_way() -> None:
    _, cache = begin()
    for number in range(MOST):
        cache.put(asked(str(number)), ANSWER)
    assert cache.get(asked("0")) == AGAIN
    cache.put(asked("new"), ANSWER)
    assert cache.get(asked("1")) is None
    assert all(cache.get(asked(name)) for name in ("0", "2", str(MOST - 1), "new"))


def test_answers_give_way_to_their_bytes() -> None:
    _, cache = begin()
    half = replace(AGAIN, text="é" * (MOST_BYTES // 4))
    for name in ("a", "b"):
        cache.put(asked(name), half)
    assert cache.get(asked("a")) == half
    cache.put(asked("c"), replace(AGAIN, text="x"))
    assert [name for name in "abc" if cache.get(asked(name))] == ["a", "c"]


def test_an_answer_in_place_of_another_counts_once() -> None:
    _, cache = begin()
    most = replace(AGAIN, text="x" * MOST_BYTES)
    for _ in range(3):
        cache.put(asked("a"), most)
        assert cache.get(asked("a")) == most
    cache.put(asked("a"), ANSWER)
    cache.put(asked("b"), replace(AGAIN, text="x" * (MOST_BYTES - len(ANSWER.text))))
    assert cache.get(asked("a")) == AGAIN


def test_an_answer_too_long_to_keep_drives_nothing_out() -> None:
    _, cache = begin()
    cache.put(asked("a"), ANSWER)
    cache.put(asked("b"), ANSWER)
    cache.put(asked("b"), replace(ANSWER, text="x" * (MOST_BYTES + 1)))
    assert cache.get(asked("a")) == AGAIN
    # What it was to replace is no longer the answer.
    assert cache.get(asked("b")) is None


def test_an_answer_is_given_for_an_hour_however_often_it_is_asked_for() -> None:
    clock, cache = begin()
    cache.put(asked("a"), ANSWER)
    clock.now += SECONDS - 1
    assert cache.get(asked("a")) == AGAIN
    clock.now += 1
    assert cache.get(asked("a")) is None


def test_old_answers_give_way_first() -> None:
    clock, cache = begin()
    cache.put(asked("old"), replace(AGAIN, text="x" * (MOST_BYTES - 20)))
    clock.now += SECONDS / 2
    cache.put(asked("young"), replace(AGAIN, text="y" * 20))
    cache.get(asked("old"))
    clock.now += SECONDS / 2
    cache.put(asked("new"), replace(AGAIN, text="z" * 100))
    assert [name for name in ("old", "young", "new") if cache.get(asked(name))] == ["young", "new"]


def test_clear() -> None:
    _, cache = begin()
    cache.put(asked("a"), replace(AGAIN, text="x" * MOST_BYTES))
    cache.clear()
    assert cache.get(asked("a")) is None
    cache.put(asked("b"), ANSWER)
    cache.put(asked("c"), ANSWER)
    assert cache.get(asked("b")) == AGAIN
