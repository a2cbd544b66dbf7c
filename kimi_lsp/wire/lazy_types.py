"""Import ``lsprotocol.types`` without compiling its hundreds of attrs classes.

Each class is completed in place at its first use; a session uses about a hundred. Leaving this
out changes nothing but the time a start takes.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

EAGER = "KIMI_LSP_EAGER_TYPES"
"""Set in the environment, this leaves every class to be built at once."""

_lock = threading.RLock()
_define: Callable[..., Any]


class _Pending:
    """Stands in for ``__attrs_attrs__``; any look at it builds the class."""

    def __get__(self, instance: object, owner: type) -> Any:
        _build(owner)
        return owner.__attrs_attrs__  # pyright: ignore[reportAttributeAccessIssue]


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    _build(type(self))
    self.__init__(*args, **kwargs)


def _build(asked: type) -> None:
    import attrs
    from lsprotocol import types

    with _lock:
        for owner in asked.__mro__:
            if isinstance(owner.__dict__.get("__attrs_attrs__"), _Pending):
                _define(owner, slots=False, init=True)
                attrs.resolve_types(owner, types.ALL_TYPES_MAP, {})


def _later(owner: Any) -> Any:
    owner.__attrs_attrs__ = _Pending()
    owner.__init__ = _init
    return owner


def install() -> bool:
    """Import the types lazily; whether that was still possible and wished for."""
    global _define
    if "lsprotocol.types" in sys.modules or os.environ.get(EAGER):
        return False
    import attrs

    _define = attrs.define
    attrs.define = _later
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = _define
    from lsprotocol import _hooks

    # Forward references are resolved class by class, in `_build`.
    _hooks._resolved_forward_references = True
    return True
