"""Real Emacs with eglot and no plugin: an edit from the menu, one undo, an explanation."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Kimi
from tests.editors.conftest import HERE, SERVER, Neovim

pytestmark = pytest.mark.editor


def test_eglot(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    emacs = shutil.which("emacs")
    if emacs is None:
        if os.environ.get("CI"):
            pytest.fail("emacs is not installed")
        pytest.skip("emacs is not installed")
    documented = '```python\ndef area(r):\n    """Square a number."""\n    return r * r\n```\n'
    kimi.say(match={"contains": "The part to change"}, reply={"content": documented})
    kimi.say(reply={"content": "It squares a number."})
    here = neovim()
    done = subprocess.run(
        (emacs, "--batch", "--eval", "(package-initialize)", "-l", str(HERE / "emacs.el")),
        env={**here.environment, "HOME": str(here.folder), "KIMI_TEST_SERVER": str(SERVER)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert "SEEN" in done.stderr, done.stderr[-3000:]
