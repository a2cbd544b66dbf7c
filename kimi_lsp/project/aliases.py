"""Import aliases, from the configuration that editors and bundlers read them from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from kimi_lsp.project.files import Files, join
from kimi_lsp.project.stack import Stack

_CONFIGURATIONS = ("tsconfig.json", "tsconfig.app.json", "jsconfig.json", "tsconfig.base.json")
_NOT_JSON = re.compile(r'("(?:\\.|[^"\\])*")|/\*.*?\*/|//[^\n]*|,(?=\s*[}\]])', re.DOTALL)
_VITE = re.compile(
    r"[\"']?([@~#$][\w/-]*)[\"']?\s*:\s*[^\n]{0,80}?[\"'](?:\./|/)?((?:src|app|lib)[\w/-]*)/?[\"']"
)


@dataclass(frozen=True)
class Alias:
    """``prefix`` such as ``@/`` stands for ``folder``, relative to the workspace folder."""

    prefix: str
    folder: str


def aliases(files: Files, package: str, stack: Stack) -> tuple[Alias, ...]:
    """The aliases of a package, those for the widest folders first."""
    found = dict[str, str]()
    for name in _CONFIGURATIONS:
        for prefix, folder in _paths(files.read(join(package, name)) or "", package):
            found.setdefault(prefix, folder)
    if not found:
        for name in ("vite.config.ts", "vite.config.js", "vite.config.mjs"):
            for prefix, folder in _VITE.findall(files.read(join(package, name)) or ""):
                found.setdefault(prefix.rstrip("/") + "/", join(package, folder.rstrip("/")))
    if stack.meta == "SvelteKit":
        found.setdefault("$lib/", join(package, "src/lib"))
    if stack.meta == "Nuxt":
        source = "app" if files.read(join(package, "app/app.vue")) is not None else ""
        found.setdefault("~/", join(package, source) if source else package)
    made = [Alias(prefix, folder) for prefix, folder in found.items()]
    # A prefix that is none is the last resort.
    return tuple(sorted(made, key=lambda one: (not one.prefix, one.folder.count("/"), one.prefix)))


def _paths(text: str, package: str) -> Iterator[tuple[str, str]]:
    """The prefixes of a TypeScript configuration, which is JSON with comments."""
    try:
        tree = json.loads(_NOT_JSON.sub(lambda found: found[1] or "", text) or "{}")
    except ValueError:
        return
    options = _node(_node(tree).get("compilerOptions"))
    base = str(options.get("baseUrl") or ".")
    if base.strip("./"):
        yield "", join(package, base.strip("./"))
    for pattern, targets in _node(options.get("paths")).items():
        target = cast(list[Any], targets)[0] if isinstance(targets, list) and targets else ""
        if pattern.endswith("/*") and isinstance(target, str) and target.endswith("/*"):
            steps = [step for step in f"{base}/{target[:-2]}".split("/") if step not in ("", ".")]
            if ".." not in steps and "node_modules" not in steps:
                yield pattern[:-1], join(package, "/".join(steps)) if steps else package


def _node(tree: Any) -> dict[str, Any]:
    return cast(dict[str, Any], tree) if isinstance(tree, dict) else {}
