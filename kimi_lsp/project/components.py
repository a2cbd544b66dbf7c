"""The components that a file defines for other files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kimi_lsp.project import modules, single_file
from kimi_lsp.project.component import Component, Prop
from kimi_lsp.project.names import pascal, stem
from kimi_lsp.project.stack import Framework

_SINGLE: Mapping[str, Callable[[str], Iterator[Prop]]] = {
    ".vue": single_file.vue,
    ".svelte": single_file.svelte,
    ".astro": single_file.astro,
}


def components(framework: Framework, path: str, text: str) -> tuple[Component, ...]:
    """Their names and what they take; of a file that defines none, none."""
    reader = _SINGLE.get(path[path.rfind(".") :])
    if reader:
        return (Component(pascal(stem(path)), path, True, tuple(reader(text))),)
    match framework:
        case "angular":
            return tuple(single_file.angular(path, text))
        case "lit":
            return tuple(single_file.lit(path, text))
        case _:
            return tuple(modules.components(path, text))
