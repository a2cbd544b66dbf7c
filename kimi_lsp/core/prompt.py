"""Prompts: what every action's prompt is made of, and how code and diagnostics are written down.

A system text never changes between two calls of an action, so that the API's prefix cache holds;
what changes comes last. Code is shown as it is, without line numbers, which models copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kimi_lsp.core.context import Excerpt, imports
from kimi_lsp.core.model import ChatRequest, ContentPart, Message, TextPart
from kimi_lsp.core.quoting import suggested_fence
from kimi_lsp.core.snapshot import Diagnostic, Snapshot
from kimi_lsp.core.text import Extent, split_lines
from kimi_lsp.core.tokens import estimated_tokens

ReplyFormat = Literal["search_replace", "selection", "whole"]

THINKING_ROOM = 16_384
"""Tokens added for reasoning, which shares the answer's bound; less is often cut off."""


@dataclass(frozen=True)
class Prompt:
    """What to ask, and how the answer is to be read.

    ``format`` is None for an explanation. ``target`` is the extent an answer in the format
    ``selection`` replaces. ``answer_tokens`` bounds the answer, reasoning aside. ``left_out`` are
    the lines of the document, such as ``1-20, 90-120``, that had to give way.
    """

    system: str
    parts: tuple[ContentPart, ...]
    answer_tokens: int
    format: ReplyFormat | None = None
    target: Extent | None = None
    left_out: str = ""

    def request(self, *, thinking: bool, model: str | None, cache_key: str | None) -> ChatRequest:
        """The call of the model that asks this."""
        return ChatRequest(
            messages=(
                Message("system", (TextPart(self.system),)),
                Message("user", self.parts),
            ),
            max_completion_tokens=self.answer_tokens + (THINKING_ROOM if thinking else 0),
            thinking=thinking,
            model=model,
            cache_key=cache_key,
        )


def parts(images: tuple[ContentPart, ...], text: str) -> tuple[ContentPart, ...]:
    """Pictures first, then the text that speaks of them."""
    return (*images, TextPart(text))


def header(snapshot: Snapshot) -> str:
    """The line that names the document and its language."""
    return f"{snapshot.path} ({snapshot.language})"


def fenced(code: str) -> str:
    """Code in a fence longer than any inside it."""
    fence = suggested_fence(code)
    end = "" if code.endswith("\n") or not code else "\n"
    return f"{fence}\n{code}{end}{fence}"


class Shown(NamedTuple):
    """What a prompt shows of a document, and the lines of it that had to give way."""

    text: str
    left_out: str = ""


def excerpt(snapshot: Snapshot, part: Excerpt, room: int | None = None) -> Shown:
    """Lines of the document, named by their numbers, with the imports above them.

    In so many tokens, where ``room`` is given: the imports go first, then the lines farthest from
    those asked about, and the text says which lines are not there.
    """
    above, code, left_out = imports(snapshot.lines, part), part.text(snapshot.lines), ()
    if room is not None and estimated_tokens(above) + estimated_tokens(code) > room:
        from kimi_lsp.core.trim import Piece, fit

        centre = Excerpt(snapshot.first - part.first, snapshot.last - part.first)
        pieces = (Piece(code, 1, centre, part.first), Piece(above, 2))
        kept = fit(pieces, room).kept
        code, above, left_out = kept[0].text, kept[1].text, kept[0].left_out
        first = next((gone.last + 1 for gone in left_out if gone.first == part.first), part.first)
        part = Excerpt(first, first + len(split_lines(code)) - 1)
    head = f"Imports:\n{fenced(above)}\n" if above else ""
    text = f"{head}Lines {part.first + 1}-{part.last + 1}:\n{fenced(code)}"
    gone = ", ".join(f"{one.first + 1}-{one.last + 1}" for one in left_out)
    return Shown(f"{text}\nLeft out to make room: lines {gone}." if gone else text, gone)


def diagnostic(item: Diagnostic) -> str:
    """One diagnostic with all a language server said of it, and the places it points to."""
    name = " ".join(word for word in (item.source, item.severity, item.code) if word)
    lines = [f"Line {item.extent.start.line + 1}, {name}: {item.message}"]
    lines += [f"  {related.where}: {related.message}" for related in item.related]
    return "\n".join(lines)


def answer_bound(code: str) -> int:
    """A bound for an answer that rewrites code: twice its size and some room."""
    return min(max(2 * estimated_tokens(code) + 1024, 2048), 32_768)
