"""``kimi-lsp run``: one action on one file, from a shell, by the core that serves editors."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.syntax import Syntax

from kimi_lsp import disk
from kimi_lsp.messages import say
from kimi_lsp.wire.errors import METHOD_NOT_FOUND, ClientError, LspError

ACTIONS = ("explain", "fix", "edit")

CAPABILITIES = {
    "workspace": {"workspaceEdit": {"resourceOperations": ["create", "rename", "delete"]}}
}
"""How an edit is written in the result; to apply one is not for a session to ask of a shell."""

_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<first>\d+)(?:-(?P<last>\d+))?)?")


# A model's text may not move the cursor, change the title, or fill the clipboard of a terminal.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_CONTROLS = {code: shown for code, shown in _CONTROLS.items() if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """A text without the characters that a terminal obeys."""
    return text.translate(_CONTROLS)


class UsageError(Exception):
    """A call that cannot be carried out as it was typed; its text says why."""


@dataclass(frozen=True)
class Place:
    """A file and, where they were given, its lines from 1, the last one in it."""

    path: Path
    first: int | None = None
    last: int | None = None


def place_of(text: str) -> Place:
    """``FILE``, ``FILE:LINE`` or ``FILE:LINE-LINE``. Raises ``UsageError``."""
    if Path(text).is_file():
        return Place(Path(text))
    match = _PLACE.fullmatch(text)
    if match is None or not Path(match["file"]).is_file():
        raise UsageError(say("run.no_file", path=text))
    first = int(match["first"]) if match["first"] else None
    last = int(match["last"]) if match["last"] else first
    if first is not None and last is not None and not 1 <= first <= last:
        raise UsageError(say("run.lines", path=text))
    return Place(Path(match["file"]), first, last)


@dataclass
class Shell:
    """The client that a session sees: it shows what streams in, and applies nothing by itself."""

    quiet: bool
    out: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    errors: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))
    streamed: bool = False
    files: list[disk.File] = field(default_factory=list[disk.File])

    def __post_init__(self) -> None:
        self.status = self.errors.status(say("job.started"))
        if self.errors.is_terminal and not self.quiet:
            self.status.start()

    def notify_client(self, method: str, params: dict[str, Any]) -> None:
        """Show a job's text as it comes, its progress, and messages."""
        event = params.get("event")
        if method == "window/showMessage":
            self.errors.print(printable(params["message"]), markup=False)
        elif method != "kimi/job" or self.quiet:
            return
        elif event == "report":
            self.status.update(str(params["message"]))
        elif event == "text" and params["action"] == "explain":
            self.status.stop()
            self.streamed = True
            self.out.print(printable(params["delta"]), end="", markup=False)

    async def request_client(self, method: str, params: dict[str, Any]) -> Any:
        """A shell has nothing to be asked."""
        raise ClientError(METHOD_NOT_FOUND, method)

    def agrees(self, why: str) -> bool:
        """Whether the person at the terminal agrees; nobody there is no."""
        if self.quiet or not (sys.stdin.isatty() and self.errors.is_terminal):
            return False
        self.errors.print(printable(f"{why} [y/N] "), end="", markup=False)
        return sys.stdin.readline().strip().casefold() in ("y", "yes")

    def stop(self) -> None:
        """Leave the line that progress was written on, and end a text that was not ended."""
        self.status.stop()
        if self.streamed:
            self.out.print()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one action; 0 done, 1 refused or failed, 2 for a call that is not understood."""
    options = _parser().parse_args(argv)
    try:
        place = place_of(options.file)
        argument = _argument(options, place)
    except UsageError as error:
        sys.stderr.write(f"kimi-lsp run: {error}\n")
        return 2
    shell = Shell(quiet=options.json)
    try:
        result = asyncio.run(_perform(shell, options.action, place, argument))
    except KeyboardInterrupt:
        result = {"state": "cancelled", "message": say("job.cancelled")}
    except LspError as error:
        sys.stderr.write(f"kimi-lsp run: {error.message}\n")
        return 2
    finally:
        shell.stop()
    return _finish(shell, options, result)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kimi-lsp run", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("file", metavar="FILE[:LINE[-LINE]]", help="lines count from 1, inclusive")
    parser.add_argument("--instruction", default="", metavar="TEXT", help="what to change")
    parser.add_argument("--image", action="append", default=[], metavar="FILE", type=Path)
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


def _argument(options: argparse.Namespace, place: Place) -> dict[str, Any]:
    """The argument of the command that an editor would send."""
    argument: dict[str, Any] = {"uri": place.path.resolve().as_uri(), "wait": True}
    if place.first is not None and place.last is not None:
        argument["range"] = _range(place.first - 1, place.last - 1)
    elif options.action != "edit":
        argument["range"] = _range(0, 2**31 - 2)
    argument["images"] = [{"path": str(path.resolve())} for path in options.image]
    if options.model:
        argument["model"] = options.model
    if options.thinking:
        argument["thinking"] = options.thinking
    if options.action == "edit":
        if not options.instruction.strip():
            raise UsageError(say("run.no_instruction"))
        argument["instruction"] = options.instruction
    if options.action == "fix":
        argument["diagnostics"] = _diagnostics(options, argument["range"])
    if options.action != "explain":
        argument["apply"] = "hold"
    return argument


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


async def _perform(
    shell: Shell, action: str, place: Place, argument: dict[str, Any]
) -> dict[str, Any]:
    from kimi_lsp.features.commands import Commands
    from kimi_lsp.server import places, session_of
    from kimi_lsp.sources import layers
    from kimi_lsp.wire.documents import Documents

    environment = dict(os.environ)
    documents = Documents()
    session = session_of(shell, documents, layers(environment), environment, places(environment))
    folder = workspace(place.path.resolve())
    session.begin(
        {
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            "initializationOptions": {"jobEvents": True},
            "capabilities": CAPABILITIES,
            "locale": (os.environ.get("LANG") or "en").partition(".")[0].replace("_", "-"),
        }
    )
    try:
        text = place.path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return {"state": "refused", "reason": "invalid_text", "message": say("run.no_text")}
    except OSError as error:
        message = say("run.unreadable", detail=error.strerror or type(error).__name__)
        return {"state": "failed", "reason": "excluded", "message": message}
    item = {"uri": argument["uri"], "languageId": language(place.path), "version": 1, "text": text}
    documents.open(item)
    try:
        result = await getattr(Commands(session), action)([argument])
    finally:
        await session.close()
    if hunks := result.get("hunks"):
        try:
            shell.files = disk.files(hunks, session.roots.shown, {argument["uri"]: text})
        except (OSError, UnicodeDecodeError):
            return {"state": "refused", "reason": "stale", "message": say("document.changed")}
        result["diff"] = "".join(file.diff() for file in shell.files)
    return result


def workspace(path: Path) -> Path:
    """The folder a file belongs to: the nearest with a repository, else its own."""
    return next((one for one in path.parents if (one / ".git").exists()), path.parent)


def language(path: Path) -> str:
    """The name of a file's language, as an editor would say it."""
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        return str(get_lexer_for_filename(path.name).aliases[0])
    except (ClassNotFound, IndexError):
        return "text"


def _finish(shell: Shell, options: argparse.Namespace, result: dict[str, Any]) -> int:
    if options.apply and shell.files:
        result |= _write(shell, agreed=options.yes)
    done = result["state"] == "done"
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
    elif not done:
        shell.errors.print(printable(result.get("message") or result["state"]), markup=False)
    elif options.apply:
        for file in shell.files:
            shell.errors.print(say("run.applied", path=file.shown), markup=False)
    elif diff := result.get("diff"):
        for why in (why for file in shell.files for why in file.consent):
            shell.errors.print(printable(why), markup=False)
        if shell.out.is_terminal:
            shell.out.print(Syntax(printable(diff), "diff", background_color="default"))
        else:
            sys.stdout.write(diff)
    return 0 if done else 1


def _write(shell: Shell, *, agreed: bool) -> dict[str, Any]:
    """Write the edit where every file still is what it was, and its person agrees."""
    for why in () if agreed else (why for file in shell.files for why in file.consent):
        if not shell.agrees(why):
            message = say("run.not_agreed", why=why)
            return {"state": "cancelled", "applied": False, "message": message}
    try:
        disk.write(shell.files)
    except disk.OvertakenError:
        return {"state": "refused", "reason": "stale", "message": say("document.changed")}
    except OSError as error:
        message = say("run.unreadable", detail=error.strerror or type(error).__name__)
        return {"state": "failed", "reason": "internal", "message": message}
    made = (file.target or file.path for file in shell.files)
    return {"applied": True, "files": [path.resolve().as_uri() for path in made]}
