"""Modules imported in the background, while other threads import too."""

from __future__ import annotations

import sys

from kimi_lsp.wire.warm import warm


def test_list_of_finders_that_another_thread_walks_is_never_changed() -> None:
    walked = sys.meta_path
    held = list(walked)
    warm(("colorsys", "no_such_module_at_all")).join(10)
    assert walked == held
    assert sys.meta_path == held
    assert "colorsys" in sys.modules
