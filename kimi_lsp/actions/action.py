"""What an action is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kimi_lsp.core.model import ContentPart
from kimi_lsp.core.prompt import Prompt
from kimi_lsp.core.snapshot import Snapshot


@dataclass(frozen=True)
class Ask:
    """What a person added to an action: their words, their pictures, their language.

    ``language`` is the name of a language in English, such as ``French``; empty means English.
    ``document`` says that no range was given: the whole document is meant. ``room`` is how many
    tokens the code that is shown may come to.
    """

    instruction: str = ""
    images: tuple[ContentPart, ...] = ()
    language: str = ""
    document: bool = False
    room: int | None = None


@dataclass(frozen=True)
class Action:
    """One thing to ask for.

    ``id`` names the action in commands and events, ``title`` an entry of the message table.
    ``offered`` says whether a menu shows it for a snapshot; ``build`` makes its prompt and is
    called only for what was offered or asked for by name.
    """

    id: str
    title: str
    offered: Callable[[Snapshot], bool]
    build: Callable[[Snapshot, Ask], Prompt]
