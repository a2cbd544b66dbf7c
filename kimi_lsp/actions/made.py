"""A model's answer read as the files of a new component."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kimi_lsp.actions.place import Place
from kimi_lsp.core import Applied, FileReply, Refused, apply_reply, split_reply
from kimi_lsp.core.refused import refuse
from kimi_lsp.project.component import Component
from kimi_lsp.project.components import components
from kimi_lsp.project.names import kebab, pascal, stem

_NAME = re.compile(r"[A-Z][0-9A-Za-z]{0,60}")
_SHEETS = (".css", ".scss", ".sass", ".less")


@dataclass(frozen=True)
class Made:
    """A new component: its code, and the texts of all its files by their paths.

    ``component`` is how others import it. ``others`` are files that were not asked for.
    """

    name: str
    path: str
    files: Mapping[str, str]
    component: Component
    others: Mapping[str, str]

    @property
    def code(self) -> str:
        return self.files[self.path]


def made(reply: str, place: Place, taken: Callable[[str], bool]) -> Made | Refused:
    """The files that an answer holds, under paths by the project's conventions.

    ``taken`` says whether something is at a path already; a number is put behind a name that is.
    """
    parts = split_reply(reply, "whole", asked=place.path)
    if isinstance(parts, Refused):
        return parts
    texts: dict[str, str] = {}
    for part in parts:
        text = _text(part)
        if isinstance(text, Refused):
            return text
        texts[part.path] = text
    main = _main(texts, place)
    if main is None:
        return refuse("no_path")
    written = _written(main, texts[main], place)
    if not _NAME.fullmatch(written):
        return refuse("no_path")
    name = place.free(place.name or written, taken)
    if name is None:
        return refuse("no_path")
    return _placed(texts, main, written, name, place)


def _text(part: FileReply) -> str | Refused:
    found = apply_reply("", part.reply, path=part.path, format="whole")
    return found.text if isinstance(found, Applied) else found


def _main(texts: Mapping[str, str], place: Place) -> str | None:
    """The file that holds the component's code."""
    suffix = place.path[place.path.rfind(".") :]
    code = [path for path in texts if not path.endswith(_SHEETS)]
    same = [path for path in code if path.endswith(suffix) and stem(path) != "index"]
    return next(iter((*same, *code)), None)


def _written(path: str, code: str, place: Place) -> str:
    """The name that the model gave: in the path, else in the code."""
    name = pascal(stem(path))
    if path and name != pascal(place.stand_in) and not place.name:
        return name
    exported = components(place.project.stack.framework, path or place.path, code)
    return exported[0].name if exported and path.endswith((".tsx", ".jsx", ".js")) else name


def _placed(texts: Mapping[str, str], main: str, written: str, name: str, place: Place) -> Made:
    path, styles = place.path_of(name), place.styles_of(name)
    sheet = next((one for one in texts if one.endswith(_SHEETS)), None) if styles else None
    names = {one: one for one in texts} | {main: path} | ({sheet: styles} if sheet else {})
    changed = {written: name, kebab(written): kebab(name)} if written != name else {}
    files: dict[str, str] = {}
    others: dict[str, str] = {}
    for old, text in texts.items():
        target = files if old in (main, sheet) else others
        target[names[old]] = _renamed(text, changed)
    if sheet:
        files[path] = _importing(files[path], sheet, styles)
    found = components(place.project.stack.framework, path, files[path])
    component = next(
        (one for one in found if one.name == name),
        found[0] if found else Component(name, path, place.project.conventions.default_export),
    )
    return Made(name, path, files, component, others)


def _renamed(text: str, changed: Mapping[str, str]) -> str:
    """A text in which a name that was taken is another one."""
    for old, new in changed.items():
        text = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, text)
    return text


def _importing(code: str, written: str, placed: str) -> str:
    """Code that imports its style sheet by the name it has now."""
    old, new = written.rpartition("/")[2], placed.rpartition("/")[2]
    return code.replace(f"./{old}", f"./{new}") if old != new else code
