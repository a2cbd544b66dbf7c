"""Why a reply was not used, in one place and in words for the person who asked.

The words are English; ``key`` and ``values`` are for whoever says it in another language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Reason = Literal[
    "not_found",
    "ambiguous",
    "elision",
    "truncated",
    "no_edit",
    "no_change",
    "path_outside_workspace",
    "empty_search",
    "malformed",
    "overlap",
    "stale",
    "invalid_text",
]


@dataclass(frozen=True)
class Refused:
    """A reply that becomes no edit: nothing was changed. ``message`` is for a person.

    ``key`` names its sentence among ``MESSAGES``, ``values`` what is filled in there; a sentence
    from elsewhere has neither.
    """

    reason: Reason
    message: str
    key: str = field(default="", compare=False)
    values: Mapping[str, object] = field(default_factory=dict[str, object], compare=False)


_AGAIN = "Nothing was changed; ask again."

MESSAGES: dict[str, tuple[Reason, str]] = {
    "not_found": (
        "not_found",
        "Kimi wanted to change code that is not in the file: {line}. " + _AGAIN,
    ),
    "ambiguous": (
        "ambiguous",
        "The code to change is there {count} times and Kimi did not say which: {line}. "
        "Nothing was changed; select the right place and ask again.",
    ),
    "elision": (
        "elision",
        "Kimi left code out where it had to be written ({line}). " + _AGAIN,
    ),
    "truncated": ("truncated", "Kimi's answer broke off before its end. " + _AGAIN),
    "no_edit": ("no_edit", "Kimi proposed no change."),
    "no_change": ("no_change", "Kimi's answer is the code as it is. There is nothing to change."),
    "outside": (
        "path_outside_workspace",
        "Kimi named a file outside the workspace ({path}). Nothing was changed.",
    ),
    "other_file": (
        "malformed",
        "Kimi's answer is for another file ({path}) than the one asked about. " + _AGAIN,
    ),
    "empty_search": (
        "empty_search",
        "Kimi did not say where its new code belongs in a file that has text. " + _AGAIN,
    ),
    "no_divider": ("malformed", "Kimi's answer lacks the line between old and new code. " + _AGAIN),
    "stray": (
        "malformed",
        "A block of Kimi's answer ends that never began. " + _AGAIN,
    ),
    "dividers": (
        "malformed",
        "A block of Kimi's answer can be read in more than one way. " + _AGAIN,
    ),
    "operation": (
        "malformed",
        "Kimi wants to delete or rename a file ({path}) where one file was to be edited. " + _AGAIN,
    ),
    "other_format": (
        "malformed",
        "Kimi's answer is an edit in another form than the one asked for. " + _AGAIN,
    ),
    "twice": (
        "malformed",
        "Kimi's answer treats one file ({path}) in two ways. " + _AGAIN,
    ),
    "no_path": ("malformed", "Kimi gave code without saying for which file. " + _AGAIN),
    "nested": ("malformed", "One block of Kimi's answer begins inside another. " + _AGAIN),
    "numbered": ("malformed", "Kimi copied line numbers into its code. " + _AGAIN),
    "repeats": (
        "malformed",
        "Kimi's answer repeats code that stands around the part to change ({line}). " + _AGAIN,
    ),
    "several_fences": (
        "malformed",
        "Kimi gave {count} blocks of code where one was asked for. " + _AGAIN,
    ),
    "bad_diff": ("malformed", "Kimi's diff has a line that belongs to no diff ({line}). " + _AGAIN),
    "bad_json": ("malformed", "Kimi's answer has not the form that was asked for. " + _AGAIN),
    "overlap": ("overlap", "Two parts of Kimi's answer change the same lines. " + _AGAIN),
    "stale": (
        "stale",
        "The code was changed while Kimi was answering. Nothing was overwritten; ask again.",
    ),
    "invalid_text": (
        "invalid_text",
        "Kimi's answer holds characters that no text file can hold. " + _AGAIN,
    ),
    "binary": ("invalid_text", "The file is not text. Nothing was changed."),
    "unsafe": ("malformed", "The edit could not be verified. " + _AGAIN),
}


def refuse(key: str, **values: object) -> Refused:
    """The refusal of a key of the table."""
    reason, text = MESSAGES[key]
    return Refused(reason, text.format(**values), key, values)


def shown(line: str) -> str:
    """A line of code, short enough for a sentence."""
    text = line.strip()
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
