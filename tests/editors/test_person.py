"""Neovim as a person uses it, at a terminal: what the screen shows while an answer streams."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Kimi
from tests.editors.conftest import HERE, NVIM, ROOT, Neovim
from tests.editors.terminal import Terminal

pytestmark = pytest.mark.editor

ARTIFACTS = ROOT / "artifacts" / "neovim"

TEXT = (
    "`area` squares a number.\n\n- It takes **r**, the radius of a circle.\n"
    "- It gives back `r * r`, which leaves out π.\n\n"
    "A name like `square` would say what it does, and whoever wants the area of a circle "
    "would not be misled by it any longer.\n"
)
FIX = "<<<<<<< SEARCH\n    return radius * radius\n=======\n    return r * r\n>>>>>>> REPLACE\n"


@pytest.fixture
def terminal(request: pytest.FixtureRequest, neovim: Callable[..., Neovim]) -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        if os.environ.get("CI"):
            pytest.fail("tmux is not installed")
        pytest.skip("tmux is not installed")
    review = request.node.get_closest_marker("review")
    made = neovim(**({"KIMI_TEST_REVIEW": "1"} if review else {}))
    command = (str(NVIM), "--clean", "-u", str(HERE / "init.lua"), made.file.name)
    # tmux's own socket path may be no longer than a hundred characters.
    terminal = Terminal(command, {**made.environment, "TERM": "xterm-256color"}, made.folder)
    yield terminal
    terminal.close()


def _keep(name: str, screen: str) -> None:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    (ARTIFACTS / f"{name}.txt").write_text(screen, "utf-8")


def _below(screen: str, first: str, *others: str) -> None:
    place = screen.index(first)
    for other in others:
        assert screen.index(other, place) > place
        place = screen.index(other, place)


def test_a_stream_at_three_moments(kimi: Kimi, terminal: Terminal) -> None:
    kimi.say(reply={"content": TEXT, "delay": 0.6, "chunk": 24})
    terminal.see("shapes.py", "return radius")
    terminal.type(":Kimi explain", "Enter")

    waiting = terminal.see("Kimi explains shapes.py", "waiting", gone=["squares"])
    _keep("1-waiting", waiting)
    assert "s stop" in waiting
    _below(waiting, "def area(r):", "x = area(2)", "╭ Kimi explains shapes.py", "╰")

    writing = terminal.see("writing,", "It takes r, the radius", gone=["any longer"])
    _keep("2-writing", writing)
    assert "def area(r):" in writing, "the window hides the code in question"
    assert "**" not in writing, "the Markdown is not rendered"
    _below(writing, "squares a number", "- It takes r", "╰", "s stop", "q close")
    assert "Kimi explains shapes.py: writing" in writing.splitlines()[-2], (
        "no word in the statusline"
    )

    done = terminal.see("any longer.", "tokens, $", gone=["s stop", "writing"])
    _keep("3-done", done)
    _below(done, "squares a number", "leaves out π.", "misled by it", "tokens, $", "q close")

    terminal.type("q")
    terminal.see("def area(r):", gone=["squares a number"])
    terminal.type("gg", "K")
    hover = terminal.see("squares a number", "leaves out π")
    _keep("4-hover", hover)


def test_stop_keeps_what_came(kimi: Kimi, terminal: Terminal) -> None:
    kimi.say(reply={"content": "One. " + "More. " * 2000, "delay": 0.05, "chunk": 12})
    terminal.see("return radius")
    terminal.type(":Kimi explain", "Enter")
    terminal.see("More. More.")
    terminal.type("C-c")
    _keep("stopped", terminal.see("cancelled", "Stopped.", "More.", gone=["s stop"]))


def test_pin_goes_on_streaming_in_a_split(kimi: Kimi, terminal: Terminal) -> None:
    kimi.say(reply={"content": TEXT, "delay": 0.1, "chunk": 4})
    terminal.see("return radius")
    terminal.type(":Kimi explain", "Enter")
    terminal.see("squares a")
    terminal.type("p")
    terminal.see("def area(r):", "any longer", "Y copy", gone=["╭", "p pin", "s stop"])
    _keep("pinned", terminal.screen())


def test_fix_from_the_menu_and_one_undo(kimi: Kimi, terminal: Terminal) -> None:
    kimi.say(reply={"content": FIX, "delay": 0.1, "chunk": 8})
    terminal.see("E", "return radius")
    terminal.type("2G", "gra")
    menu = terminal.see("1: Fix with Kimi", "2: Explain with Kimi")
    _keep("menu", menu)
    terminal.type("1", "Enter")
    _keep("fixing", terminal.see("return radius * radius   Kimi: writing,"))
    _keep("fixed", terminal.see("return r * r", "undo takes it back", gone=["radius * radius"]))
    terminal.type("u")
    terminal.see("return radius * radius", gone=["return r * r"])


def test_edit_asks_what_to_do(kimi: Kimi, terminal: Terminal) -> None:
    kimi.say(match={"contains": "use r"}, reply={"content": "```python\n    return r * r\n```\n"})
    terminal.see("return radius")
    terminal.type("2G", "V", ":Kimi edit", "Enter")
    terminal.see("Kimi, change this:")
    terminal.type("use r", "Enter")
    terminal.see("return r * r", gone=["radius"])


@pytest.mark.review
def test_review_in_place(kimi: Kimi, terminal: Terminal) -> None:
    kimi.say(reply={"content": FIX})
    terminal.see("return radius")
    terminal.type("2G", ":Kimi fix", "Enter")
    proposed = terminal.see("1 change proposed", "return radius * radius", "return r * r")
    _keep("proposed", proposed)
    _below(proposed, "return radius * radius", "return r * r", "x = area(2)")
    terminal.type(":Kimi accept", "Enter")
    terminal.see("return r * r", gone=["radius * radius"])
    terminal.type("u")
    terminal.see("return radius * radius", gone=["return r * r"])


def test_health(terminal: Terminal) -> None:
    terminal.see("return radius")
    terminal.type(":checkhealth kimi", "Enter")
    screen = terminal.see("Everything that explain, fix and edit need is there")
    _keep("health", screen)
    assert "offline-canary-key" not in screen


def test_path_of_the_socket_fits(tmp_path: Path) -> None:
    assert len(str(tmp_path / "tmux")) < 100
