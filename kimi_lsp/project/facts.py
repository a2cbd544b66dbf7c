"""All that is known of the project around a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from kimi_lsp.project.aliases import Alias, aliases
from kimi_lsp.project.component import Component
from kimi_lsp.project.components import components
from kimi_lsp.project.conventions import Conventions, candidates, conventions
from kimi_lsp.project.files import Files, Listing, join
from kimi_lsp.project.manifest import Package, workspace
from kimi_lsp.project.stack import Stack, stack
from kimi_lsp.project.tokens import sheets, tokens

MOST_READ = 24
"""Files read for the components that they define, all packages together."""

MOST_TRIED = 48
_MAIN = (
    *("src/App.tsx", "src/App.jsx", "src/App.js", "src/app.tsx", "src/app.jsx"),
    *("app/page.tsx", "src/app/page.tsx", "app/routes/home.tsx", "pages/_app.tsx"),
)


@dataclass(frozen=True)
class Project:
    """Paths are relative to the workspace folder; ``root`` is the package's folder.

    ``top`` is the folder of the workspace of packages it belongs to, which is ``root`` where it
    stands alone. ``style_sheet`` is the one that holds for all of it, empty where there is none.
    ``sources`` are the files that words of it come from.
    """

    root: str = ""
    top: str = ""
    stack: Stack = field(default_factory=Stack)
    conventions: Conventions = field(default_factory=Conventions)
    aliases: tuple[Alias, ...] = ()
    tokens: tuple[tuple[str, str], ...] = ()
    components: tuple[Component, ...] = ()
    style_sheet: str = ""
    sources: tuple[str, ...] = ()


def project(files: Files, path: str) -> Project:
    """The project around a file or a folder, read anew: nothing of it is kept."""
    found = workspace(files, path)
    package = found.package if found else None
    root = package.folder if package else ""
    listing = files.listing(root)
    texts = {one: text for one in sheets(listing) if (text := files.read(one)) is not None}
    made = stack(package, listing.files, "\n".join(texts.values()), path)
    budget = _Budget(MOST_READ, MOST_TRIED)
    known = list(_components(files, made, listing, path, budget))
    own = tuple(known)
    named = tokens(files, listing, tuple(texts.values()))
    for sibling in found.siblings if found else ():
        around = files.listing(sibling.folder)
        known += _of_sibling(files, made, sibling, around, budget)
        # The tokens of a workspace are often kept with the components it shares.
        named = named or tokens(files, around, [files.read(one) or "" for one in sheets(around)])
    mains = [text for name in _MAIN if (text := files.read(join(root, name))) is not None]
    return Project(
        root=root,
        top=found.top if found else "",
        stack=made,
        conventions=conventions(made, listing, root, own, mains),
        aliases=aliases(files, root, made) if package else (),
        tokens=named,
        components=tuple(known),
        style_sheet=next(iter(texts), ""),
        sources=tuple(dict.fromkeys((*texts, *(one.path for one in known)))),
    )


@dataclass
class _Budget:
    """How many files may still be read, and tried."""

    reads: int
    tries: int


def _components(
    files: Files, made: Stack, listing: Listing, near: str, budget: _Budget
) -> tuple[Component, ...]:
    found = list[Component]()
    for path in candidates(made, listing, near):
        if not budget.reads or not budget.tries:
            break
        budget.tries -= 1
        text = files.read(path)
        if text is not None:
            budget.reads -= 1
            found += components(made.framework, path, text)
    return tuple(found)


def _of_sibling(
    files: Files, made: Stack, sibling: Package, listing: Listing, budget: _Budget
) -> Iterator[Component]:
    """The components of another package of the workspace, under the name they are imported by."""
    for one in _components(files, made, listing, "", budget):
        inner = one.path.removeprefix(sibling.folder).lstrip("/")
        source = exported_as(sibling, inner)
        yield Component(one.name, one.path, one.default, one.props, source, one.tag)


def exported_as(package: Package, path: str) -> str:
    """How a file of a package is imported from outside it: by its ``exports``, or by the name."""
    for key, target in package.exports.items():
        for one in _targets(target):
            before, star, after = one.removeprefix("./").partition("*")
            if not star and before == path and key != ".":
                return package.name + key.removeprefix(".")
            if star and path.startswith(before) and path.endswith(after):
                middle = path[len(before) : len(path) - len(after)]
                return package.name + key.removeprefix(".").replace("*", middle)
    return package.name


def _targets(target: object) -> Sequence[str]:
    if isinstance(target, str):
        return (target,)
    if isinstance(target, dict):
        values = cast(dict[str, object], target).values()
        return tuple(one for value in values for one in _targets(value))
    return ()
