"""An answer as it grows: what each chunk of a stream says, wherever an endpoint may put it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kimi_lsp.core.model import ReasoningDelta, StreamEvent, Usage
from kimi_lsp.provider.events import malformed
from kimi_lsp.provider.thoughts import Sorter


class ReplyError(Exception):
    """The endpoint sent an error in place of the rest: ``body`` is its event."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__("an error in the stream")
        self.body = body


class Reply:
    """What came of one answer; ``finish`` is how it ended, empty where it did not."""

    def __init__(self, *, unmarked_reasoning: bool = False) -> None:
        self.finish = ""
        self._sorter = Sorter(unmarked=unmarked_reasoning)
        self._halves = {"reasoning": "", "content": ""}
        self._usage: Mapping[str, Any] = {}
        self._choice_usage: Mapping[str, Any] = {}
        self._characters = 0
        self._thoughts = 0

    @property
    def size(self) -> int:
        """The characters that came, reasoning included; it grows with every token."""
        return self._characters + self._thoughts

    def take(self, chunk: Mapping[str, Any]) -> list[StreamEvent]:
        """What a chunk adds. Raises ``ReplyError``, and ``KimiError`` for what cannot be read."""
        if chunk.get("error") or chunk.get("object") == "error":
            raise ReplyError(chunk)
        usage = chunk.get("usage")
        if isinstance(usage, Mapping):
            self._usage = usage
        choices = chunk.get("choices")
        if not choices:
            return []
        if not isinstance(choices, list):
            raise malformed()
        events: list[StreamEvent] = []
        for choice in choices:
            if not isinstance(choice, Mapping):
                raise malformed()
            if not choice.get("index"):
                self._choice(choice, events)
        return events

    def end(self) -> list[StreamEvent]:
        """What was held back. Raises ``KimiError`` where half a character was."""
        if any(self._halves.values()):
            raise malformed()
        return [*self._sorter.end()]

    def usage(self, prompt_tokens: int) -> Usage:
        """The tokens that the endpoint counted; where it did not, an estimate of them."""
        raw = self._usage or self._choice_usage
        if not raw:
            return Usage(
                prompt_tokens=prompt_tokens,
                completion_tokens=self.size // 4 + 1,
                reasoning_tokens=self._thoughts // 4,
                requests=1,
            )
        prompt, details = raw.get("prompt_tokens_details"), raw.get("completion_tokens_details")
        inner = prompt.get("cached_tokens") if isinstance(prompt, Mapping) else None
        thoughts = details.get("reasoning_tokens") if isinstance(details, Mapping) else None
        return Usage(
            prompt_tokens=_count(raw.get("prompt_tokens")),
            cached_tokens=_count(raw.get("cached_tokens")) or _count(inner),
            completion_tokens=_count(raw.get("completion_tokens")),
            reasoning_tokens=_count(thoughts) or _count(raw.get("reasoning_tokens")),
            requests=1,
        )

    def _choice(self, choice: Mapping[str, Any], events: list[StreamEvent]) -> None:
        delta = choice.get("delta")
        if isinstance(delta, Mapping):
            thought = delta.get("reasoning_content") or delta.get("reasoning")
            if not thought and "reasoning_details" in delta:
                thought = _details(delta["reasoning_details"])
            if thought:
                self._sorter.separate()
                text = self._sound("reasoning", thought)
                if text:
                    self._thoughts += len(text)
                    events.append(ReasoningDelta(text))
            content = delta.get("content")
            if content:
                text = self._sound("content", content)
                if text:
                    self._characters += len(text)
                    events += self._sorter.sort(text)
        elif delta is not None:
            raise malformed()
        usage = choice.get("usage")
        if isinstance(usage, Mapping):
            self._choice_usage = usage
        finish = choice.get("finish_reason")
        if finish:
            self.finish = str(finish)

    def _sound(self, where: str, text: object) -> str:
        """A piece of text without half a character, whose other half is in the next piece."""
        if not isinstance(text, str):
            raise malformed()
        half = self._halves[where]
        if text.isascii() and not half:
            return text
        text = half + text
        self._halves[where] = ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._halves[where] = text[:-1], text[-1]
        try:
            text.encode()
        except UnicodeEncodeError:
            try:
                text = text.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                raise malformed() from None
        return text


def _details(details: object) -> str:
    """The reasoning of OpenRouter's list, whose parts may be summaries or encrypted."""
    if not isinstance(details, list):
        return ""
    parts = [one.get("text") or one.get("summary") for one in details if isinstance(one, Mapping)]
    return "".join(part for part in parts if isinstance(part, str))


def _count(value: object) -> int:
    """A number of tokens, 0 where it is none."""
    if isinstance(value, int | float) and 0 <= value < 1 << 40:
        return int(value)
    return 0
