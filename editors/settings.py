"""Write the server's table of settings into every document and type that shows it.

``python editors/settings.py`` writes; with ``--check`` it says which file is behind, and exits 1.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import TypeAdapter

from kimi_lsp.settings import WORKSPACE_KEYS, Bound, Entry, table

ROOT = Path(__file__).parent.parent

IN_VSCODE = {
    "trusted": "The workspace's own tooling may be run to render pages. VS Code answers this by "
    "your trust in the folder; `false` in your own settings forbids it everywhere.",
}
"""Meanings that are others where the editor has an answer of its own."""


def default(entry: Entry) -> str:
    """A default as JSON."""
    return json.dumps(entry.default)


def readme() -> str:
    """The rows of the README's table."""
    rows = [f"| `{entry.key}` | `{default(entry)}` | {entry.meaning} |" for entry in table()]
    return "\n".join(("| key | default | meaning |", "|---|---|---|", *rows))


def help_text() -> str:
    """The settings as Vim's help shows them, a tag each."""
    lines: list[str] = []
    for entry in table():
        tag = f"*kimi-server-{entry.key}*"
        lines += [entry.key + tag.rjust(78 - len(entry.key)), f"    Default: `{default(entry)}`"]
        lines += textwrap.wrap(
            entry.meaning.replace("`", ""), 78, initial_indent="    ", subsequent_indent="    "
        )
        lines.append("")
    return "\n".join(lines).rstrip()


def lua_types() -> str:
    """The settings as LuaCATS classes, a class for each table."""
    classes: dict[str, list[str]] = {"": []}
    for entry in table():
        group, _, name = entry.key.rpartition(".")
        if group and group not in classes:
            classes[group] = []
            classes[""].append(f"---@field {group}? kimi.ServerSettings.{group}")
        meaning = entry.meaning.replace("`", "")
        classes[group].append(f"---@field {name}? {_lua(entry.type)} {meaning}")
    made = ["-- Written from the server's table of settings; do not edit.", "", "---@meta"]
    for group, fields in classes.items():
        made += ["", f"---@class kimi.ServerSettings{group and '.' + group}", *fields]
    return "\n".join(made) + "\n"


def _lua(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "|".join(f"'{value}'" for value in get_args(kind))
    if hasattr(kind, "__metadata__"):
        return _lua(kind.__origin__)
    names = {str: "string", int: "integer", float: "number", bool: "boolean"}
    if get_origin(kind) is tuple:
        return "string[]"
    return names.get(kind, "table")


VSCODE_GROUPS: dict[str, tuple[str, ...]] = {
    "model": ("model", "thinking", "language"),
    "endpoint": ("baseUrl", "dialect", "maxConcurrency", "requestsPerMinute", "tokensPerMinute"),
    "limits": ("budget.*", "timeout.*"),
    "work": ("edit.*", "actions"),
    "privacy": ("exclude", "trusted"),
}
"""The groups of VS Code's settings page; what is in none of them comes last."""

VSCODE_SETS = {"jobEvents", "apiKeyRequests", "explain.display"}
"""What the extension decides by itself."""


def vscode_manifest(text: str) -> str:
    """The manifest of the extension with the settings in their groups."""
    manifest = json.loads(text)
    groups: dict[str, dict[str, Any]] = {name: {} for name in [*VSCODE_GROUPS, "more"]}
    for entry in _in_vscode():
        groups[_group(entry.key)]["kimi." + entry.key] = _vscode(entry)
    made = [_page(name, properties) for name, properties in groups.items() if properties]
    # The extension's own settings, which the server never sees.
    own = {"type": "string", "default": "", "scope": "machine"}
    path = own | {"markdownDescription": "%config.server.path%"}
    made.append(_page("server", {"kimi.server.path": path}))
    for order, group in enumerate(made):
        group["order"] = order
    manifest["contributes"]["configuration"] = made
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def vscode_words(text: str) -> str:
    """The extension's words with the meanings of the settings."""
    words = json.loads(text)
    own = ("config.group.", "config.server.")
    kept = {key: text for key, text in words.items() if not key.startswith("config.")}
    kept |= {key: text for key, text in words.items() if key.startswith(own)}
    for entry in _in_vscode():
        kept["config." + entry.key] = IN_VSCODE.get(entry.key, entry.meaning)
    return json.dumps(kept, indent=2, ensure_ascii=False) + "\n"


def _in_vscode() -> list[Entry]:
    return [entry for entry in table() if entry.key not in VSCODE_SETS]


def _group(key: str) -> str:
    for name, keys in VSCODE_GROUPS.items():
        if key in keys or key.rpartition(".")[0] + ".*" in keys:
            return name
    return "more"


def _page(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"title": f"%config.group.{name}%", "properties": properties}


def _vscode(entry: Entry) -> dict[str, Any]:
    """A setting as JSON Schema; one that a workspace may not decide has the scope of its person."""
    schema = TypeAdapter(entry.type).json_schema()
    if entry.key == "actions":
        schema = {"type": "object", "additionalProperties": schema["$defs"]["OwnAction"]}
    schema.pop("title", None)
    for one in getattr(entry.type, "__metadata__", ()):
        if isinstance(one, Bound):
            schema["exclusiveMinimum" if one.above else "minimum"] = one.least
    live = entry.key in WORKSPACE_KEYS
    return {
        **schema,
        "default": json.loads(default(entry)),
        "scope": "resource" if live else "application",
        "markdownDescription": f"%config.{entry.key}%",
    }


def _between(text: str, first: str, last: str, made: str) -> str:
    pattern = re.compile(f"({re.escape(first)}\n).*?(\n{re.escape(last)})", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"no {first!r} in a file that must show the settings")
    return pattern.sub(lambda found: found[1] + made + found[2], text)


FILES: dict[str, Callable[[str], str]] = {
    "README.md": lambda text: _between(
        text, "<!-- settings -->", "<!-- end of settings -->", readme()
    ),
    "editors/nvim/doc/kimi.txt": lambda text: _between(
        text, "for `init_options`.", "=" * 78, "\n" + help_text() + "\n"
    ),
    "editors/nvim/lua/kimi/types.lua": lambda _: lua_types(),
    "editors/vscode/package.json": vscode_manifest,
    "editors/vscode/package.nls.json": vscode_words,
}


def behind() -> list[tuple[Path, str]]:
    """The files whose settings are not the server's, with what they should hold."""
    found: list[tuple[Path, str]] = []
    for name, make in FILES.items():
        path = ROOT / name
        text = path.read_text("utf-8") if path.exists() else ""
        wanted = make(text)
        if wanted != text:
            found.append((path, wanted))
    return found


def main() -> int:
    """Write, or only look."""
    late = behind()
    if "--check" in sys.argv:
        for path, _ in late:
            name = path.relative_to(ROOT)
            sys.stderr.write(f"{name} is behind the settings: python editors/settings.py\n")
        return 1 if late else 0
    for path, wanted in late:
        path.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
