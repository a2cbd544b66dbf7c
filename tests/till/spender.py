"""A process that spends from a ledger, for tests to race and to kill.

Called with a folder, dollars a day, dollars a call and a number of calls. It says ``ready``, begins
at the first line of its input, and says ``held`` or ``refused`` after every call. ``settle`` as
the last argument counts each call at half of what it held. It ends with its input. Its day is
always the same.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from kimi_lsp.core.model import Usage
from kimi_lsp.errors import KimiError
from kimi_lsp.till import Bounds, Till

NOON = datetime(2026, 11, 24, 12)


async def spend(folder: str, day: str, call: str, calls: str, settle: str = "") -> None:
    till, bounds = Till(Path(folder), lambda: NOON), Bounds(float(day), 1000)
    for _ in range(int(calls)):
        try:
            held = await till.reserve(10, 10, float(call), bounds)
        except KimiError as error:
            if error.key != "till.usd":
                raise
            print("refused", flush=True)
            continue
        if settle:
            await till.settle(held, Usage(requests=1, usd=float(call) / 2))
        print("held", flush=True)


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(spend(*sys.argv[1:]))
    sys.stdin.readline()
