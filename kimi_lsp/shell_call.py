"""What a call of ``kimi-lsp run`` asks for, as the argument of the command an editor would send."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kimi_lsp.messages import say

ACTIONS = ("explain", "fix", "edit", "component", "visualFix")
PICTURED = ("component", "visualFix")
"""Those that look at pictures, and at a project around the file."""

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?")


class UsageError(Exception):
    """A call that cannot be carried out as it was typed; its text says why."""


@dataclass(frozen=True)
class Place:
    """A file or a folder and, where they were given, the file's lines from 1, the last one in it.

    ``last`` is None where one line was given.
    """

    path: Path
    first: int | None = None
    last: int | None = None


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The call as it was typed; ends the program where its words are not known."""
    return _parser().parse_args(argv)


def place_of(text: str, *, folder: bool = False) -> Place:
    """``FILE``, ``FILE:LINE`` or ``FILE:LINE-LINE``; ``folder``: or a folder.

    Raises ``UsageError``.
    """
    if Path(text).is_file() or (folder and Path(text).is_dir()):
        return Place(Path(text))
    match = _PLACE.fullmatch(text)
    if match is None or not Path(match["file"]).is_file():
        raise UsageError(say("run.no_file", path=text))
    first = int(match["first"]) if match["first"] else None
    last = int(match["last"]) if match["last"] else None
    if first is not None and not 1 <= first <= (last or first):
        raise UsageError(say("run.lines", path=text))
    return Place(Path(match["file"]), first, last)


def argument_of(options: argparse.Namespace, place: Place) -> dict[str, Any]:
    """The argument of the command that an editor would send. Raises ``UsageError``."""
    argument: dict[str, Any] = {"uri": place.path.resolve().as_uri(), "wait": True}
    argument |= _where(options.action, place)
    argument["images"] = [_image(path) for path in options.image]
    if options.model:
        argument["model"] = options.model
    if options.thinking:
        argument["thinking"] = options.thinking
    if options.action == "edit" and not options.instruction.strip():
        raise UsageError(say("run.no_instruction"))
    if options.action in ("edit", *PICTURED):
        argument["instruction"] = options.instruction
    if options.action == "fix":
        argument["diagnostics"] = _diagnostics(options, argument["range"])
    if options.action in PICTURED:
        argument |= _pictured(options)
    if options.action != "explain":
        argument["apply"] = "hold"
    return argument


def _pictured(options: argparse.Namespace) -> dict[str, Any]:
    if not options.image:
        raise UsageError(say("run.no_image", action=options.action))
    if options.action == "component":
        return {"name": options.name, **({"verify": False} if options.no_verify else {})}
    return {"target": _image(options.target)} if options.target else {}


def _image(path: Path) -> dict[str, str]:
    return {"path": str(path.resolve())}


def _where(action: str, place: Place) -> dict[str, Any]:
    if place.first is None:
        # A file alone is the document, and for a component the place beside it.
        return {} if action in ("edit", *PICTURED) else {"range": _range(0, 2**31 - 2)}
    if action == "component" and place.last is None:
        return {"position": {"line": place.first - 1, "character": 0}}
    return {"range": _range(place.first - 1, (place.last or place.first) - 1)}


def _range(first: int, last: int) -> dict[str, Any]:
    # Past the end of a line is its end, as the protocol has it.
    end = {"line": last, "character": 2**31 - 1}
    return {"start": {"line": first, "character": 0}, "end": end}


def _diagnostics(options: argparse.Namespace, range_: Mapping[str, Any]) -> list[Any]:
    if options.problem:
        return [{"range": range_, "message": options.problem, "severity": 1}]
    if not options.diagnostics:
        raise UsageError(say("run.no_problem"))
    try:
        if options.diagnostics == "-":
            found = json.load(sys.stdin)
        else:
            found = json.loads(Path(options.diagnostics).read_text("utf-8"))
    except (OSError, ValueError) as error:
        text = say("run.bad_diagnostics", path=options.diagnostics, detail=type(error).__name__)
        raise UsageError(text) from None
    if isinstance(found, dict):
        # As a server publishes them, or as it answers when it is asked for them.
        found = found.get("diagnostics", found.get("items"))
    if not isinstance(found, list):
        text = say("run.bad_diagnostics", path=options.diagnostics, detail="no list")
        raise UsageError(text)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kimi-lsp run", description="One action on one file, from a shell."
    )
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument(
        "file",
        metavar="FILE[:LINE[-LINE]]",
        help="lines count from 1, inclusive; a component goes beside a FILE or into a folder, "
        "before a LINE, or in place of lines",
    )
    parser.add_argument("--instruction", default="", metavar="TEXT", help="what to change")
    parser.add_argument("--image", action="append", default=[], metavar="FILE", type=Path)
    parser.add_argument("--target", metavar="FILE", type=Path, help="how visualFix is to look")
    parser.add_argument("--name", default="", help="of the component")
    parser.add_argument("--no-verify", action="store_true", help="do not draw the component")
    parser.add_argument(
        "--trusted", action="store_true", help="the project's own tooling may be run, to draw"
    )
    parser.add_argument("--problem", metavar="TEXT", help="what is wrong, in words")
    parser.add_argument("--diagnostics", metavar="FILE|-", help="LSP diagnostics as JSON")
    parser.add_argument("--model", metavar="ID")
    parser.add_argument("--thinking", choices=("auto", "on", "off"))
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--diff", action="store_true", help="show an edit as a diff (the default)")
    shown.add_argument("--apply", action="store_true", help="write an edit to the file")
    parser.add_argument("--yes", action="store_true", help="agree to what would be asked about")
    parser.add_argument("--json", action="store_true", help="the result as one JSON object")
    return parser
