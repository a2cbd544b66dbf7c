"""Conversations: what was asked and answered, in the order that keeps the API's cached prefix."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace

from kimi_lsp.core.model import (
    ChatRequest,
    ContentPart,
    ImagePart,
    Message,
    TextPart,
    VideoPart,
)
from kimi_lsp.core.prompt import THINKING_ROOM
from kimi_lsp.core.tokens import estimated_tokens

KEPT = 20
MOST_BYTES = 64 << 20
"""Of the pictures and videos that all conversations of a session hold together."""

FORGOTTEN = "[A picture stood here that is no longer kept.]"
ANSWER_TOKENS = 4096
QUOTED = 200
"""Characters of an old question that a summary keeps."""

SYSTEM = """\
You answer a programmer's questions about code inside their editor. Say first what was asked for, \
then only what is needed to trust it. Short Markdown; code in fences with its language."""


@dataclass(frozen=True)
class Conversation:
    """``turns`` are a person's message and the answer to it by turns, the last one unanswered.

    Begun without thinking, it stays without: the API wants the reasoning of every turn otherwise.
    ``sources`` are the documents whose text is in it.
    """

    id: str
    thinking: bool
    model: str | None
    turns: tuple[Message, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def bound(self) -> int:
        """The most tokens of an answer."""
        return ANSWER_TOKENS + (THINKING_ROOM if self.thinking else 0)

    def asked(self, message: Message, source: str | None) -> Conversation:
        """The conversation with one more question."""
        sources = self.sources if source is None else (*self.sources, source)
        return replace(self, turns=(*self.turns, message), sources=tuple(dict.fromkeys(sources)))

    def answered(self, text: str) -> Conversation:
        """The conversation with the answer to its last question."""
        return replace(self, turns=(*self.turns, Message("assistant", (TextPart(text),))))

    @property
    def weight(self) -> int:
        """Bytes of its pictures and videos."""
        return sum(_weight(part) for turn in self.turns for part in turn.parts)

    def lighter(self, most: int) -> Conversation:
        """The conversation with its oldest pictures forgotten, down to so many bytes."""
        over, turns = self.weight - most, list[Message]()
        for turn in self.turns:
            kept: list[ContentPart] = []
            for part in turn.parts:
                gone = over > 0 and _weight(part) > 0
                over -= _weight(part) if gone else 0
                kept.append(TextPart(FORGOTTEN) if gone else part)
            turns.append(replace(turn, parts=tuple(kept)))
        return replace(self, turns=tuple(turns))

    def request(self, most: int) -> tuple[ChatRequest, int]:
        """The call for the last question in so many tokens, and how many old turns gave way.

        The code as it was first and the last question stay; between them the oldest turns go, and
        a summary of what they asked, made without a call, takes their place.
        """
        room = most - self.bound - estimated_tokens(SYSTEM)
        turns, left_out = list(self.turns), 0
        while len(turns) > 3 and sum(map(_tokens, turns)) > room:
            del turns[1:3]
            left_out += 1
        if left_out:
            turns[0] = replace(turns[0], parts=(*turns[0].parts, TextPart(self._summary(left_out))))
        request = ChatRequest(
            messages=(Message("system", (TextPart(SYSTEM),)), *turns),
            max_completion_tokens=self.bound,
            thinking=self.thinking,
            model=self.model,
            cache_key=self.id,
        )
        return request, left_out

    def _summary(self, left_out: int) -> str:
        # The first answer and the next question go together, so that roles still take turns.
        gone = self.turns[2 : 2 + 2 * left_out : 2]
        # Code stands before a question, in paragraphs of its own.
        asked = [" ".join(_text(one).rsplit("\n\n", 1)[-1].split())[:QUOTED] for one in gone]
        return "Asked and answered since, left out here:\n" + "\n".join(f"- {one}" for one in asked)


@dataclass
class Conversations:
    """The latest conversations of a session."""

    _kept: dict[str, Conversation] = field(default_factory=dict)

    def begin(self, *, thinking: bool, model: str | None) -> Conversation:
        """A new conversation, which is kept once it has an answer."""
        return Conversation(uuid.uuid4().hex[:12], thinking, model)

    def get(self, name: str) -> Conversation | None:
        """A conversation by its id."""
        return self._kept.get(name)

    def keep(self, conversation: Conversation) -> None:
        """Keep a conversation as it is now; the one that was used longest ago gives way.

        So do the oldest pictures, of those used longest ago first.
        """
        self._kept.pop(conversation.id, None)
        self._kept[conversation.id] = conversation
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        over = sum(one.weight for one in self._kept.values()) - MOST_BYTES
        for name, one in self._kept.items():
            if over <= 0:
                break
            lighter = one.lighter(max(0, one.weight - over))
            over -= one.weight - lighter.weight
            self._kept[name] = lighter


def _text(message: Message) -> str:
    return "\n".join(part.text for part in message.parts if isinstance(part, TextPart))


def _weight(part: ContentPart) -> int:
    match part:
        case TextPart():
            return 0
        case ImagePart():
            return len(part.data_url)
        case VideoPart():
            return len(part.data)


def _tokens(message: Message) -> int:
    pictures = sum(part.tokens for part in message.parts if not isinstance(part, TextPart))
    return estimated_tokens(_text(message)) + pictures
