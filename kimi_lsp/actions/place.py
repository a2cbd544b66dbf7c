"""Where the files of a new component go, and under which name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kimi_lsp.project.conventions import home
from kimi_lsp.project.facts import Project
from kimi_lsp.project.names import pascal, stem

MOST_NUMBERS = 99

_OWN_STYLES = {"css-modules": ".module", "css": "", "sass": ""}


@dataclass(frozen=True)
class Place:
    """Paths are relative to the workspace folder, with ``/``.

    ``styles`` is the path of the style sheet that is the component's own, empty where its styles
    are in its code. ``name`` is empty where the model is to give one: then the paths hold a name
    that stands in for it.
    """

    project: Project
    folder: str
    name: str = ""

    @property
    def path(self) -> str:
        return self.path_of(self.name or "ComponentName")

    @property
    def styles(self) -> str:
        return self.styles_of(self.name or "ComponentName")

    @property
    def stand_in(self) -> str:
        """The name that stands in for one, as file names are written."""
        return stem(self.path)

    def path_of(self, name: str) -> str:
        """The path of a component's code."""
        return self.project.conventions.path(name, self.folder)

    def styles_of(self, name: str) -> str:
        """The path of its style sheet, empty where it has none of its own."""
        stack = self.project.stack
        if stack.framework not in ("react", "preact", "solid", "qwik"):
            return ""
        infix = _OWN_STYLES.get(stack.styling)
        if infix is None or stack.kits:
            return ""
        path = self.path_of(name)
        file = path.rpartition("/")[2].partition(".")[0]
        if file == "index":
            file = stem(path)
        suffix = ".scss" if stack.styling == "sass" else ".css"
        return path.removesuffix(path.rpartition("/")[2]) + file + infix + suffix

    def free(self, name: str, taken: Callable[[str], bool]) -> str | None:
        """The name, or the same with a number, that no file has; None where there is none."""
        for number in range(1, MOST_NUMBERS + 1):
            tried = name if number == 1 else f"{name}{number}"
            paths = [path for path in (self.path_of(tried), self.styles_of(tried)) if path]
            if not any(map(taken, paths)):
                return tried
        return None


def place(project: Project, asked: str, *, folder: bool, name: str = "") -> Place:
    """Where a component goes that is asked for on a file or a folder of the workspace folder.

    A folder that is named is meant where it lies outside of where components are kept; the root of
    a package, and whatever holds the usual folder, stand for that.
    """
    at = asked if folder else asked.rpartition("/")[0]
    usual = project.conventions.folder
    if not folder:
        at = home(at, project.components, project.conventions, project.root)
    elif at in ("", project.root) or f"{usual}/".startswith(f"{at}/"):
        at = usual
    return Place(project, at, pascal(name) if name else "")
