"""``kimi-lsp run``: one action on one file, from a shell, by the core that serves editors."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.syntax import Syntax

from kimi_lsp import disk
from kimi_lsp.messages import say
from kimi_lsp.shell_call import PICTURED, Place, UsageError, argument_of, parse, place_of
from kimi_lsp.vision.scored import shown
from kimi_lsp.wire.errors import METHOD_NOT_FOUND, ClientError, LspError

CAPABILITIES = {
    "workspace": {"workspaceEdit": {"resourceOperations": ["create", "rename", "delete"]}}
}
"""How an edit is written in the result; to apply one is not for a session to ask of a shell."""

# A model's text may not move the cursor, change the title, or fill the clipboard of a terminal.
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_CONTROLS = {code: shown for code, shown in _CONTROLS.items() if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """A text without the characters that a terminal obeys."""
    return text.translate(_CONTROLS)


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
    options = parse(argv)
    try:
        place = place_of(options.file, folder=options.action == "component")
        argument = argument_of(options, place)
    except UsageError as error:
        sys.stderr.write(f"kimi-lsp run: {error}\n")
        return 2
    shell = Shell(quiet=options.json)
    try:
        result = asyncio.run(_perform(shell, options, place, argument))
    except KeyboardInterrupt:
        result = {"state": "cancelled", "message": say("job.cancelled")}
    except LspError as error:
        sys.stderr.write(f"kimi-lsp run: {error.message}\n")
        return 2
    finally:
        shell.stop()
    return _finish(shell, options, result)


async def _perform(
    shell: Shell, options: argparse.Namespace, place: Place, argument: dict[str, Any]
) -> dict[str, Any]:
    from kimi_lsp.features.commands import Commands
    from kimi_lsp.server import places, session_of
    from kimi_lsp.sources import layers
    from kimi_lsp.wire.documents import Documents

    environment = dict(os.environ)
    documents = Documents()
    session = session_of(shell, documents, layers(environment), environment, places(environment))
    folder = workspace(place.path.resolve(), package=options.action in PICTURED)
    given: dict[str, Any] = {"jobEvents": True, **({"trusted": True} if options.trusted else {})}
    session.begin(
        {
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            "initializationOptions": given,
            "capabilities": CAPABILITIES,
            "locale": (os.environ.get("LANG") or "en").partition(".")[0].replace("_", "-"),
        }
    )
    text = _text(place.path)
    if isinstance(text, dict):
        return text
    if text is not None:
        kind = language(place.path)
        item = {"uri": argument["uri"], "languageId": kind, "version": 1, "text": text}
        documents.open(item)
    commands = Commands(session)
    command = {"visualFix": commands.visual_fix}.get(options.action)
    command = command or getattr(commands, options.action)
    try:
        result = await command([argument])
    finally:
        await session.close()
    if hunks := result.get("hunks"):
        try:
            known = {argument["uri"]: text} if text is not None else {}
            shell.files = disk.files(hunks, session.roots.shown, known)
        except (OSError, UnicodeDecodeError):
            return {"state": "refused", "reason": "stale", "message": say("document.changed")}
        result["diff"] = "".join(file.diff() for file in shell.files)
    return result


def _text(path: Path) -> str | dict[str, Any] | None:
    """The text of a file, None for a folder; the result of the run where it cannot be read."""
    if path.is_dir():
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return {"state": "refused", "reason": "invalid_text", "message": say("run.no_text")}
    except OSError as error:
        message = say("run.unreadable", detail=error.strerror or type(error).__name__)
        return {"state": "failed", "reason": "excluded", "message": message}


def workspace(path: Path, *, package: bool = False) -> Path:
    """The folder a file or folder belongs to: the nearest with a repository, else its own.

    ``package``: where there is no repository, the nearest with a ``package.json``.
    """
    above = (path, *path.parents) if path.is_dir() else path.parents
    marks = (".git", "package.json") if package else (".git",)
    found = (one for mark in marks for one in above if (one / mark).exists())
    return next(found, above[0])


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
        _verified(shell, result.get("check") or {})
        for file in shell.files:
            shell.errors.print(say("run.applied", path=file.shown), markup=False)
    elif diff := result.get("diff"):
        _verified(shell, result.get("check") or {})
        for why in (why for file in shell.files for why in file.consent):
            shell.errors.print(printable(why), markup=False)
        if shell.out.is_terminal:
            shell.out.print(Syntax(printable(diff), "diff", background_color="default"))
        else:
            sys.stdout.write(diff)
    return 0 if done else 1


def _verified(shell: Shell, check: Mapping[str, Any]) -> None:
    """Say how near a result comes to its picture, or why that is not known."""
    score = check.get("score")
    seen = "" if score is None else say("run.score", score=shown(score))
    for text in (seen, check.get("note"), check.get("why"), *check.get("errors", ())):
        if text:
            shell.errors.print(printable(str(text)), markup=False)


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
