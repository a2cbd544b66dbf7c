"""A browser for the tests that need one; by name skipped where a person has none."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from kimi_lsp.vision.browser import Browser, find
from kimi_lsp.vision.studio import Studio


@pytest.fixture(scope="session")
def browser() -> Browser:
    found = find(os.environ)
    if isinstance(found, Browser):
        return found
    if os.environ.get("CI"):
        pytest.fail("no browser, and this run has to have one")
    pytest.skip("no Chrome, Edge or Chromium")


@pytest_asyncio.fixture
async def studio(browser: Browser) -> AsyncGenerator[Studio]:
    studio = Studio(browser)
    yield studio
    await studio.close()
