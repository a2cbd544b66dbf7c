"""Real Neovim with no plugin: the configuration the README shows, through the editor's own keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Kimi
from tests.editors.conftest import Neovim

FIX = (
    "<<<<<<< SEARCH\n    return radius * radius\n=======\n"
    "    return r * r\n# 😀 mended\n>>>>>>> REPLACE\n"
)


@pytest.mark.editor
def test_fix_undo_explain_and_hover(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    kimi.say(match={"contains": "not defined"}, reply={"content": FIX})
    kimi.say(reply={"content": "It squares a number."})
    neovim().run("neovim.lua")
