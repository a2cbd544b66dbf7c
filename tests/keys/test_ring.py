"""Keyrings as systems have them: safe, unsafe, locked, broken, and silent."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from kimi_lsp.errors import KimiError
from kimi_lsp.keys import ring
from tests.keys import backend

ORIGIN = "https://api.moonshot.ai"


class Plain(backend.Kept):
    """As keyrings.alt keeps it: in a file that everybody can read."""


Plain.__module__ = "keyrings.alt.file"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv(backend.FILE, str(tmp_path / "ring.json"))
    before = keyring.get_keyring()
    yield tmp_path / "ring.json"
    keyring.set_keyring(before)


def chain_of(monkeypatch: pytest.MonkeyPatch, *backends: KeyringBackend) -> KeyringBackend:
    monkeypatch.setattr(chainer.ChainerBackend, "backends", list(backends))
    return chainer.ChainerBackend()


def test_there_and_back(kept: Path) -> None:
    keyring.set_keyring(backend.Kept())
    assert ring.read(ORIGIN) is None
    ring.store(ORIGIN, "k")
    assert ring.read(ORIGIN) == "k"
    assert ring.read(ORIGIN + ":444") is None
    assert ring.remove(ORIGIN)
    assert not ring.remove(ORIGIN)
    assert ring.read(ORIGIN) is None


@pytest.mark.parametrize("made", [fail.Keyring, null.Keyring, Plain])
def test_what_keeps_nothing_safe_counts_as_none(
    made: type[KeyringBackend], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (made(), chain_of(monkeypatch, made())):
        keyring.set_keyring(one)
        for work in (ring.check, lambda: ring.read(ORIGIN), lambda: ring.store(ORIGIN, "k")):
            _raises(work, "keyring.missing")
    assert not kept.exists()


def test_of_several_the_safe_one_is_used(monkeypatch: pytest.MonkeyPatch, kept: Path) -> None:
    class Unsafe(Plain):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise AssertionError

    Unsafe.__module__ = "keyrings.alt.file"
    keyring.set_keyring(chain_of(monkeypatch, Unsafe(), backend.Kept()))
    ring.store(ORIGIN, "k")
    assert ring.read(ORIGIN) == "k"


@pytest.mark.parametrize(
    ("fault", "key"), [("locked", "keyring.locked"), ("broken", "keyring.failed")]
)
async def test_faults_are_told_without_their_words(
    fault: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(backend.Kept())
    monkeypatch.setenv(backend.FAULT, fault)
    _raises(lambda: ring.read(ORIGIN), key)
    with pytest.raises(KimiError) as caught:
        await ring.find(ORIGIN)
    assert caught.value.key == key
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_a_silent_one_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(backend.Kept())
    go = threading.Event()
    monkeypatch.setattr(backend, "_fail", go.wait)
    with pytest.raises(KimiError) as caught:
        await ring.find(ORIGIN, 0.05)
    assert caught.value.key == "keyring.slow"
    go.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(10)
    # What it said late disturbs nobody.
    await asyncio.sleep(0)
    assert await ring.find(ORIGIN) is None


def _raises(work: Callable[[], object], key: str) -> None:
    with pytest.raises(KimiError) as caught:
        work()
    assert caught.value.key == key
