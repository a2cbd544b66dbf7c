"""How many tokens a prompt comes to, and what an endpoint's own counts teach about it.

Hosts count pictures in different ways: by the model's own formula, four times that, or a flat
thousand. So the formula is the first guess, and what a host then reports corrects it.
"""

from __future__ import annotations

import math

from kimi_lsp.core.model import ChatRequest, TextPart
from kimi_lsp.provider.lent import videos

BYTES_OF_A_TOKEN = 3
"""Three characters of code, or one beyond ASCII: rather too many tokens than too few."""

FEWEST_TOKENS = 6
"""Bytes of a token at the most; a text has no fewer tokens than by this."""

LEAST, MOST = 0.1, 10.0
"""Bounds of what may be learnt: a count beyond them is no count of pictures."""


class Reckoning:
    """The counts of one endpoint. ``factor`` is its tokens for one of the model's."""

    def __init__(self) -> None:
        self.factor = 1.0

    def tokens(self, request: ChatRequest) -> int:
        """The tokens of a prompt, rather too many."""
        return _bytes(request) // BYTES_OF_A_TOKEN + math.ceil(_pictures(request) * self.factor)

    def learn(self, request: ChatRequest, reported: int) -> None:
        """Take an endpoint's count of a whole prompt.

        How many tokens the text has is known roughly only; the factor changes no more than is
        needed for the count to be possible.
        """
        pictures, text = _pictures(request), _bytes(request)
        # Of a video only the most is known that it may come to.
        if not pictures or reported <= 0 or videos(request):
            return
        # Less one, so that an estimate of ours that comes back teaches nothing.
        fewest = (reported - text // BYTES_OF_A_TOKEN - 1) / pictures
        most = (reported - text / FEWEST_TOKENS) / pictures
        nearest = min(max(self.factor, fewest), most)
        if LEAST <= nearest <= MOST:
            self.factor = nearest


def _bytes(request: ChatRequest) -> int:
    return sum(
        len(part.text.encode("utf-8", "surrogatepass"))
        for message in request.messages
        for part in message.parts
        if isinstance(part, TextPart)
    )


def _pictures(request: ChatRequest) -> int:
    return sum(
        part.tokens
        for message in request.messages
        for part in message.parts
        if not isinstance(part, TextPart)
    )
