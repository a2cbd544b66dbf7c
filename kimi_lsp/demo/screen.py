"""What the demo shows: streams and diffs for a person, or one line of JSON a step for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from rich.console import Console
from rich.syntax import Syntax


class Screen(Protocol):
    """Where a demo is seen."""

    def begin(self, step: str, what: str) -> None: ...

    def event(self, event: Mapping[str, Any]) -> None: ...

    def say(self, text: str) -> None: ...

    def stop(self) -> None: ...

    def end(self, result: Mapping[str, Any]) -> None: ...

    def skip(self, step: str, why: str) -> None: ...


class Terminal:
    """For a person: text as it streams in, diffs in colour; plain where there is no terminal."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self._status = self.console.status("")
        self._streamed = False

    def begin(self, step: str, what: str) -> None:
        self.console.print(f"\n[bold]{step}[/bold]  {what}", style=None)
        if self.console.is_terminal:
            self._status.update("waiting for Kimi")
            self._status.start()

    def event(self, event: Mapping[str, Any]) -> None:
        if event.get("event") == "report":
            self._status.update(str(event.get("message")))
        elif event.get("event") == "text" and event.get("action") == "explain":
            self._status.stop()
            self.console.print(str(event["delta"]), end="", markup=False)
            self._streamed = True

    def say(self, text: str) -> None:
        self.console.print(f"  {text}", style="dim", markup=False)

    def stop(self) -> None:
        self._status.stop()
        if self._streamed:
            self.console.print()
        self._streamed = False

    def end(self, result: Mapping[str, Any]) -> None:
        evidence = str(result["evidence"])
        if evidence.startswith("--- "):
            if self.console.is_terminal:
                self.console.print(Syntax(evidence, "diff", background_color="default"))
            else:
                self.console.print(evidence, end="", markup=False)
        elif result["step"] != "explain" or not result["ok"]:
            self.console.print(f"  {evidence}", markup=False)
        mark = "[green]seen[/green]" if result["ok"] else "[red]NOT SEEN[/red]"
        requests = result["requests"]
        asked = f"{requests} request{'' if requests == 1 else 's'}"
        self.console.print(f"{mark} in {result['seconds']} s, {asked}")

    def skip(self, step: str, why: str) -> None:
        self.console.print(f"\n[bold]{step}[/bold]  skipped: {why}", style=None)


class Lines:
    """For a program: one line of JSON a step, nothing else."""

    def begin(self, step: str, what: str) -> None: ...

    def event(self, event: Mapping[str, Any]) -> None: ...

    def say(self, text: str) -> None: ...

    def stop(self) -> None: ...

    def end(self, result: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def skip(self, step: str, why: str) -> None:
        sys.stderr.write(f"{step}: skipped: {why}\n")
