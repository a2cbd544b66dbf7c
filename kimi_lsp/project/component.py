"""A component that a project has, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_TYPE = 48
"""A longer type is left out of what is told."""


@dataclass(frozen=True)
class Prop:
    """One thing a component takes; ``type`` is empty where it is not said in few words."""

    name: str
    type: str = ""
    optional: bool = False

    def __str__(self) -> str:
        mark = "?" if self.optional else ""
        return f"{self.name}{mark}: {self.type}" if self.type else f"{self.name}{mark}"


@dataclass(frozen=True)
class Component:
    """``path`` is relative to the workspace folder; ``default`` says how its module exports it.

    ``source`` is the package it is imported from where that is another one of the workspace.
    ``tag`` is how markup names it, where that is not its name.
    """

    name: str
    path: str
    default: bool
    props: tuple[Prop, ...] = ()
    source: str = ""
    tag: str = ""


def short(type_: str) -> str:
    """A type on one line, empty where that is too long."""
    line = " ".join(type_.removeprefix("| ").split())
    return line if len(line) <= LONGEST_TYPE else ""
