"""The till: what each call of the model may cost is reserved before it is made."""

from __future__ import annotations

from kimi_lsp.till.till import Bounds, Reservation, Till

__all__ = ["Bounds", "Reservation", "Till"]
