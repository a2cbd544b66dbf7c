"""What of a prompt goes where it is too long, and what never does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.core.context import Excerpt
from kimi_lsp.core.prompt import estimated_tokens
from kimi_lsp.core.text import split_lines
from kimi_lsp.core.trim import Fitted, Kept, Piece, fit

# Six characters a line: two tokens each, and one more for a text.
TEN = "".join(f"line{number}\n" for number in range(10))
SMALL = "three\n"


def some(first: int, last: int, *left_out: tuple[int, int]) -> Kept:
    """These lines of the ten are kept."""
    text = "".join(split_lines(TEN)[first : last + 1])
    return Kept(text, tuple(Excerpt(*one) for one in left_out))


GONE = Kept("", (Excerpt(0, 9),))


def check(pieces: list[Piece], bound: int, kept: list[Kept], *, fits: bool = True) -> None:
    fitted = fit(pieces, bound)
    assert (fitted.fits, list(fitted.kept)) == (fits, kept)


@pytest.mark.parametrize(
    ("centre", "bound", "kept"),
    [
        ((5, 5), 21, Kept(TEN)),
        ((5, 5), 20, some(1, 9, (0, 0))),
        ((5, 5), 18, some(1, 8, (0, 0), (9, 9))),
        ((5, 5), 6, some(4, 5, (0, 3), (6, 9))),
        ((5, 5), 3, some(5, 5, (0, 4), (6, 9))),
        ((5, 5), 2, GONE),
        ((2, 4), 11, some(1, 5, (0, 0), (6, 9))),
        ((2, 4), 17, some(0, 7, (8, 9))),
        # A centre that is too long itself keeps its beginning.
        ((2, 4), 5, some(2, 3, (0, 1), (4, 9))),
        # The beginning, the end, and a centre outside of the text.
        ((0, 0), 11, some(0, 4, (5, 9))),
        ((9, 9), 11, some(5, 9, (0, 4))),
        ((40, 50), 3, some(9, 9, (0, 8))),
        ((-5, -1), 3, some(0, 0, (1, 9))),
    ],
)
def test_the_lines_farthest_from_the_centre_go_first(
    centre: tuple[int, int], bound: int, kept: Kept
) -> None:
    check([Piece(TEN, 1, Excerpt(*centre))], bound, [kept])


@pytest.mark.parametrize(("bound", "kept"), [(21, Kept(TEN)), (20, GONE), (0, GONE)])
def test_a_piece_without_a_centre_is_kept_whole_or_not_at_all(bound: int, kept: Kept) -> None:
    check([Piece(TEN, 1)], bound, [kept])


def test_lines_are_numbered_as_in_their_document() -> None:
    check(
        [Piece(TEN, 1, Excerpt(5, 5), first=100)],
        6,
        [some(4, 5, (100, 103), (106, 109))],
    )


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_keep_their_ends(end: str) -> None:
    text = end.join(["one", "two\x0cand\u2028half", "three"])
    fitted = fit([Piece(text, 1, Excerpt(1, 1))], 6)
    assert fitted.kept == (Kept(f"two\x0cand\u2028half{end}", (Excerpt(0, 0), Excerpt(2, 2))),)


@pytest.mark.parametrize(
    ("ranks", "bound", "texts"),
    [
        ((0, 0, 0), 63, (TEN, TEN, TEN)),
        ((0, 1, 2), 63, (TEN, TEN, TEN)),
        # The greatest rank goes first, and of one rank the last piece.
        ((0, 1, 2), 62, (TEN, TEN, "")),
        ((0, 2, 1), 62, (TEN, "", TEN)),
        ((1, 1, 0), 62, (TEN, "", TEN)),
        ((1, 1, 0), 41, ("", "", TEN)),
        ((3, 2, 1), 42, ("", TEN, TEN)),
        ((3, 2, 1), 20, ("", "", "")),
    ],
)
def test_ranks(ranks: tuple[int, ...], bound: int, texts: tuple[str, ...]) -> None:
    fitted = fit([Piece(TEN, rank) for rank in ranks], bound)
    assert fitted.fits
    assert tuple(one.text for one in fitted.kept) == texts


def test_a_small_piece_is_not_kept_in_place_of_a_more_useful_one() -> None:
    check([Piece(TEN, 1), Piece(SMALL, 2)], 20, [GONE, Kept("", (Excerpt(0, 0),))])


def test_what_must_stay_and_does_not_fit() -> None:
    pieces = [Piece(SMALL), Piece(TEN), Piece(SMALL, 1)]
    left = [Kept(SMALL), Kept(TEN), Kept("", (Excerpt(0, 0),))]
    check(pieces, 23, left, fits=False)
    check(pieces, 24, left)
    assert fit(pieces, 23).tokens == 24


def test_nothing_at_all() -> None:
    assert fit([], 0) == Fitted(True, 0, ())
    assert fit([], -1) == Fitted(False, 0, ())
    check([Piece(""), Piece("", 1), Piece("", 1, Excerpt(0, 0))], 0, [Kept("")] * 3)


# --- What holds for all pieces.

TEXTS = st.text(st.sampled_from("ab {}é中😀\n\r\x0c"), max_size=120) | st.just(TEN)
CENTRES = st.none() | st.builds(Excerpt, st.integers(-3, 14), st.integers(-3, 14))
PIECES = st.lists(
    st.builds(Piece, TEXTS, st.integers(0, 3), CENTRES, st.integers(0, 500)), max_size=6
)
BOUNDS = st.integers(-5, 250)


@given(PIECES, BOUNDS)
def test_it_fits_exactly_where_what_must_stay_does(pieces: list[Piece], bound: int) -> None:
    fitted = fit(pieces, bound)
    must = [piece.text for piece in pieces if not piece.rank and piece.text]
    assert fitted.fits == (sum(map(estimated_tokens, must)) <= bound)
    assert fitted.tokens == sum(estimated_tokens(one.text) for one in fitted.kept if one.text)
    if fitted.fits:
        assert fitted.tokens <= bound
        # Nor is it over when all of it is one text.
        assert estimated_tokens("".join(one.text for one in fitted.kept)) <= max(bound, 1)


@given(PIECES, BOUNDS)
def test_what_must_stay_is_never_touched(pieces: list[Piece], bound: int) -> None:
    for piece, kept in zip(pieces, fit(pieces, bound).kept, strict=True):
        if not piece.rank:
            assert kept == Kept(piece.text)


@given(PIECES, BOUNDS)
def test_every_line_is_either_kept_as_it_was_or_told(pieces: list[Piece], bound: int) -> None:
    for piece, kept in zip(pieces, fit(pieces, bound).kept, strict=True):
        gone = {
            number - piece.first
            for first, last in kept.left_out
            for number in range(first, last + 1)
        }
        left = [line for number, line in enumerate(split_lines(piece.text)) if number not in gone]
        assert kept.text == "".join(left)


@given(PIECES, BOUNDS, st.integers(0, 60))
def test_a_greater_bound_keeps_all_that_a_smaller_one_does(
    pieces: list[Piece], bound: int, more: int
) -> None:
    small, great = fit(pieces, bound), fit(pieces, bound + more)
    assert great.fits or not small.fits
    for piece, less, all_of_it in zip(pieces, small.kept, great.kept, strict=True):
        assert less.text in all_of_it.text
        kept = _numbers(piece, less)
        assert kept <= _numbers(piece, all_of_it)


@given(PIECES, BOUNDS)
def test_only_one_piece_is_cut_and_nothing_of_less_use_is_kept(
    pieces: list[Piece], bound: int
) -> None:
    fitted = fit(pieces, bound)
    by_use = sorted(zip(pieces, fitted.kept, strict=True), key=lambda one: one[0].rank)
    states = [_state(kept) for piece, kept in by_use if piece.rank and piece.text]
    assert states == sorted(states, reverse=True)
    assert states.count(1) <= 1


@given(PIECES, BOUNDS)
def test_the_same_pieces_are_trimmed_the_same_way(pieces: list[Piece], bound: int) -> None:
    assert fit(pieces, bound) == fit(tuple(replace(piece) for piece in pieces), bound)


def _numbers(piece: Piece, kept: Kept) -> set[int]:
    count = len(split_lines(piece.text))
    gone = {number for first, last in kept.left_out for number in range(first, last + 1)}
    return set(range(piece.first, piece.first + count)) - gone


def _state(kept: Kept) -> int:
    """2 where a piece is whole, 1 where it was cut, 0 where it went."""
    return 2 if not kept.left_out else 1 if kept.text else 0
