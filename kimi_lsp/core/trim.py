"""Making a prompt fit its bound: what is least useful goes first, by whole lines.

Nothing is written into a text in place of what went, since a model copies what it sees. Which lines
went is told apart, so that the prompt says it in words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kimi_lsp.core.context import Excerpt
from kimi_lsp.core.text import split_lines
from kimi_lsp.core.tokens import estimated_tokens


@dataclass(frozen=True)
class Piece:
    """A part of a prompt.

    Rank 0 must stay as it is. Of the others the greatest rank goes first, and of one rank the last
    piece. ``centre`` names the lines of the text, from 0, that matter most: those farthest from
    them go first. Its first line keeps the beginning and its last one the end; without a centre
    all of a piece is kept or nothing. ``first`` is the number, from 0, that the text's first line
    has in its document.
    """

    text: str
    rank: int = 0
    centre: Excerpt | None = None
    first: int = 0


@dataclass(frozen=True)
class Kept:
    """What is left of a piece, and which lines of its document are not."""

    text: str
    left_out: tuple[Excerpt, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """What is left of each piece, in their order, and the tokens of all of it, as estimated.

    Where it does not fit, it is what must stay and nothing else.
    """

    fits: bool
    tokens: int
    kept: tuple[Kept, ...]


def fit(pieces: Sequence[Piece], bound: int) -> Fitted:
    """The pieces in at most ``bound`` tokens, without what the caller puts between them.

    Nothing is kept where something of more use went, so that a greater bound keeps all that a
    smaller one does.
    """
    room = bound - sum(_tokens(piece.text) for piece in pieces if not piece.rank)
    fits, room = room >= 0, max(room, 0)
    kept: dict[int, Kept] = {}
    for number in sorted(range(len(pieces)), key=lambda number: pieces[number].rank):
        piece = pieces[number]
        if not piece.rank:
            kept[number] = Kept(piece.text)
            continue
        kept[number] = _most_useful(piece, room)
        whole = not kept[number].left_out
        room = room - _tokens(piece.text) if whole else 0
    tokens = sum(_tokens(one.text) for one in kept.values())
    return Fitted(fits, tokens, tuple(kept[number] for number in range(len(pieces))))


def _most_useful(piece: Piece, room: int) -> Kept:
    lines = split_lines(piece.text)
    sizes = range(len(lines) + 1) if piece.centre else (0, len(lines))

    def part(size: int) -> Excerpt:
        return _around(piece.centre or Excerpt(0, 0), size, len(lines))

    most = bisect_right(sizes, room, key=lambda size: _tokens(part(size).text(lines))) - 1
    kept = part(sizes[most])
    above = Excerpt(piece.first, piece.first + kept.first - 1)
    below = Excerpt(piece.first + kept.last + 1, piece.first + len(lines) - 1)
    left_out = tuple(one for one in (above, below) if one.first <= one.last)
    return Kept(kept.text(lines), left_out)


def _around(centre: Excerpt, size: int, count: int) -> Excerpt:
    """So many of ``count`` lines: those of the centre, then those above and below by turns."""
    if not size:
        return Excerpt(0, -1)
    first = min(max(centre.first, 0), count - 1)
    last = min(max(centre.last, first), count - 1)
    rest = size - (last - first + 1)
    if rest <= 0:
        return Excerpt(first, first + size - 1)
    # One side goes on alone where the other has no more lines.
    beneath = count - 1 - last
    above = min(first, max((rest + 1) // 2, rest - beneath))
    return Excerpt(first - above, last + rest - above)


def _tokens(text: str) -> int:
    return estimated_tokens(text) if text else 0
