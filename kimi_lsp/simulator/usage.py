"""What a call used, and what of its prompt was in the cache."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

from kimi_lsp.simulator.dialects import Dialect
from kimi_lsp.simulator.tokens import BYTES_A_TOKEN, Segment

MOST_KEYS = 256
MOST_PROMPTS = 16


class PrefixCache:
    """Prompts seen, by ``prompt_cache_key``; a prompt is cached as far as it begins like one."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, deque[list[Segment]]] = OrderedDict()

    def cached(self, key: object, prompt: list[Segment]) -> int:
        """The tokens of a prompt that are in the cache, which then holds all of it."""
        prompts = self._seen.setdefault(str(key), deque(maxlen=MOST_PROMPTS))
        self._seen.move_to_end(str(key))
        if len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)
        found = max((_shared(one, prompt) for one in prompts), default=0)
        prompts.append(prompt)
        return found


def usage(
    dialect: Dialect, prompt: int, cached: int, reasoning: int, content: int
) -> dict[str, Any]:
    """The ``usage`` of an answer, in tokens; members that would be 0 are absent officially."""
    answer = reasoning + content
    counts: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": answer,
        "total_tokens": prompt + answer,
    }
    if dialect.cluster:
        counts["prompt_tokens_details"] = None
        if dialect.name == "sglang":
            counts["reasoning_tokens"] = reasoning
        return counts
    if cached:
        counts["cached_tokens"] = cached
        counts["prompt_tokens_details"] = {"cached_tokens": cached}
    if reasoning:
        counts["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return counts


def _shared(before: list[Segment], now: list[Segment]) -> int:
    tokens = 0
    for old, new in zip(before, now, strict=False):
        if old != new:
            if not (old.media or new.media):
                tokens += _common(old.text, new.text) // BYTES_A_TOKEN
            break
        tokens += new.tokens
    return tokens


def _common(one: str, other: str) -> int:
    """The length of what two texts begin with, found by halves."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
