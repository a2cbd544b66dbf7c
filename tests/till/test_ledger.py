"""The ledger's form: what is read of a file, what is not, and which days it keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimi_lsp.till.ledger import KEPT_DAYS, Day, Ledger, read, write

COUNTS = st.integers(0, 10**18)
DAYS = st.builds(
    Day,
    *[COUNTS] * 7,
    reserved=st.dictionaries(st.text(max_size=16), COUNTS, max_size=4),
)


@given(st.dictionaries(st.dates().map(str), DAYS, max_size=KEPT_DAYS))
def test_a_ledger_is_read_as_it_was_written(days: dict[str, Day]) -> None:
    assert read(write(Ledger(days))) == Ledger(days)


WHOLE = json.loads(write(Ledger({"2026-11-24": Day(1, 1, 1, 1, 1, 1, 1, {"a": 1})})))


def changed(**members: Any) -> bytes:
    day = {**WHOLE["days"]["2026-11-24"], **members}
    return json.dumps({**WHOLE, "days": {"2026-11-24": day}}).encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "broken"),
        (b"{}", "broken"),
        (b"[]", "broken"),
        (b"\xff\xfe", "broken"),
        (b"[" * 100_000, "broken"),
        (json.dumps(WHOLE).encode()[:-9], "broken"),
        (json.dumps({**WHOLE, "version": 2}).encode(), "newer"),
        (json.dumps({"version": 2, "purses": []}).encode(), "newer"),
        (json.dumps({**WHOLE, "version": "1"}).encode(), "broken"),
        (json.dumps({**WHOLE, "version": True}).encode(), "broken"),
        (json.dumps({**WHOLE, "days": []}).encode(), "broken"),
        (json.dumps({**WHOLE, "days": {"2026-11-24": 5}}).encode(), "broken"),
        (changed(micros=-1), "broken"),
        (changed(micros=1.5), "broken"),
        (changed(micros=float("nan")), "broken"),
        (changed(micros=None), "broken"),
        (changed(micros=True), "broken"),
        (changed(reserved=[]), "broken"),
        (changed(reserved={"a": "1"}), "broken"),
        (changed(reserved={"a": -1}), "broken"),
    ],
)
def test_a_file_that_is_no_ledger(data: bytes, why: str) -> None:
    assert read(data) == why


def test_members_of_the_same_version_that_are_not_known_are_passed_over() -> None:
    assert read(changed(note="x")) == read(json.dumps(WHOLE).encode())


def test_the_oldest_days_give_way() -> None:
    ledger = Ledger()
    names = [f"2026-11-{number:02}" for number in range(1, 12)]
    for name in names:
        ledger.on(name)
    assert sorted(ledger.days) == names[-KEPT_DAYS:]


def test_a_clock_that_was_wrong_for_a_moment_loses_no_day_it_comes_back_to() -> None:
    ledger = Ledger()
    ledger.on("2026-11-24").micros = 7
    ledger.on("2099-01-01")
    assert ledger.on("2026-11-24").micros == 7


def test_today_is_kept_where_every_other_day_is_later() -> None:
    ledger = Ledger()
    for number in range(1, 12):
        ledger.on(f"2099-01-{number:02}")
    ledger.on("2026-11-24").micros = 7
    assert ledger.on("2026-11-24").micros == 7
    assert len(ledger.days) == KEPT_DAYS
