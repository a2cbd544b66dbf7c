"""The class that an Angular template belongs to: what the template uses is listed there."""

from __future__ import annotations

import re

from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.errors import KimiError
from kimi_lsp.session.session import Session
from kimi_lsp.session.survey import Survey

ALONE_SINCE = 19
"""From this version on a component is one of no module where it does not say otherwise."""

_PAGE = re.compile(r"<(?:!doctype|html|body)\b", re.IGNORECASE)
_COMPONENT = re.compile(r"@Component\s*\(")
_ALONE = re.compile(r"\bstandalone\s*:\s*(true|false)\b")


def class_of(session: Session, around: Survey, snapshot: Snapshot) -> str:
    """The path of the class that a page is the template of, empty for a page that stands alone.

    Raises ``KimiError`` ``unsupported`` for a template whose class is not there or is listed in a
    module: nothing that is written beside it could be used in it.
    """
    stack = around.project.stack
    if stack.framework != "angular" or _PAGE.search(snapshot.text):
        return ""
    path = around.path.rpartition(".")[0] + ".ts"
    known = session.documents.get(around.files.uri(path))
    text = known.text if known else around.files.read(path)
    if text is None or not _COMPONENT.search(text):
        raise KimiError("unsupported", "component.no_class", path=path)
    told = _ALONE.search(text)
    alone = told[1] == "true" if told else stack.version is None or stack.version >= ALONE_SINCE
    if not alone:
        raise KimiError("unsupported", "component.in_module", path=path)
    return path
