"""The parameters of ``textDocument/codeAction``, checked by hand.

The menu is the one request on which a person waits at every move of the cursor, so that it goes by
plain data: lsprotocol's types would be built for it and taken apart again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kimi_lsp.wire.errors import INVALID_PARAMS, LspError

MOST = 2**31 - 1
"""The protocol's largest number."""

AUTOMATIC = 2

WRONG = "Invalid params for textDocument/codeAction"


class MenuParams(NamedTuple):
    """What is asked for: ``range`` and ``diagnostics`` are the client's own, and well formed."""

    uri: str
    range: Mapping[str, Any]
    diagnostics: tuple[Mapping[str, Any], ...]
    only: tuple[str, ...]
    automatic: bool


def menu_params(params: Any) -> MenuParams:
    """The parameters. Raises ``LspError`` where they have another shape than the protocol's."""
    try:
        context = params["context"]
        diagnostics, only = context["diagnostics"], context.get("only") or ()
        uri, range_ = params["textDocument"]["uri"], params["range"]
        sound = (
            isinstance(uri, str)
            and _is_range(range_)
            and isinstance(diagnostics, list)
            and all(map(_is_diagnostic, diagnostics))
            and all(isinstance(kind, str) for kind in only)
        )
        automatic = context.get("triggerKind") == AUTOMATIC
    except (KeyError, TypeError, AttributeError):
        raise LspError(INVALID_PARAMS, WRONG) from None
    if not sound:
        raise LspError(INVALID_PARAMS, WRONG)
    return MenuParams(uri, range_, tuple(diagnostics), tuple(only), automatic)


def _is_range(value: Any) -> bool:
    return _is_position(value["start"]) and _is_position(value["end"])


def _is_position(value: Any) -> bool:
    return all(
        isinstance(number, int | float)
        and not isinstance(number, bool)
        and number == int(number)
        and 0 <= number <= MOST
        for number in (value["line"], value["character"])
    )


def _is_diagnostic(value: Any) -> bool:
    message = value["message"]
    if isinstance(message, Mapping):
        message = message["value"]
    related = value.get("relatedInformation") or ()
    return (
        isinstance(message, str)
        and _is_range(value["range"])
        and all(map(_is_related, related))
        and isinstance(value.get("severity"), int | None)
    )


def _is_related(value: Any) -> bool:
    location = value["location"]
    return isinstance(location["uri"], str) and _is_range(location["range"])
