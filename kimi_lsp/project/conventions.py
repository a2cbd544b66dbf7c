"""Where a project keeps its components, and how it names and exports them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kimi_lsp.project.component import Component
from kimi_lsp.project.files import Listing, join
from kimi_lsp.project.names import kebab, pascal, stem
from kimi_lsp.project.stack import Framework, Stack

Case = Literal["PascalCase", "kebab-case"]

_HOME = re.compile(r"(?:^|/)(?:components?|widgets|elements|blocks|sections|shared)(?=/|$)")
_ROUTE = re.compile(
    r"(?:^|/)(?:\+[\w.]+|(?:_\w+|page|layout|loading|error|not-found|template|default|root|global"
    r"-error)\.[jt]sx?|\[[^/]*|entry[.-][\w.]+|(?:main|app|App|Root|Routes|routes)\.\w+"
    r"|[\w.-]+\.(?:test|spec|stories|story|cy|config|d)\.\w+)$"
)
_PAGES = re.compile(r"(?:^|/)(?:pages|routes|views|screens|layouts|api|app/\(.*\))(?:/|$)")
_ENDINGS: dict[Framework, tuple[str, ...]] = {
    "vue": (".vue",),
    "svelte": (".svelte",),
    "astro": (".astro",),
    "angular": (".ts",),
    "lit": (".ts", ".js"),
    "html": (".html",),
}


@dataclass(frozen=True)
class Conventions:
    """``folder`` is relative to the workspace folder; ``suffix`` ends the name of a file.

    ``nested``: every component has a folder of its own, in which its file is an ``index`` or is
    named ``same`` as the folder.
    """

    folder: str = ""
    case: Case = "PascalCase"
    suffix: str = ".tsx"
    nested: Literal["", "index", "same"] = ""
    default_export: bool = True

    def path(self, name: str, folder: str | None = None) -> str:
        """The path of a component's file, in its usual folder or in another one."""
        file = kebab(name) if self.case == "kebab-case" else pascal(name)
        home = self.folder if folder is None else folder
        if self.nested:
            home = join(home, file)
        return join(home, ("index" if self.nested == "index" else file) + self.suffix)


def endings(stack: Stack, files: Sequence[str]) -> tuple[str, ...]:
    """How the names of component files end."""
    fixed = _ENDINGS.get(stack.framework)
    if fixed:
        return fixed
    # Older projects write markup in files that end like any other script.
    marked = (".tsx", ".jsx")
    return marked if any(file.endswith(marked) for file in files) else (".js",)


def candidates(stack: Stack, listing: Listing, near: str) -> list[str]:
    """The files that may define components, those that are told first in front.

    What lies beside a document comes before what is shared, that before what is one feature's,
    and the main file of a component's folder before its parts.
    """
    ends = endings(stack, listing.files)
    home = near.rpartition("/")[0]
    every = frozenset(listing.files)

    def order(path: str) -> tuple[int, bool, int, str]:
        folder = path.rpartition("/")[0]
        shared = 0 if folder == home else 1 if _HOME.search(folder) else 2
        return shared, not _is_main(stack, path, every), path.count("/"), path

    found = [
        path
        for path in listing.files
        if path.endswith(ends) and not _ROUTE.search(path) and _may_define(stack, path, ends)
    ]
    return sorted(found, key=order)


def _may_define(stack: Stack, path: str, ends: tuple[str, ...]) -> bool:
    folder, _, file = path.rpartition("/")
    shared = bool(_HOME.search(folder))
    capital = stem(path)[:1].isupper()
    match stack.framework:
        case "html":
            return False
        case "angular":
            return not path.endswith((".service.ts", ".module.ts", ".routes.ts"))
        case "svelte" | "lit":
            # Their pages are told from components by name, or there are none.
            return True
        case _:
            if file.startswith("index.") and not capital and not shared:
                return False
            return (capital or ends != (".js",)) and (shared or not _PAGES.search(folder))


def _is_main(stack: Stack, path: str, every: frozenset[str]) -> bool:
    """Whether a file is rather a component than a part of one."""
    folder, _, file = path.rpartition("/")
    if stack.framework == "angular":
        base = path.removesuffix(".ts")
        return base.endswith(".component") or f"{base}.html" in every
    capital = folder.rpartition("/")[2][:1].isupper()
    return file.startswith("index.") or _owns_folder(path) or not capital


def conventions(
    stack: Stack, listing: Listing, package: str, found: Sequence[Component], others: Iterable[str]
) -> Conventions:
    """How components are kept, from those that there are; ``others`` are texts of further modules.

    ``package`` is the folder of the package.
    """
    paths = list(dict.fromkeys(one.path for one in found))
    folder = _folder(stack, listing, package, paths)
    # Where there is none yet, Angular's own tool makes a folder for each.
    first = "same" if stack.framework == "angular" and not paths else ""
    return Conventions(
        folder=folder,
        case=_case(stack, paths, listing),
        suffix=_suffix(stack, paths, listing.files),
        nested=_nested(folder, paths) or first,
        default_export=_default(stack, found, others),
    )


def _nested(home: str, paths: Sequence[str]) -> Literal["", "index", "same"]:
    """Whether the components of a folder have folders of their own there."""
    inner = [path.removeprefix(home).lstrip("/") for path in paths if path.startswith(home)]
    index = {path for path in inner if path.count("/") and "/index." in path}
    same = {path for path in inner if path.count("/") and _owns_folder(path)}
    flat = sum("/" not in path for path in inner)
    if max(len(index), len(same)) < max(2, flat + 1):
        return ""
    return "index" if len(index) >= len(same) else "same"


def _owns_folder(path: str) -> bool:
    steps = path.split("/")
    return len(steps) > 1 and steps[-1].partition(".")[0].casefold() == steps[-2].casefold()


def _folder(stack: Stack, listing: Listing, package: str, paths: Sequence[str]) -> str:
    """The folder that holds most components; else one that is there for them; else the usual."""
    if stack.framework == "html":
        pages = Counter(one.rpartition("/")[0] for one in listing.files if one.endswith(".html"))
        return max(pages, key=lambda one: (pages[one], -one.count("/"), one), default=package)
    homes = Counter[str]()
    for path in paths:
        for found in _HOME.finditer(path.rpartition("/")[0]):
            homes[path[: found.end()]] += 1
    if homes:
        return max(homes, key=lambda one: (homes[one], -one.count("/"), one))
    empty = sorted(
        (one for one in listing.folders if one.rpartition("/")[2] == "components"),
        key=lambda one: (one.count("/"), one),
    )
    usual = [folder for folder in _usual(stack, package) if folder in listing.folders]
    if empty or usual:
        return (*empty, *usual)[0]
    counts = Counter(path.rpartition("/")[0] for path in paths)
    if counts and max(counts.values()) > 1:
        return max(counts, key=lambda one: (counts[one], one))
    source = join(package, "src")
    home = source if source in listing.folders else package
    return home if stack.framework == "lit" else join(home, "components")


def _usual(stack: Stack, package: str) -> tuple[str, ...]:
    names: tuple[str, ...] = ()
    if stack.framework == "svelte":
        names = ("src/lib/components", "src/lib")
    elif stack.framework == "angular":
        names = ("src/app",)
    return tuple(join(package, name) for name in names)


def _case(stack: Stack, paths: Sequence[str], listing: Listing) -> Case:
    names = [stem(path) for path in paths]
    dashed = sum("-" in name or name.islower() for name in names)
    capital = sum(name[:1].isupper() for name in names)
    if dashed == capital:
        names_of_files = {path.rpartition("/")[2] for path in listing.files}
        kebab_by_tool = stack.framework in ("angular", "html", "lit")
        return (
            "kebab-case" if kebab_by_tool or "components.json" in names_of_files else "PascalCase"
        )
    return "kebab-case" if dashed > capital else "PascalCase"


def _suffix(stack: Stack, paths: Sequence[str], files: Sequence[str]) -> str:
    if stack.framework == "angular":
        typed = sum(path.endswith(".component.ts") for path in files)
        return ".component.ts" if typed else ".ts"
    if stack.framework in ("vue", "svelte", "astro", "html"):
        return _ENDINGS[stack.framework][0]
    if stack.framework == "lit":
        return ".ts" if stack.typescript else ".js"
    counts = Counter(path[path.rfind(".") :] for path in paths)
    if counts:
        return max(counts, key=lambda one: (counts[one], one))
    if stack.typescript:
        return ".tsx"
    if any(path.rpartition("/")[2].startswith("vite.config.") for path in files):
        # Vite reads no markup in a file that is not named for it.
        return ".jsx"
    return endings(stack, files)[0] if endings(stack, files) == (".js",) else ".jsx"


def _default(stack: Stack, found: Sequence[Component], others: Iterable[str]) -> bool:
    if stack.framework in ("vue", "svelte", "astro"):
        return True
    if stack.framework in ("angular", "lit"):
        return False
    ways = Counter(one.default for one in found)
    if not ways:
        ways = Counter("export default" in text for text in others)
    return ways[True] >= ways[False]


def home(path: str, found: Sequence[Component], kept: Conventions, package: str) -> str:
    """The folder for a new component asked for at a path, a file's folder or a folder itself.

    A folder below the package that holds components keeps its own together; else they go where the
    project has them.
    """
    holders = {one.path.rpartition("/")[0] for one in found if not one.source}
    return path if path in holders and path != package else kept.folder
