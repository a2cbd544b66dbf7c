"""Take the README's picture: a real Neovim, a real server, the offline Kimi.

``python -m tests.editors.picture`` writes ``docs/neovim.svg``.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.e2e.conftest import Kimi
from tests.editors.conftest import HERE, NVIM, ROOT, Neovim
from tests.editors.terminal import Terminal

COLUMNS, LINES = 96, 30

CODE = (ROOT / "kimi_lsp" / "demo" / "sample" / "shapes.py").read_text("utf-8")

ANSWER = (
    "`area` is what is left of the wall once its openings are taken off:\n\n"
    "- `whole` is the wall itself, **width × height**.\n"
    "- Each door or window cut out of it counts with its own area.\n\n"
    "It reads `openings`, which exists nowhere; `self.openings` is meant.\n"
)


def main() -> None:
    """Ask for an explanation, and keep the screen before the answer ends."""
    kimi = Kimi()
    kimi.say(reply={"content": ANSWER, "delay": 0.15, "chunk": 9})
    with tempfile.TemporaryDirectory() as folder:
        made = Neovim(kimi, Path(folder), {"COLORTERM": "truecolor", "TERM": "xterm-256color"})
        made.file.write_text(CODE, "utf-8")
        command = (str(NVIM), "--clean", "-u", str(HERE / "init.lua"), made.file.name)
        terminal = Terminal(command, made.environment, made.folder, COLUMNS, LINES)
        try:
            terminal.type("21G", ":set termguicolors", "Enter", ":Kimi explain", "Enter")
            terminal.see("It reads openings", "writing,")
            screen = terminal.screen(colours=True)
        finally:
            terminal.close()
            kimi.close()
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(screen.rstrip("\n")), end="")
    svg = console.export_svg(title="nvim shapes.py")
    # No font is fetched from anywhere: the picture asks nothing of the network.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs" / "neovim.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
