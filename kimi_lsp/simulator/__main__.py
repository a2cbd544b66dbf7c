"""Run the offline Kimi alone; the first line of stdout says where it is."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from kimi_lsp.simulator.chat import RetryAfter
from kimi_lsp.simulator.dialects import DIALECTS
from kimi_lsp.simulator.faults import FAULTS
from kimi_lsp.simulator.limits import Limits
from kimi_lsp.simulator.script import Line, ScriptError, read
from kimi_lsp.simulator.server import Simulator


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal; 2 for a script that cannot be used, 1 for a port that is taken."""
    options = _parser().parse_args(argv)
    script: list[Line] = []
    if options.script:
        try:
            script = read(options.script.read_text("utf-8").splitlines())
        except (OSError, ValueError, ScriptError) as error:
            sys.stderr.write(f"kimi-lsp simulator: {options.script}: {error}\n")
            return 2
    simulator = Simulator(
        script,
        port=options.port,
        dialect=options.dialect,
        key=options.key,
        models=[name.strip() for name in options.models.split(",") if name.strip()],
        retired=options.retired,
        retry_after=options.retry_after,
        limits=Limits(
            options.concurrency,
            options.rpm,
            options.tpm,
            options.tpd,
            options.balance,
            options.minute,
        ),
        pictures=not options.text_only,
        lint=options.lint,
        message_bytes=options.message_bytes,
    )
    try:
        asyncio.run(_serve(simulator))
    except OSError as error:
        sys.stderr.write(f"kimi-lsp simulator: port {options.port}: {error.strerror}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    wide = max(map(len, FAULTS))
    faults = "\n".join(f"  {name:{wide}} {meaning}" for name, meaning in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="kimi-lsp simulator",
        description="The offline stand-in for Kimi, on 127.0.0.1.",
        epilog=f"faults of a script line:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, default=0, metavar="N", help="0 takes any that is free")
    add("--script", type=Path, metavar="FILE", help="replies, as lines of JSON")
    add("--dialect", default="moonshot", choices=tuple(DIALECTS), help="whose ways it has")
    add("--key", metavar="KEY", help="the only key that is accepted")
    add("--models", default="kimi-k2.5", metavar="IDS", help="ids, separated by commas")
    add("--retired", action="store_true", help="serve what is left since kimi-k2.5 was retired")
    add("--text-only", action="store_true", help="serve models that do not see")
    add("--lint", action="store_true", help="hold schemas to the stricter level")
    add("--concurrency", type=int, metavar="N", help="requests at a time")
    add("--rpm", type=int, metavar="N", help="requests a minute")
    add("--tpm", type=int, metavar="N", help="tokens a minute, counted at the door")
    add("--tpd", type=int, metavar="N", help="tokens a day")
    add("--balance", type=float, metavar="USD", help="money left; refused from 0 down")
    add("--minute", type=float, default=60.0, metavar="S", help="seconds that a minute lasts")
    add("--retry-after", type=_wait, metavar="S|auto", help="send Retry-After with such refusals")
    add("--message-bytes", type=int, metavar="N", help="the most that all messages may hold")
    return parser


def _wait(text: str) -> RetryAfter:
    return "auto" if text == "auto" else int(text)


async def _serve(simulator: Simulator) -> None:
    stop = asyncio.Event()
    try:
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    except NotImplementedError:
        pass  # Windows has no such handlers; an interrupt ends the loop by itself.
    async with simulator:
        line = {"url": simulator.url, "models": simulator.models}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
