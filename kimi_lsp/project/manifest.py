"""The package that a document belongs to, and the workspace of packages around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

from kimi_lsp.project.files import Files, above, join

MOST_PACKAGES = 60
"""Packages of a workspace that are looked at."""

_KINDS = ("dependencies", "devDependencies", "peerDependencies")


@dataclass(frozen=True)
class Package:
    """One ``package.json``.

    ``folder`` is relative to the workspace folder. ``needs`` maps what the package itself depends
    on to the version it asks for; ``shared`` the same for the root of its workspace.
    """

    folder: str
    name: str = ""
    needs: Mapping[str, str] = field(default_factory=dict[str, str])
    shared: Mapping[str, str] = field(default_factory=dict[str, str])
    members: tuple[str, ...] = ()
    exports: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def has(self, name: str) -> bool:
        """Whether it, or its workspace for all its packages, depends on something."""
        return name in self.needs or name in self.shared

    def major(self, name: str) -> int | None:
        """The major version it asks for, None where that is not said in digits."""
        wanted = self.needs.get(name) or self.shared.get(name) or ""
        found = re.match(r"(?:npm:[^@]+@)?[\^~=v\s]*(\d+)", wanted)
        return int(found[1]) if found else None


@dataclass(frozen=True)
class Workspace:
    """The package nearest to a document; where packages are held together, the others it uses."""

    package: Package
    top: str
    siblings: tuple[Package, ...] = ()


def workspace(files: Files, path: str) -> Workspace | None:
    """The packages around a file or folder; None where there is no ``package.json`` above it."""
    found = [
        package
        for folder in (path, *above(path))
        if (package := _package(files, folder)) is not None
    ]
    own = next((one for one in found if one.needs or one.members), None)
    if own is None:
        return None
    top = next((one for one in found if _holds(one, own.folder)), own)
    shared = dict[str, str]() if top is own else top.needs
    catalogue = _catalogue(files, top.folder)
    package = Package(
        own.folder, own.name, _resolved(own.needs, catalogue), shared, own.members, own.exports
    )
    return Workspace(package, top.folder, tuple(_siblings(files, top, package)))


def _package(files: Files, folder: str) -> Package | None:
    text = files.read(join(folder, "package.json"))
    if text is None:
        return None
    try:
        tree = json.loads(text)
    except ValueError:
        return None
    if not isinstance(tree, dict):
        return None
    raw = cast(dict[str, Any], tree)
    needs = {
        str(name): str(version)
        for kind in reversed(_KINDS)
        if isinstance(raw.get(kind), dict)
        for name, version in raw[kind].items()
    }
    exports = raw.get("exports")
    return Package(
        folder,
        str(raw.get("name") or ""),
        needs,
        members=_members(files, folder, raw.get("workspaces")),
        exports=cast(dict[str, Any], exports) if isinstance(exports, dict) else {},
    )


def _members(files: Files, folder: str, listed: Any) -> tuple[str, ...]:
    """The patterns of a workspace's packages, in npm's and yarn's form or in pnpm's."""
    if isinstance(listed, dict):
        listed = cast(dict[str, Any], listed).get("packages")
    if isinstance(listed, list):
        return tuple(str(one) for one in cast(list[Any], listed))
    text = files.read(join(folder, "pnpm-workspace.yaml")) or ""
    block = re.search(r"^packages:[ \t]*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)", text, re.MULTILINE)
    return tuple(re.findall(r"-\s*[\"']?([^\"'\s#]+)", block[1])) if block else ()


def _catalogue(files: Files, folder: str) -> dict[str, str]:
    """Versions that a pnpm workspace names once for all its packages."""
    text = files.read(join(folder, "pnpm-workspace.yaml")) or ""
    pairs = re.findall(
        r"^\s+[\"']?(@?[\w./-]+)[\"']?:\s*[\"']?([\^~]?\d[\w.-]*)", text, re.MULTILINE
    )
    return dict(pairs)


def _resolved(needs: Mapping[str, str], catalogue: Mapping[str, str]) -> dict[str, str]:
    return {
        name: catalogue.get(name, version) if version.startswith("catalog:") else version
        for name, version in needs.items()
    }


def _holds(package: Package, folder: str) -> bool:
    """Whether a workspace's patterns name a folder as one of its packages."""
    inner = folder.removeprefix(package.folder).lstrip("/")
    return any(_pattern(one).fullmatch(inner) for one in package.members)


def _pattern(glob: str) -> re.Pattern[str]:
    body = re.escape(glob.removeprefix("./").rstrip("/")).replace(r"\*\*", ".*")
    return re.compile(body.replace(r"\*", "[^/]*"))


def _siblings(files: Files, top: Package, own: Package) -> Iterator[Package]:
    """The packages of the workspace that a package depends on, in the order of their folders."""
    for folder in islice(_folders(files, top), MOST_PACKAGES):
        found = None if folder == own.folder else _package(files, folder)
        if found and found.name in own.needs:
            yield found


def _folders(files: Files, top: Package) -> Iterator[str]:
    for glob in top.members:
        glob = glob.removeprefix("./").rstrip("/")
        if glob.startswith("!"):
            continue
        fixed, star, _ = glob.partition("*")
        base = join(top.folder, fixed.rstrip("/")) if fixed.rstrip("/") else top.folder
        yield from files.folders(base) if star else (base,)
