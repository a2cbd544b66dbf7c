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

from kimi_lsp.settings import Entry, table

ROOT = Path(__file__).parent.parent

NOT_YET = {
    "trusted",
}
"""Settings that are read and not in force."""


def default(entry: Entry) -> str:
    """A default as JSON."""
    return json.dumps(entry.default)


def readme() -> str:
    """The rows of the README's table."""
    rows = ["| key | default | meaning |", "|---|---|---|"]
    for entry in table():
        mark = " *Read, not in force yet.*" if entry.key in NOT_YET else ""
        rows.append(f"| `{entry.key}` | `{default(entry)}` | {entry.meaning}{mark} |")
    return "\n".join(rows)


def help_text() -> str:
    """The settings as Vim's help shows them, a tag each."""
    lines: list[str] = []
    for entry in table():
        tag = f"*kimi-server-{entry.key}*"
        lines += [entry.key + tag.rjust(78 - len(entry.key)), f"    Default: `{default(entry)}`"]
        lines += textwrap.wrap(
            entry.meaning.replace("`", ""), 78, initial_indent="    ", subsequent_indent="    "
        )
        if entry.key in NOT_YET:
            lines.append("    Read, not in force yet.")
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
