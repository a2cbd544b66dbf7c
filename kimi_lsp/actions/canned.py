"""Edits that need no typing: an instruction under a title, ours and the person's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kimi_lsp.settings import OwnAction


@dataclass(frozen=True)
class Canned:
    """``title`` is an entry of the message table, or, for a person's ``own``, the title itself."""

    id: str
    title: str
    instruction: str
    output: Literal["edit", "explain"] = "edit"
    own: bool = False


BUILT_IN = (
    Canned(
        "document",
        "action.document",
        "Write or complete the documentation comments of this code in the style of its language "
        "and of the code around it. Change no code.",
    ),
    Canned(
        "simplify",
        "action.simplify",
        "Make this code simpler and easier to read. Its behaviour and its interface stay as "
        "they are.",
    ),
    Canned(
        "types",
        "action.types",
        "Add precise type annotations where this code lacks them. Change nothing else.",
    ),
)


def canned(own: Mapping[str, OwnAction]) -> tuple[Canned, ...]:
    """The built-in edits, and the person's own actions, which take the place of one of ours."""
    ours = tuple(one for one in BUILT_IN if one.id not in own)
    theirs = (
        Canned(name, one.title, one.instruction, one.output, own=True) for name, one in own.items()
    )
    return (*ours, *theirs)
