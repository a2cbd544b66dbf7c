"""A project in the words that a model is told it in: short, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator

from kimi_lsp.project.component import Component
from kimi_lsp.project.facts import Project
from kimi_lsp.project.imports import specifier
from kimi_lsp.project.stack import Stack

MOST_MODULES = 28
MOST_TOKENS = 40
MOST_PROPS = 10

_EVERY = frozenset({"className", "class", "children", "style", "ref", "id"})

_FRAMEWORKS = {
    "react": "React",
    "preact": "Preact",
    "vue": "Vue",
    "svelte": "Svelte",
    "solid": "Solid",
    "angular": "Angular",
    "astro": "Astro",
    "lit": "Lit",
    "qwik": "Qwik",
    "html": "plain HTML",
}
_STYLING = {
    "tailwind": "Tailwind CSS",
    "unocss": "UnoCSS",
    "css-modules": "CSS modules",
    "styled-components": "styled-components",
    "emotion": "Emotion",
    "vanilla-extract": "vanilla-extract",
    "sass": "Sass",
    "css": "plain CSS",
}


def stack_told(stack: Stack) -> str:
    """The stack in one line."""
    framework = _FRAMEWORKS[stack.framework]
    words = [f"{framework} {stack.version}" if stack.version else framework]
    words += [stack.meta] if stack.meta and stack.meta != framework else []
    if stack.framework != "html":
        words.append("TypeScript" if stack.typescript else "JavaScript")
    styling = _STYLING[stack.styling]
    words.append(
        f"{styling} {stack.tailwind}" if stack.styling == "tailwind" and stack.tailwind else styling
    )
    return ", ".join((*words, *stack.kits))


def project_told(project: Project, folder: str) -> str:
    """What a model needs to write a file of a folder as the project would."""
    return "\n".join(_told(project, folder))


def _told(project: Project, folder: str) -> Iterator[str]:
    yield f"The project: {stack_told(project.stack)}."
    if project.stack.icons:
        yield f"Icons: {', '.join(project.stack.icons)}."
    if project.stack.framework in ("react", "preact", "solid", "qwik"):
        way = "default" if project.conventions.default_export else "named"
        yield f"Components are {way} exports."
    yield from tokens_told(project)
    modules = _by_module(project, folder)
    if modules:
        yield "Its components, as they are imported here, and what they take:"
        for name, found in list(modules.items())[:MOST_MODULES]:
            yield _module(name, found)


def tokens_told(project: Project) -> list[str]:
    """The tokens that hold a value, none told twice: a name for another one says nothing new."""
    known = {name for name, _ in project.tokens}
    told = [
        f"{name}: {value}"
        for name, value in project.tokens
        if not (value.startswith("var(") and value[4:-1].strip() in known)
    ]
    return ["Its design tokens:", *told[:MOST_TOKENS]] if told else []


def _by_module(project: Project, folder: str) -> dict[str, list[Component]]:
    modules = dict[str, list[Component]]()
    for one in project.components:
        modules.setdefault(specifier(project, one, folder), []).append(one)
    return modules


def _module(name: str, found: list[Component]) -> str:
    """The import of a module's components, and in a comment what they take."""
    default = [one.name for one in found if one.default]
    named = [one.name for one in found if not one.default]
    names = [*default, *([f"{{ {', '.join(named)} }}"] if named else [])]
    line = f'import {", ".join(names)} from "{name}"'
    takes = " ".join(filter(None, (_takes(one) for one in found)))
    return f"{line} // {takes}" if takes else line


def _takes(component: Component) -> str:
    """A component's tag and its props, empty where it takes only what every component takes."""
    props = [str(prop) for prop in component.props if prop.name not in _EVERY]
    shown = [*props[:MOST_PROPS], *(["..."] if len(props) > MOST_PROPS else [])]
    if not shown and not component.tag:
        return ""
    head = f"<{component.tag or component.name}>"
    return f"{head} {{ {', '.join(shown)} }}" if shown else head
