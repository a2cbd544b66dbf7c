"""Run the offline Kimi alone; the first line of stdout says where it is."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from kimi_lsp.simulator.script import FAULTS, Line, ScriptError, read
from kimi_lsp.simulator.server import Simulator


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal; 2 for a script that cannot be used."""
    faults = "\n".join(f"  {name:12} {meaning}" for name, meaning in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="kimi-lsp simulator",
        description="The offline stand-in for Kimi, on 127.0.0.1.",
        epilog=f"faults of a script line:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes any that is free")
    parser.add_argument("--script", type=Path, help="replies, as lines of JSON")
    parser.add_argument(
        "--dialect", default="moonshot", choices=("moonshot", "vllm", "sglang", "openrouter")
    )
    parser.add_argument("--key", help="the only key that is accepted")
    parser.add_argument("--models", default="kimi-k2.5", help="ids, separated by commas")
    parser.add_argument("--retired", action="store_true", help="serve kimi-k2.6, not kimi-k2.5")
    options = parser.parse_args(argv)
    script: list[Line] = []
    if options.script:
        try:
            script = read(options.script.read_text("utf-8").splitlines())
        except (OSError, ScriptError) as error:
            sys.stderr.write(f"kimi-lsp simulator: {options.script}: {error}\n")
            return 2
    simulator = Simulator(
        script,
        port=options.port,
        dialect=options.dialect,
        key=options.key,
        models=options.models.split(","),
        retired=options.retired,
    )
    asyncio.run(_serve(simulator))
    return 0


async def _serve(simulator: Simulator) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with simulator:
        line = {"url": simulator.url, "models": simulator.models}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
