"""Markup put into a document at a place, with the import that it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kimi_lsp.core.snapshot import Snapshot
from kimi_lsp.core.text import Point, body, split_lines
from kimi_lsp.project.component import Component
from kimi_lsp.project.facts import Project
from kimi_lsp.project.imports import imported, with_import

_OPENS = re.compile(r"<[A-Za-z][^<>]*(?<!/)>\s*$|^\s*<>\s*$|[({]\s*$")
_USED = re.compile(r"<([A-Z]\w*)")
_DECORATOR = re.compile(r"@Component\s*\(\s*\{")
_STANDALONE = re.compile(r"(\bimports\s*:\s*\[)(\s*\])?")


def tag(component: Component) -> str:
    """The element that stands for a component in markup."""
    if component.tag and component.tag != component.name:
        # A custom element has no short form, and every framework reads the long one.
        return f"<{component.tag}></{component.tag}>"
    return f"<{component.name} />"


def with_markup(snapshot: Snapshot, point: Point, markup: str) -> str:
    """The document with markup at a place: on lines of its own, save in the middle of a line."""
    lines = list(snapshot.lines) or [""]
    number = min(point.line, len(lines) - 1)
    if point.line >= len(lines):
        number, point = len(lines) - 1, Point(len(lines) - 1, len(body(lines[-1])))
    line = body(lines[number])
    before, after = line[: point.column], line[point.column :]
    if before.strip() and after.strip():
        lines[number] = before + markup.strip() + lines[number][point.column :]
        return "".join(lines)
    ending = _ending(lines)
    made = _indented(markup, _indent(lines, number), ending)
    if not line.strip():
        last = lines[number][len(line) :]
        lines[number] = made if last else made.removesuffix(ending)
    elif before.strip():
        lines[number] = lines[number] if lines[number] != line else line + ending
        lines.insert(number + 1, made)
    else:
        lines.insert(number, made)
    return "".join(lines)


def with_component(
    project: Project, text: str, path: str, component: Component, *, own: str = ""
) -> str:
    """A document's text that can use a component; ``path`` is the document's.

    ``own`` is how the text's folder is named, where that is not the folder of its path.
    """
    folder = own or path.rpartition("/")[0]
    if path.endswith((".html", ".htm")):
        return text
    wanted = imported(project, component, folder)
    typescript = project.stack.typescript
    made = with_import(text, path, wanted, typescript=typescript)
    if project.stack.framework == "angular" and made != text:
        made = _declared(made, component.name)
    return made


def with_used(project: Project, text: str, path: str, fresh: str) -> str:
    """A document's text with imports for the project's components that fresh markup uses."""
    known = {one.name: one for one in reversed(project.components)}
    for name in dict.fromkeys(_USED.findall(fresh)):
        component = known.get(name)
        if component is not None and component.path != path and not _defines(text, name):
            text = with_component(project, text, path, component)
    return text


def _defines(text: str, name: str) -> bool:
    return bool(re.search(rf"\b(?:function|class|const|let|import)\s+{name}\b", text))


def _declared(text: str, name: str) -> str:
    """An Angular component's text that lists another one among what its template uses."""
    head = _DECORATOR.search(text)
    if head is None:
        return text
    listed = _STANDALONE.search(text, head.end())
    if listed:
        rest = "]" if listed[2] else ", "
        return f"{text[: listed.start()]}{listed[1]}{name}{rest}{text[listed.end() :].lstrip(' ')}"
    return f"{text[: head.end()]} imports: [{name}],{text[head.end() :]}"


def _indent(lines: Sequence[str], number: int) -> str:
    """The white space that a line at a place begins with, as the lines around it have it."""
    line = body(lines[number])
    if line.strip():
        return _blank(line) + ("  " if _OPENS.search(line) else "")
    above = next((body(one) for one in reversed(lines[:number]) if one.strip()), "")
    below = next((body(one) for one in lines[number + 1 :] if one.strip()), "")
    if _OPENS.search(above):
        inner = _blank(below) if len(_blank(below)) > len(_blank(above)) else _blank(above) + "  "
        return max(inner, line, key=len)
    return max(_blank(above), line, key=len)


def _blank(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _indented(markup: str, indent: str, ending: str) -> str:
    rows = [body(row) for row in split_lines(markup.strip("\r\n"))]
    return "".join(f"{indent}{row}".rstrip() + ending for row in rows)


def _ending(lines: Sequence[str]) -> str:
    return "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
