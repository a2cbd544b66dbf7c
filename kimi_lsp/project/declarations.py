"""Props as TypeScript declares them: in an interface, or in an object type."""

from __future__ import annotations

import re

from kimi_lsp.project.braces import inside, members
from kimi_lsp.project.component import Prop, short

_HEAD = re.compile(
    r"\b(?:interface\s+(\w+)\b[^{;]{0,200}|type\s+(\w+)\b[^={;]{0,80}=[^;{]{0,200})\{"
)
_MEMBER = re.compile(r"(?:readonly\s+)?[\"']?([\w$-]+)[\"']?\s*(\?)?\s*:\s*(.*)")


def declared(name: str, text: str) -> dict[str, Prop]:
    """The members of the interface or type of a name, which are none where it is not there."""
    for word in ("interface", "type"):
        # Most names come from elsewhere, and are not worth a search by pattern.
        start = text.find(f"{word} {name}")
        head = _HEAD.match(text, start) if start >= 0 else None
        if head and name in (head[1], head[2]):
            return typed(inside(text, head.end() - 1))
    return {}


def typed(body: str) -> dict[str, Prop]:
    """The members in the body of an object type."""
    found = dict[str, Prop]()
    for member in members(body):
        told = _MEMBER.fullmatch(member)
        if told:
            found[told[1]] = Prop(told[1], short(told[3]), bool(told[2]))
        elif found and member.startswith("|"):
            # A union may go on for lines.
            name, last = next(reversed(found.items()))
            whole = short(f"{last.type} {member}")
            found[name] = Prop(name, whole, last.optional)
    return found
