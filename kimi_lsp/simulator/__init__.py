"""The offline Kimi: the API's behaviour over real HTTP, strict and scriptable.

It imports nothing of the product, so that it cannot share its mistakes.
"""

from kimi_lsp.simulator.limits import Limits
from kimi_lsp.simulator.server import Simulator

__all__ = ["Limits", "Simulator"]
