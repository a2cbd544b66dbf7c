"""Characters in added text that a person cannot see, or would take for others.

Code can look like one thing and be another: by marks that turn the direction of writing, by
characters of no width, by a Cyrillic letter inside a Latin name. Only what an edit adds is judged;
what stands in the document is its owner's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from kimi_lsp.core.edits import TextEdit, apply_edits
from kimi_lsp.core.text import split_lines

Kind = Literal["direction", "invisible", "control", "line_break", "mixed_script", "look_alike"]


@dataclass(frozen=True)
class Hidden:
    """One thing found: ``start`` and ``end`` are code points of the text after the edits.

    ``text`` is what stands there, ``shown`` the same in visible characters.
    """

    kind: Kind
    start: int
    end: int
    text: str
    shown: str


_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_LINE_BREAK = "\u0085\u2028\u2029"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_UNSEEN = regex.compile(
    rf"(?P<direction>[{_DIRECTION}])|(?P<line_break>[{_LINE_BREAK}])"
    rf"|(?P<invisible>[{_INVISIBLE}])|(?P<control>[{_CONTROL}])"
)
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\uFE0F\U000E007F]")
_JOINING = regex.compile(
    r"[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Devanagari}\p{Bengali}\p{Gurmukhi}\p{Gujarati}\p{Oriya}"
    r"\p{Tamil}\p{Telugu}\p{Kannada}\p{Malayalam}\p{Sinhala}\p{Khmer}\p{Myanmar}]"
)
_FLAGS = regex.compile(
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
    "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)

_WORD = regex.compile(r"[\p{L}\p{M}\p{Nl}\p{Mn}][\p{L}\p{M}\p{N}]*")
_NAME = regex.compile(r"[\p{L}\p{Nl}_$][\p{L}\p{M}\p{N}_$]*")
_LATIN = regex.compile(r"\p{Latin}")
_LATIN_FOR = dict(
    zip(
        "аеорсухіјѕԁԛԝһӏЅІЈАВЕКМНОРСТУХԌԚԜοϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧՕօոսցհԼꓐꓑꓓ",
        "aeopcyxijsdqwhlSIJABEKMHOPCTYXGQWocjABEZHIKMNOPTYXOonughLBPD",
        strict=True,
    )
)


def hidden_in_added(before: str, edits: Sequence[TextEdit]) -> tuple[Hidden, ...]:
    """What the edits of a text add that is hidden or deceives, in the order of the text after.

    Lines that were in the document already, moved or indented anew, add nothing.
    """
    after = apply_edits(before, edits)
    known = {line.strip() for line in split_lines(before)}
    found: list[Hidden] = []
    for start, end in _added(edits):
        found += _unseen(before, after, start, end, known)
        found += _deceiving(before, after, start, end)
    unique = {(one.kind, one.start, one.end): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.start, one.end)))


def _added(edits: Iterable[TextEdit]) -> Iterator[tuple[int, int]]:
    shift = 0
    for edit in edits:
        start = edit.start + shift
        yield start, start + len(edit.new_text)
        shift += len(edit.new_text) - (edit.end - edit.start)


def _unseen(before: str, after: str, start: int, end: int, known: set[str]) -> Iterator[Hidden]:
    flags = [match.span() for match in _FLAGS.finditer(after, max(start - 8, 0), end + 8)]
    for match in _UNSEEN.finditer(after, start, end):
        at, char = match.start(), match[0]
        if _harmless(before, after, at) or any(first < at < last for first, last in flags):
            continue
        if _line_at(after, at).strip() in known:
            continue
        yield Hidden(_kind(match), at, at + 1, char, _named(char))


def _kind(match: regex.Match[str]) -> Kind:
    if match["direction"]:
        return "direction"
    if match["line_break"]:
        return "line_break"
    return "invisible" if match["invisible"] else "control"


def _harmless(before: str, after: str, at: int) -> bool:
    """Whether a character is at home where it stands."""
    char, left, right = after[at], after[at - 1 : at], after[at + 1 : at + 2]
    match char:
        case "\f":
            return "\f" in before
        case "\ufe0f" | "\ufe0e":
            return bool(_EMOJI.fullmatch(left)) or (
                left in tuple("0123456789#*") and right == "\u20e3"
            )
        case "\u200d" if _EMOJI.fullmatch(left) and _EMOJI.fullmatch(right):
            return True
        case "\u200d" | "\u200c":
            neighbours = _JOINING.fullmatch(left) or unicodedata.category(left or "a") == "Mn"
            return bool(neighbours and _JOINING.search(before))
        case _:
            return False


def _line_at(text: str, at: int) -> str:
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    return text[start : min(ends, default=len(text))]


def _deceiving(before: str, after: str, start: int, end: int) -> Iterator[Hidden]:
    """Names that mix scripts to look Latin, or look like another name of the document.

    A name counts whole where only a letter of it was added.
    """
    if after[start:end].isascii():
        return
    names = set(_NAME.findall(before))
    first, last = _widened(after, start, end)
    for match in _NAME.finditer(after, first, last):
        name = match[0]
        if name.isascii() or name in names or match.end() <= start or match.start() >= end:
            continue
        kind = _deception(name, names)
        if kind:
            yield Hidden(kind, match.start(), match.end(), name, _spelled(name))


def _deception(name: str, names: set[str]) -> Kind | None:
    for word in _WORD.findall(name):
        if _LATIN.search(word) and any(letter in _LATIN_FOR for letter in word):
            return "mixed_script"
    plain = looks_like(name)
    return "look_alike" if plain != name and plain in names else None


def looks_like(name: str) -> str:
    """A name with the Latin letters that its letters look like."""
    folded = "".join(_LATIN_FOR.get(letter, letter) for letter in name)
    return unicodedata.normalize("NFKC", folded)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of text with the whole of the names it cuts."""
    inside = regex.compile(r"[\p{L}\p{M}\p{N}_$]")
    while start > 0 and inside.match(text[start - 1]):
        start -= 1
    while end < len(text) and inside.match(text[end]):
        end += 1
    return start, end


def _named(char: str) -> str:
    name = unicodedata.name(char, "")
    return f"U+{ord(char):04X} {name}".strip()


def _spelled(name: str) -> str:
    return "".join(letter if letter.isascii() else f"\\u{{{ord(letter):04x}}}" for letter in name)
