"""Components that have a file of their own kind, or a class with a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from kimi_lsp.project.braces import inside, members
from kimi_lsp.project.component import Component, Prop, short
from kimi_lsp.project.declarations import declared, typed

_TAKEN = re.compile(r"\b(?:let|const)\s*(?=\{)")
_ANNOTATION = re.compile(r"\s*:\s*(\{|[A-Z]\w*)")
_RUNE = re.compile(r"[^=;{}]{0,100}=\s*\$props\s*\(")
MOST_PATTERNS = 8
"""Patterns of a script that are looked at for the one that takes the props."""

_EXPORTED = re.compile(r"\bexport\s+let\s+(\w+)\s*(?::\s*([^=;\n]+))?\s*(=)?")
_VUE_TYPED = re.compile(r"\bdefineProps\s*<\s*(\{|[A-Z]\w*)")
_VUE_GIVEN = re.compile(r"(?:\bdefineProps\s*\(\s*|\bprops\s*:\s*)([\[{])")
_VUE_MEMBER = re.compile(r"[\"']?([\w-]+)[\"']?\s*(?::\s*(.*))?")
_VUE_TYPE = re.compile(r"\b(String|Number|Boolean|Array|Object|Function|Date)\b")
_SELECTOR = re.compile(r"\bselector\s*:\s*[\"'`]([\w-]+)")
_CLASS = re.compile(r"\bexport\s+(default\s+)?class\s+(\w+)")
_INPUT = re.compile(
    r"@Input\s*\(\s*(\{\s*required\s*:\s*true\s*\})?[^)]{0,200}\)\s*(\w+)\s*[!?]?\s*"
    r"(?::\s*([^=;\n]+))?"
)
_SIGNAL = re.compile(r"\b(\w+)\s*=\s*(?:input|model)(\.required)?\s*(?:<([^>\n]+)>)?\s*\(")
_ELEMENT = re.compile(r"customElements\.define\(\s*[\"']([\w-]+)[\"']\s*,\s*(\w+)")
_DECORATED = re.compile(r"@customElement\(\s*[\"']([\w-]+)[\"']\s*\)\s*export\s+class\s+(\w+)")


def vue(text: str) -> Iterator[Prop]:
    """The props of a Vue component."""
    head = _VUE_TYPED.search(text)
    if head:
        written = head[1] == "{"
        found = typed(inside(text, head.start(1))) if written else declared(head[1], text)
        yield from found.values()
        return
    head = _VUE_GIVEN.search(text)
    for member in members(inside(text, head.start(1)), ",") if head else ():
        told = _VUE_MEMBER.fullmatch(member)
        if told:
            rest = told[2] or ""
            kind = _VUE_TYPE.search(rest)
            optional = "required: true" not in rest
            yield Prop(told[1], kind[1].lower() if kind else "", optional)


def svelte(text: str) -> Iterator[Prop]:
    """The props of a Svelte component, of either age."""
    for head in islice(_TAKEN.finditer(text), MOST_PATTERNS):
        pattern = inside(text, head.end())
        end, known = head.end() + len(pattern) + 2, dict[str, Prop]()
        annotation = _ANNOTATION.match(text, end)
        if annotation and annotation[1] == "{":
            body = inside(text, annotation.start(1))
            end, known = annotation.start(1) + len(body) + 2, typed(body)
        elif annotation:
            end, known = annotation.end(), declared(annotation[1], text)
        if _RUNE.match(text, end):
            for member in members(pattern, ","):
                name = re.match(r"[\w$]+", member)
                if name:
                    yield known.get(name[0]) or Prop(name[0], "", "=" in member)
            return
    for name, kind, default in _EXPORTED.findall(text):
        yield Prop(name, short(kind), bool(default))


def astro(text: str) -> Iterator[Prop]:
    """The props of an Astro component."""
    yield from declared("Props", text).values()


def angular(path: str, text: str) -> Iterator[Component]:
    """The components of an Angular file."""
    for found in re.finditer(r"@Component\s*\(\s*\{", text):
        tag = _SELECTOR.search(inside(text, found.end() - 1))
        name = _CLASS.search(text, found.end())
        if name:
            shown = tag[1] if tag else ""
            yield Component(name[2], path, bool(name[1]), tuple(_inputs(text)), tag=shown)


def _inputs(text: str) -> Iterator[Prop]:
    for required, name, kind in _INPUT.findall(text):
        yield Prop(name, short(kind), not required)
    for name, required, kind in _SIGNAL.findall(text):
        yield Prop(name, short(kind), not required)


def lit(path: str, text: str) -> Iterator[Component]:
    """The elements that a Lit file defines."""
    for tag, name in (*_ELEMENT.findall(text), *_DECORATED.findall(text)):
        props = re.findall(r"@property\([^)]{0,200}\)\s*(\w+)", text)
        yield Component(name, path, False, tuple(Prop(one, "", True) for one in props), tag=tag)
