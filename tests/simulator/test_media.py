"""What the offline Kimi counts for a picture: what the real one does."""

from __future__ import annotations

import struct

import pytest

from kimi_lsp.simulator.media import image_tokens
from tests.core.test_sight import TOKENS


@pytest.mark.parametrize("size", TOKENS)
def test_tokens(size: tuple[int, int]) -> None:
    data = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", *size)
    assert image_tokens(data) == TOKENS[size]
