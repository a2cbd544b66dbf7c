"""Two servers to talk to: the product's, and one whose handlers misbehave."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wire.raw_client import RawClient

PROBE = (sys.executable, str(Path(__file__).parent / "probe.py"))


@pytest.fixture
def client() -> Iterator[RawClient]:
    """The product's server, not yet initialized."""
    client = RawClient()
    yield client
    client.kill()


@pytest.fixture
def probe() -> Iterator[RawClient]:
    """The misbehaving server, initialized; a test ends it or leaves it running."""
    probe = RawClient(PROBE)
    probe.initialize()
    yield probe
    probe.kill()


@pytest.fixture(scope="module")
def kept() -> Iterator[RawClient]:
    """One misbehaving server for a whole table; it has to live through every row of it."""
    kept = RawClient(PROBE)
    kept.initialize()
    yield kept
    assert kept.close() == 0
    assert not kept.stray
    assert "Traceback" not in kept.stderr()
    kept.kill()
