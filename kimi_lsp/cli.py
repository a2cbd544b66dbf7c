"""The command line. Called with nothing or with flags it is the language server."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kimi_lsp import __version__

USAGE = """\
usage: kimi-lsp [--stdio | --socket PORT] [--log-file FILE] [--log-level LEVEL]
                [--clientProcessId N]           the language server (stdin/stdout)
       kimi-lsp demo [--json]                   the main job, with no key
       kimi-lsp run explain|fix|edit|component|visualFix FILE[:LINE[-LINE]] [--help]
                                                one action, from a shell
       kimi-lsp doctor [--json]                 what is set up, and what is wrong with it
       kimi-lsp login | logout [--base-url URL]
                                                the key, into the system's keyring or out of it
       kimi-lsp simulator [--port N] [--script FILE]
                                                the offline stand-in for Kimi
       kimi-lsp --version | --help
"""

HIGHEST_PORT = 65535
SWITCH_SECONDS = 0.0005
COMMANDS = ("demo", "doctor", "login", "logout", "run", "simulator")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one call; the exit code. 2 for a call that is not understood."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first in COMMANDS:
        return _command(first, arguments[1:])
    if first in ("--version", "-V"):
        sys.stdout.write(f"kimi-lsp {__version__}\n")
        return 0
    if first in ("--help", "-h", "help"):
        sys.stdout.write(USAGE)
        return 0
    return _serve(arguments)


def _serve(arguments: list[str]) -> int:
    """Open the door first: a client's first message is answered before anything is imported."""
    options = _flags(arguments)
    if options is None:
        sys.stderr.write(USAGE)
        return 2

    from kimi_lsp.features.initialize import answer
    from kimi_lsp.wire import pipe
    from kimi_lsp.wire.door import Door

    # Till the server stands its imports share the interpreter with the threads that answer.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    port, process = options.get("--socket"), options.get("--clientProcessId")
    try:
        wire = pipe.connect(int(port)) if port else pipe.stdio()
        door = Door(wire, answer, int(process) if process else None)
    except OSError as error:
        what = f"no editor listens on port {port}" if port else "stdin or stdout is closed"
        sys.stderr.write(f"kimi-lsp: {what}: {error.strerror}\n")
        return 1
    try:
        from kimi_lsp import logs, server

        logs.begin(options.get("--log-file"), options.get("--log-level") or "warning")
    except Exception as error:  # noqa: BLE001 - whatever is broken, the client must hear of it
        door.fail(f"Kimi could not start ({type(error).__name__}). Install kimi-lsp again.")
    sys.setswitchinterval(interval)
    return server.run(door)


def _flags(arguments: list[str]) -> dict[str, str] | None:
    """The server's flags, ``--flag value`` or ``--flag=value``; None where one is not known."""
    valued = {"--socket", "--log-file", "--log-level", "--clientProcessId"}
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name == "--stdio":
            continue
        if name not in valued:
            return None
        options[name] = value if equals else next(rest, "")
        if not options[name]:
            return None
        if name in ("--socket", "--clientProcessId") and not _number(options[name]):
            return None
    if int(options.get("--socket", 0)) > HIGHEST_PORT:
        return None
    return options


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _command(name: str, arguments: list[str]) -> int:
    if name == "simulator":
        from kimi_lsp.simulator.__main__ import main as simulator

        return simulator(arguments)
    if name == "demo":
        from kimi_lsp.demo.__main__ import main as demo

        return demo(arguments)
    if name == "run":
        from kimi_lsp.run import main as run

        return run(arguments)
    if name in ("login", "logout"):
        from kimi_lsp import login

        return login.login(arguments) if name == "login" else login.logout(arguments)
    from kimi_lsp.doctor import main as doctor

    return doctor(arguments)
