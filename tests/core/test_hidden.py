"""Characters in added text that a person cannot see or would take for others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kimi_lsp.core.edits import apply_edits, minimal_edits
from kimi_lsp.core.hidden import hidden_in_added

Found = list[tuple[str, str]]


def check(before: str, after: str, found: Found) -> None:
    """``found``: the kind and the text of each thing, in order."""
    edits = minimal_edits(before, after)
    hidden = hidden_in_added(before, edits)
    assert [(one.kind, one.text) for one in hidden] == found
    text = apply_edits(before, edits)
    assert all(text[one.start : one.end] == one.text for one in hidden)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("a\n", "a\nb\u202ec\u2066d\n", [("direction", "\u202e"), ("direction", "\u2066")]),
        ("a\n", "a\nb\u200bc\n", [("invisible", "\u200b")]),
        ("", "a\ufeff", [("invisible", "\ufeff")]),
        ("", "a\u2028b", [("line_break", "\u2028")]),
        ("", "a\x1b[0m", [("control", "\x1b")]),
        ("", "a\tb\r\nc\n", []),
        ("a\x0c\n", "a\x0c\nb\x0c\n", []),
        ("", "a\x0c", [("control", "\x0c")]),
        ("", "\U000e0041", [("invisible", "\U000e0041")]),
        ("", "a\ufe0f", [("invisible", "\ufe0f")]),
        ("", "葛\U000e0100", [("invisible", "\U000e0100")]),
        # At home where they stand.
        ("", "👩‍👩‍👧 ❤️ 1️⃣ 👋🏽", []),
        ("", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", []),
        ("می‌روم\n", "می‌روم\nنمی‌روم\n", []),
        ("", "نمی‌روم\n", [("invisible", "\u200c")]),
        # Only what is added counts.
        ("a\u200bb\n", "a\u200bb\nc\n", []),
        ("a\u200bb\n", "if x:\n    a\u200bb\n", []),
        ("a\u200bb c\n", "a\u200bb d\n", []),
        # Names.
        ("paypal\n", "p\u0430ypal\n", [("mixed_script", "p\u0430ypal")]),
        ("", "x = my_p\u0430th", [("mixed_script", "my_p\u0430th")]),
        ("", "\u0410dmin", [("mixed_script", "\u0410dmin")]),
        ("", "R\u039fLE", [("mixed_script", "R\u039fLE")]),
        ("scope\n", "scope\n\u0455\u0441\u043e\u0440\u0435\n",
         [("look_alike", "\u0455\u0441\u043e\u0440\u0435")]),
        ("id\n", "id\n\uff49\uff44\n", [("look_alike", "\uff49\uff44")]),
        ("\u0441at\n", "\u0441at\n\u0441at + 1\n", []),
        ("", "Привет, мир. API-ключ, имя_id, naïve, テストtest, Δx, µs, Straße, σ2", []),
        ("", "# Подсчёт USB-портов\nсчёт = 1\n", []),
    ],
)  # fmt: skip
def test_found(before: str, after: str, found: Found) -> None:
    check(before, after, found)


LISTED = [
    *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C,
    *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0), 0x200B, 0x2060, 0xFEFF,
    *(code for code in range(0x20) if chr(code) not in "\t\n\r"), *range(0x7F, 0xA0),
    0x2028, 0x2029, 0x00AD, 0x3164, 0x115F,
]  # fmt: skip


@settings(max_examples=300)
@given(
    st.sampled_from(LISTED), st.text("ab =\n(é日", max_size=6), st.text("ab =\n)é日", max_size=6)
)
def test_every_listed_character_anywhere(code: int, left: str, right: str) -> None:
    before = "a = 1\n"
    after = f"{before}{left}{chr(code)}{right}"
    found = hidden_in_added(before, minimal_edits(before, after))
    assert [ord(one.text) for one in found] == [code]
