"""A ledger that cannot be used: nothing is spent, and the message names the file."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from kimi_lsp.errors import KimiError
from kimi_lsp.till import Till
from tests.till.conftest import BOUNDS, USED, Clock


async def check_unusable(till: Till, path: Path, key: str) -> None:
    for call in (
        till.reserve(1, 1, 0.1, BOUNDS),
        till.reserve(1, 1, None, BOUNDS),
        till.today(),
        till.left(BOUNDS),
    ):
        with pytest.raises(KimiError) as caught:
            await call
        assert (caught.value.reason, caught.value.key) == ("budget", key)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "till.broken"),
        (b'{"version": 1, "days": {', "till.broken"),
        (b'{"version": 2}', "till.newer"),
    ],
)
async def test_a_ledger_that_is_not_understood_is_left_alone(
    till: Till, folder: Path, data: bytes, key: str
) -> None:
    held = await till.reserve(1, 1, 2.0, BOUNDS)
    path = folder / "ledger.json"
    path.write_bytes(data)
    await check_unusable(till, path, key)
    with pytest.raises(KimiError):
        await till.settle(held, USED)
    with pytest.raises(KimiError):
        await till.release(held)
    assert path.read_bytes() == data
    # The cure that the message names.
    path.unlink()
    assert await till.left(BOUNDS) == 5.0
    await till.settle(held, USED)
    await till.reserve(1, 1, 5.0, BOUNDS)


async def test_a_ledger_that_is_a_folder(till: Till, folder: Path) -> None:
    (folder / "ledger.json").mkdir(parents=True)
    await check_unusable(till, folder / "ledger.json", "till.unusable")


async def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "kimi-lsp").write_text("")
    till = Till(tmp_path / "kimi-lsp")
    await check_unusable(till, tmp_path / "kimi-lsp" / "ledger.json", "till.unusable")


async def test_a_folder_that_goes_away_is_made_again(till: Till, folder: Path) -> None:
    await till.reserve(1, 1, 2.0, BOUNDS)
    folder.rename(folder.with_name("elsewhere"))
    assert await till.left(BOUNDS) == 5.0
    await till.reserve(1, 1, 1.0, BOUNDS)
    assert await till.left(BOUNDS) == 4.0


@pytest.mark.parametrize("function", ["fsync", "replace"])
async def test_a_write_that_fails_changes_nothing(
    till: Till, folder: Path, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    await till.reserve(1, 1, 2.0, BOUNDS)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, function, fail)
        with pytest.raises(KimiError, match="No space left on device") as caught:
            await till.reserve(1, 1, 1.0, BOUNDS)
    assert caught.value.key == "till.unusable"
    assert await till.left(BOUNDS) == 3.0
    # What the failure left behind is in nobody's way.
    await till.reserve(1, 1, 1.0, BOUNDS)
    assert await till.left(BOUNDS) == 2.0


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of a user who may not write everywhere, as root may, and who is in force."""
    if sys.platform == "win32":
        pytest.skip("modes of folders are POSIX's")
    # Not pytest's own folder, which is root's alone.
    with tempfile.TemporaryDirectory() as name:
        user = os.geteuid()
        if user == 0:
            os.chown(name, 65534, -1)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            os.chmod(name, 0o700)
            os.seteuid(user)


async def test_a_folder_that_may_not_be_written(ordinary: Path, clock: Clock) -> None:
    till = Till(ordinary, clock)
    held = await till.reserve(1, 1, 1.0, BOUNDS)
    before = (ordinary / "ledger.json").read_bytes()
    ordinary.chmod(0o500)
    with pytest.raises(KimiError, match="Permission denied") as caught:
        await till.reserve(1, 1, 1.0, BOUNDS)
    assert caught.value.key == "till.unusable"
    with pytest.raises(KimiError):
        await till.settle(held, USED)
    assert (ordinary / "ledger.json").read_bytes() == before
    with pytest.raises(KimiError, match="Permission denied"):
        await Till(ordinary / "new", clock).reserve(1, 1, 1.0, BOUNDS)


async def test_a_lock_that_is_never_let_go(
    till: Till, folder: Path, lock: FileLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await till.reserve(1, 1, 1.0, BOUNDS)
    monkeypatch.setattr("kimi_lsp.till.till.WAIT_SECONDS", 0.05)
    with lock:
        await check_unusable(till, folder / "ledger.lock", "till.locked")
        with pytest.raises(KimiError):
            await till.settle(held, USED)
        # They wait together, not one after the other.
        calls = [till.reserve(1, 1, 0.1, BOUNDS) for _ in range(50)]
        ends = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 30)
    assert {getattr(end, "key", None) for end in ends} == {"till.locked"}
    assert await till.left(BOUNDS) == 4.0
