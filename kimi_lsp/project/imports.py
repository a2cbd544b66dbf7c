"""Import lines: how a module names a component, and a text that has the line where it needs it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kimi_lsp.core.text import body, split_lines
from kimi_lsp.project.component import Component
from kimi_lsp.project.facts import Project
from kimi_lsp.project.files import relative

_LINE = re.compile(r"\s*import\b")
_TAIL = re.compile(r"(?:\bfrom\s*|^\s*import\s*)([\"'])[^\"']*\1\s*(;?)\s*$")
_SCRIPT = re.compile(r"<script\b([^>]*)>")
_DIRECTIVE = re.compile(r"\s*(?:[\"']use \w+[\"'];?|//.*|/\*.*\*/|#!.*|)\s*$")
_KEPT_SUFFIXES = (".vue", ".svelte", ".astro")


@dataclass(frozen=True)
class Import:
    """One component and the words it is imported by."""

    name: str
    specifier: str
    default: bool

    def line(self, quote: str = '"', end: str = ";") -> str:
        """The line without its line end."""
        name = self.name if self.default else f"{{ {self.name} }}"
        return f"import {name} from {quote}{self.specifier}{quote}{end}"


def imported(project: Project, component: Component, folder: str) -> Import:
    """How a module in a folder imports a component."""
    return Import(component.name, specifier(project, component, folder), component.default)


def specifier(project: Project, component: Component, folder: str) -> str:
    """How a module in a folder names another: by its package, beside it, or by an alias."""
    if component.source:
        return component.source
    path = component.path
    if not path.endswith(_KEPT_SUFFIXES):
        path = path[: path.rfind(".")].removesuffix("/index")
    near = relative(path, folder)
    if near.startswith("../"):
        for alias in project.aliases:
            if path.startswith(f"{alias.folder}/"):
                return alias.prefix + path.removeprefix(f"{alias.folder}/")
    return near


def with_import(text: str, path: str, wanted: Import, *, typescript: bool = False) -> str:
    """A module's text that imports a component; the same text where it does already."""
    if re.search(rf"\bimport\b[^;]*?\b{re.escape(wanted.name)}\b[^;]*?\bfrom\b", text):
        return text
    lines = split_lines(text)
    first, last = _part(lines, path)
    if first is None:
        return _with_script(text, path, wanted, typescript=typescript)
    line = wanted.line(*_style(lines))
    indent, at = "", None
    for number in _imports(lines, first, last):
        indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        at = _end(lines, number) + 1
    if at is None:
        at = first
        while at < last and body(lines[at]) and _DIRECTIVE.fullmatch(body(lines[at])):
            at += 1
        indent = _indent(lines, at, last) if path.endswith(_KEPT_SUFFIXES) else ""
    ending = _ending(text)
    made = [*lines[:at], f"{indent}{line}{ending}", *lines[at:]]
    if at and body(lines[at - 1]) == lines[at - 1]:
        made[at - 1] += ending
    return "".join(made)


def _part(lines: list[str], path: str) -> tuple[int | None, int]:
    """The lines of a file that hold its imports, both ends; None where it has none such."""
    if path.endswith(".astro"):
        fences = [number for number, line in enumerate(lines) if body(line).strip() == "---"]
        return (fences[0] + 1, fences[1]) if len(fences) > 1 and fences[0] == 0 else (None, 0)
    if not path.endswith((".vue", ".svelte")):
        return 0, len(lines)
    found: tuple[int | None, int] = (None, 0)
    for number, line in enumerate(lines):
        script = _SCRIPT.search(line)
        if script is None:
            continue
        # What a plain script of Vue imports, its template does not see.
        if "module" in script[1] or (path.endswith(".vue") and "setup" not in script[1]):
            continue
        end = next(
            (after for after in range(number, len(lines)) if "</script>" in lines[after]), None
        )
        if end is not None and end > number:
            found = number + 1, end
    return found


def _with_script(text: str, path: str, wanted: Import, *, typescript: bool) -> str:
    ending = _ending(text)
    if path.endswith(".astro"):
        return f"---{ending}{wanted.line()}{ending}---{ending}{text}"
    setup = " setup" if path.endswith(".vue") else ""
    language = ' lang="ts"' if typescript or re.search(r"<script\b[^>]*lang=.ts", text) else ""
    indent = "  " if path.endswith(".svelte") else ""
    head = f"<script{setup}{language}>{ending}{indent}{wanted.line()}{ending}</script>{ending}"
    return f"{head}{ending}{text}"


def _imports(lines: list[str], first: int, last: int) -> list[int]:
    return [number for number in range(first, last) if _LINE.match(lines[number])]


def _end(lines: list[str], number: int) -> int:
    """The last line of the import that begins on a line."""
    end = number
    while end < min(number + 60, len(lines) - 1) and not _TAIL.search(body(lines[end])):
        end += 1
    return end if _TAIL.search(body(lines[end])) else number


def _style(lines: list[str]) -> tuple[str, str]:
    """The quotation mark and the end of the imports that are there."""
    for line in lines:
        found = _TAIL.search(body(line))
        if found:
            return found[1], found[2]
    return '"', ";"


def _indent(lines: list[str], at: int, last: int) -> str:
    line = next((line for line in lines[at:last] if line.strip()), "")
    return line[: len(line) - len(line.lstrip())]


def _ending(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
