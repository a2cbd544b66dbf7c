"""Any tree of links: nothing outside the folder is ever read, and what is plainly inside is."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kimi_lsp.workspace.gate import Withheld
from tests.workspace.tree import gate

NAMES = st.sampled_from(["a", "b", "c", ".env"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
SIDES = st.sampled_from(["in", "in", "out"])
INSIDE, OUTSIDE, SECRET = "inside", "outside", "secret"


def real(path: Path) -> Path:
    """Where a path leads, as far as it can be followed; a loop is no error."""
    return Path(os.path.realpath(path))


class Trees(RuleBasedStateMachine):
    """Two trees side by side, ``in`` and ``out``; only the first is a workspace folder."""

    @initialize()
    def begin(self) -> None:
        self.root = Path(tempfile.mkdtemp()).resolve()
        (self.root / "in").mkdir()
        (self.root / "out").mkdir()
        for name in ("a", "b", ".env"):
            (self.root / "out" / name).write_text(OUTSIDE)
        self.gate = gate(self.root / "in")

    def teardown(self) -> None:
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    def _free(self, path: Path) -> bool:
        """Whether something may be made here without changing what lies elsewhere."""
        return not os.path.lexists(path) and real(path.parent) == path.parent

    @rule(side=SIDES, path=PATHS)
    def make_folder(self, side: str, path: str) -> None:
        made = self.root / side / path
        if self._free(made):
            try:
                made.mkdir(parents=True)
            except OSError:
                return

    @rule(side=SIDES, path=PATHS)
    def write(self, side: str, path: str) -> None:
        made = self.root / side / path
        if self._free(made) and made.parent.is_dir():
            text = SECRET if ".env" in path.split("/") else INSIDE
            made.write_text(text if side == "in" else OUTSIDE)

    @rule(side=SIDES, path=PATHS, up=st.integers(0, 4), to=SIDES, end=PATHS, absolute=st.booleans())
    def link(self, side: str, path: str, up: int, to: str, end: str, absolute: bool) -> None:
        made = self.root / side / path
        target = (
            str(self.root / to / end) if absolute else "../" * up + (f"{to}/{end}" if up else end)
        )
        if self._free(made) and made.parent.is_dir():
            made.symlink_to(target)

    @rule(side=SIDES, path=PATHS, to=SIDES)
    def link_to_folder(self, side: str, path: str, to: str) -> None:
        made = self.root / side / path
        if self._free(made) and made.parent.is_dir():
            made.symlink_to(self.root / to)

    @rule(path=PATHS, end=PATHS)
    def hard_link(self, path: str, end: str) -> None:
        made, held = self.root / "in" / path, self.root / "out" / end
        if self._free(made) and made.parent.is_dir() and held.is_file() and not held.is_symlink():
            os.link(held, made)

    @rule(path=PATHS)
    def make_pipe(self, path: str) -> None:
        made = self.root / "in" / path
        if self._free(made) and made.parent.is_dir():
            os.mkfifo(made)

    @rule(side=SIDES, path=PATHS, to=SIDES, end=PATHS)
    def move(self, side: str, path: str, to: str, end: str) -> None:
        held, made = self.root / side / path, self.root / to / end
        # A plain file from outside would be one of the inside's own after it was moved there.
        if held.is_symlink() and self._free(made) and made.parent.is_dir():
            held.rename(made)

    @rule(path=PATHS)
    def remove(self, path: str) -> None:
        held = self.root / "in" / path
        if held.is_symlink() or held.is_file():
            held.unlink()

    @precondition(lambda self: hasattr(self, "root"))
    @invariant()
    def only_what_is_inside_is_read(self) -> None:
        names = [[one] for one in ("a", "b", "c", ".env")]
        for path in [*names, *([*one, *two] for one in names for two in names)]:
            at = self.root.joinpath("in", *path)
            found = self.gate.read(at.as_uri())
            assert isinstance(found, Withheld) or found == INSIDE
            plain = at.is_file() and real(at) == at and at.stat().st_nlink == 1
            if plain and ".env" not in path:
                assert found == INSIDE
            if self.gate.place(at.as_uri()) is None:
                assert not os.path.lexists(at)
                assert real(at).is_relative_to(self.root / "in")


Trees.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestTrees = Trees.TestCase
