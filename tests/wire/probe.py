"""A server with handlers no product would have, to see what the wire makes of them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from typing import Any

from kimi_lsp import logs
from kimi_lsp.wire import lazy_types, pipe
from kimi_lsp.wire.door import Door

lazy_types.install()

from kimi_lsp.wire.server import KimiServer, serve  # noqa: E402

NEVER = threading.Event()


def results() -> dict[str, Any]:
    """Results that JSON cannot hold."""
    ring: list[Any] = []
    ring.append(ring)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    return {
        "object": object(),
        "set": {1},
        "bytes": b"x",
        "key": {(1, 2): 3},
        "nan": float("nan"),
        "ring": ring,
        "deep": deep,
    }


def register(server: KimiServer) -> None:
    """Every handler; what has begun or was cancelled is told by a notification."""
    wire = server.protocol

    def tell(what: str, params: Any) -> None:
        wire.notify_client(f"probe/{what}", params or {})

    @server.feature("probe/echo")
    def echo(params: Any) -> Any:
        return params

    @server.feature("probe/later")
    async def later(params: Any) -> Any:
        await asyncio.sleep(0)
        return params

    @server.feature("probe/wait")
    async def wait(params: Any) -> Any:
        tell("began", params)
        try:
            await asyncio.Event().wait()
        finally:
            tell("stopped", params)

    @server.feature("probe/partial")
    async def partial(params: Any) -> Any:
        tell("began", params)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "what there was"

    @server.feature("probe/stubborn")
    async def stubborn(params: Any) -> Any:
        tell("began", params)
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                tell("stopped", params)

    @server.feature("probe/threads")
    async def threads(params: Any) -> Any:
        for _ in range(params["count"]):
            asyncio.get_running_loop().run_in_executor(None, NEVER.wait)
        return params

    @server.feature("probe/block")
    def block(params: Any) -> Any:
        tell("began", params)
        NEVER.wait()

    @server.feature("probe/print")
    def printing(_: Any) -> Any:
        print("STRAY print", flush=True)
        os.write(1, b"STRAY write\n")
        os.system("echo STRAY shell")
        child = "import sys; print('STRAY child'); sys.stdout.flush(); print(sys.stdin.read())"
        return subprocess.run([sys.executable, "-c", child], check=False).returncode

    @server.feature("probe/say")
    def say(params: Any) -> None:
        sys.stderr.write(params["text"] + "\n")
        sys.stderr.flush()

    @server.feature("probe/odd")
    def odd(params: Any) -> Any:
        return results()[params["kind"]]

    @server.feature("probe/raise")
    async def raising(params: Any) -> Any:
        raise RuntimeError(params["text"])

    @server.feature("probe/leave")
    def leaving(params: Any) -> Any:
        raise SystemExit(params["text"])

    @server.feature("probe/ask")
    async def ask(params: Any) -> Any:
        return await wire.request_client("probe/question", params)

    @server.feature("probe/flood")
    def flood(params: Any) -> Any:
        for _ in range(params["times"]):
            wire.notify_client("probe/much", {"text": "x" * params["size"]})

    @server.command("probe.wait")
    async def wait_command(arguments: list[Any]) -> Any:
        return await wait(arguments[0])

    @server.command("probe.echo")
    def echo_command(arguments: list[Any]) -> Any:
        return arguments

    @server.command("probe.odd")
    async def odd_command(arguments: list[Any]) -> Any:
        return results()[arguments[0]]


async def _ended() -> None:
    pass


def main() -> int:
    door = Door(pipe.stdio(), lambda params: {"capabilities": {}, "given": params})
    logs.begin(None, "debug")
    server = KimiServer("probe", "1")
    register(server)
    return serve(door, server, lambda params: None, _ended)


if __name__ == "__main__":
    sys.exit(main())
