"""From the client's shapes to the core's: diagnostics, and a snapshot of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kimi_lsp.core.snapshot import Diagnostic, Related, Severity, Snapshot
from kimi_lsp.core.text import Extent
from kimi_lsp.session.session import Session
from kimi_lsp.wire.documents import Document

_SEVERITIES: dict[int, Severity] = {1: "error", 2: "warning", 3: "information", 4: "hint"}


def diagnostics(
    session: Session, document: Document, items: Iterable[Mapping[str, Any]]
) -> tuple[Diagnostic, ...]:
    """The client's diagnostics as it sent them; one without a message or a range is left out."""
    return tuple(
        _diagnostic(session, document, item)
        for item in items
        if item.get("message") and isinstance(item.get("range"), Mapping)
    )


def _diagnostic(session: Session, document: Document, item: Mapping[str, Any]) -> Diagnostic:
    message, code = item["message"], item.get("code")
    return Diagnostic(
        message=str(message.get("value", "") if isinstance(message, Mapping) else message),
        extent=document.extent(item["range"]),
        severity=_SEVERITIES.get(item.get("severity") or 1, "error"),
        code="" if code is None else str(code),
        source=str(item.get("source") or ""),
        related=tuple(
            _related(session, place)
            for place in item.get("relatedInformation") or ()
            if isinstance(place, Mapping)
        ),
        raw=item,
    )


def _related(session: Session, item: Mapping[str, Any]) -> Related:
    location = item.get("location") or {}
    line = ((location.get("range") or {}).get("start") or {}).get("line") or 0
    where = f"{session.roots.shown(str(location.get('uri') or ''))}:{line + 1}"
    return Related(where, str(item.get("message") or ""))


def concerning(found: Sequence[Diagnostic], extent: Extent) -> tuple[Diagnostic, ...]:
    """The diagnostics that touch an extent; for a mere cursor, those on its line."""
    if extent.start == extent.end:
        line = extent.start.line
        return tuple(one for one in found if one.extent.start.line <= line <= one.extent.end.line)
    return tuple(
        one for one in found if one.extent.start <= extent.end and extent.start <= one.extent.end
    )


def snapshot(
    session: Session,
    document: Document,
    extent: Extent,
    found: tuple[Diagnostic, ...] = (),
) -> Snapshot:
    """The document as it is now."""
    return Snapshot(
        uri=document.uri,
        path=session.roots.shown(document.uri),
        language=document.language_id or "text",
        version=document.version,
        lines=tuple(document.lines),
        extent=extent,
        diagnostics=found,
    )
