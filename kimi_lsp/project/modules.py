"""Components that are functions or classes of a module, as React, Preact and Solid have them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kimi_lsp.project.braces import inside, members
from kimi_lsp.project.component import Component, Prop, short
from kimi_lsp.project.declarations import declared, typed
from kimi_lsp.project.names import pascal, stem

_NAME = r"[A-Z]\w*"
_IDENTIFIER = re.compile(r"[\w$-]+")
_DEFAULT = re.compile(
    rf"export\s+default\s+(?:(?:async\s+)?function\s*\*?\s*|class\s+)?"
    rf"(?:(?:React\.)?(?:memo|forwardRef|observer)\s*\(\s*)?(?!styled\b)({_NAME})?"
)
_MARKUP = re.compile(r"</|/>|createElement\(|\bstyled[.(]")
_NAMED = re.compile(rf"export\s+(?:async\s+)?(?:function|const|class)\s+({_NAME})\b")
_LISTED = re.compile(r"export\s*\{([^}]*)\}(?!\s*from)")
_LISTED_ONE = re.compile(rf"\s*({_NAME})(?:\s+as\s+({_NAME}|default))?\s*")
_WRAPPED = r"(?:Readonly<|PropsWithChildren<|ParentProps<)?"
_TYPED = re.compile(rf":\s*{_WRAPPED}([A-Z]\w*)")
_WRITTEN = re.compile(rf":\s*{_WRAPPED}\{{")
_GENERIC = re.compile(r"<[^(]*?\b([A-Z]\w*)\s*>")
_HEAD = re.compile(
    rf"\bfunction\s+({_NAME})\s*(?:<[^(]{{0,200}}>)?\s*\("
    rf"|\b(?:const|let|var)\s+({_NAME})\s*(?::([^=]{{1,200}}))?=\s*"
    r"((?:[\w.]+\s*(?:<[^(]{0,200}>)?\s*\(\s*)?)(?:async\s*)?(?:function\s*\w*\s*)?\("
)
# Looked for from the name on: to try every place in a file for the whole head takes its time.
_KEYWORD = re.compile(r"\b(?:function|const|let|var)\s+$")
_FAR = 40
_PROP_TYPES = re.compile(rf"\b({_NAME})\.propTypes\s*=\s*\{{")
_PROP_TYPE = re.compile(r"(\w+)\s*:\s*(?:PropTypes\.)?(\w+)(.*)")
_CHOICE = re.compile(r"\(\s*\[(.*?)\s*,?\s*\]")
_SPOKEN = {"func": "function", "bool": "boolean", "arrayOf": "array"} | dict.fromkeys(
    ("oneOf", "oneOfType", "shape", "any"), ""
)


def components(path: str, text: str) -> Iterator[Component]:
    """The components that a module exports; one without markup has none."""
    if not _MARKUP.search(text):
        return
    checked = dict[str, int]()
    if ".propTypes" in text:
        checked = {head[1]: head.end() - 1 for head in _PROP_TYPES.finditer(text)}
    for name, is_default in _exported(path, text).items():
        # Only letters in capitals make a constant.
        if not name.isupper() or len(name) == 1:
            found = _props(text, _head(text, name), checked.get(name))
            yield Component(name, path, is_default, tuple(found))


def _head(text: str, name: str) -> re.Match[str] | None:
    """Where a component's function begins; the last place where there are several."""
    at = text.rfind(name)
    while at >= 0:
        before = _KEYWORD.search(text, max(0, at - _FAR), at)
        head = _HEAD.match(text, before.start()) if before else None
        if head and name in (head[1], head[2]):
            return head
        at = text.rfind(name, 0, at)
    return None


def _exported(path: str, text: str) -> dict[str, bool]:
    """The names that a module exports, and whether each is its default."""
    found = dict[str, bool]()
    default = _DEFAULT.search(text)
    if default:
        found[default[1] or pascal(stem(path))] = True
    for name in _NAMED.findall(text):
        found.setdefault(name, False)
    for listed in _LISTED.findall(text):
        for told in filter(None, map(_LISTED_ONE.fullmatch, listed.split(","))):
            is_default = told[2] == "default"
            found.setdefault(told[1] if is_default else told[2] or told[1], is_default)
    return found


def _props(text: str, head: re.Match[str] | None, checked: int | None) -> Iterator[Prop]:
    """What a component takes, by its function, the type of that and its ``propTypes``."""
    parameter, outer = "", ""
    if head:
        parameter = next(members(inside(text, head.end() - 1), ","), "")
        outer = f"{head[3] or ''} {head[4] or ''}"
    pattern = inside(parameter, 0) if parameter.startswith("{") else None
    annotation = parameter if pattern is None else parameter[len(pattern) + 2 :]
    known = dict[str, Prop]()
    for kind in (_TYPED.search(annotation), _GENERIC.search(outer)):
        known |= declared(kind[1], text) if kind else {}
    written = _WRITTEN.search(annotation)
    if written:
        known |= typed(inside(annotation, written.end() - 1))
    if checked is not None:
        known |= _prop_types(inside(text, checked))
    taken = dict[str, bool]()
    for member in members(pattern or "", ","):
        word = _IDENTIFIER.match(member)
        if word:
            taken[word[0]] = "=" in member
    for prop, has_default in taken.items():
        declared_as = known.pop(prop, Prop(prop))
        yield Prop(prop, declared_as.type, declared_as.optional or has_default)
    yield from known.values()


def _prop_types(body: str) -> dict[str, Prop]:
    found = dict[str, Prop]()
    for member in members(body, ","):
        told = _PROP_TYPE.fullmatch(member)
        if told:
            choice = _CHOICE.match(told[3]) if told[2] == "oneOf" else None
            kind = " | ".join(members(choice[1], ",")) if choice else _SPOKEN.get(told[2], told[2])
            found[told[1]] = Prop(told[1], short(kind), not told[3].endswith("isRequired"))
    return found
