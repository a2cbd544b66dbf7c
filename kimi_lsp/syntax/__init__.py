"""What the grammars of languages know, behind two functions; without them, nothing is said.

They come with the extra ``syntax``, are loaded when a job first needs one, and are never fetched.
"""

from __future__ import annotations

from kimi_lsp.syntax.broken import Broken, broken
from kimi_lsp.syntax.enclosing import enclosing

__all__ = ["Broken", "broken", "enclosing"]
