"""Every rule by which something is withheld, in the words of the person who looks for it."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "secret": "the built-in list of secret files: {pattern}",
    "ignored": "{file} line {line}: {pattern}",
    "exclude": "exclude: {pattern}",
    "git": "git's own files: {name}",
    "outside": "outside the workspace",
    "share": "on another machine or a network share",
    "no_file": "not a file on disk: {scheme}",
    "address": "cannot be judged: its address is no plain path",
    "unresolved": "cannot be judged: its real path cannot be found",
    "slow": "cannot be judged: a pattern of {file} takes too long",
    "ignore.unreadable": "cannot be judged: {file} cannot be read",
    "ignore.irregular": "cannot be judged: {file} is a link, or no regular file",
    "ignore.large": "cannot be judged: {file} is too large",
    "ignore.not_text": "cannot be judged: {file} is not UTF-8 text",
    "missing": "there is no such file",
    "unreadable": "it cannot be read",
    "irregular": "not a regular file",
    "hard_link": "cannot be judged: the file has another name elsewhere (a hard link)",
    "changed": "cannot be judged: it was replaced while it was read",
    "large": "larger than {most} bytes",
    "not_text": "not UTF-8 text",
    "exists": "there is something at this path already",
    "no_folder": "a part of its path is no folder",
    "name": "not a name that is safe on every system: {name}",
}

_LONGEST = 100


def rule(key: str, **values: object) -> str:
    """The text of a rule. Values come from files that others wrote: they are kept to one line."""
    return TEXTS[key].format(**{name: _printable(str(value)) for name, value in values.items()})


def through_link(text: str) -> str:
    """A rule that holds for what a name leads to, not for the name."""
    return f"{text} (through a link)"


def _printable(value: str) -> str:
    line = "".join(character if character.isprintable() else "\ufffd" for character in value)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
