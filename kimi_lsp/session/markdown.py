"""Model text made safe to render: no pictures, no HTML, no links but to the web.

The model may have been told by the code it read to show a person something that acts. What is
escaped here shows as the characters it is.
"""

from __future__ import annotations

import re

_WEB = r"https?://[^\s()<>\\]+"
_LINK = re.compile(rf"\]\((?!{_WEB}(?:\s+\"[^\"\n]*\")?\))")
_DEFINITION = re.compile(
    rf"^(\s*(?:>\s*|[-*+]\s+|\d+[.)]\s+)*)\[([^\]\n]+)\]:(?!\s*{_WEB}\s*$)", re.M
)
_PICTURE = re.compile(r"!(?=\[)")
_HTML = re.compile(r"<(?=[A-Za-z/!?])")
_BACKTICKS = re.compile(r"`+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")


def safe(text: str) -> str:
    """The text as Markdown that a client may render; code in fences stays as it is."""
    from markdown_it import MarkdownIt

    text = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = text.split("\n")
    code: set[int] = set()
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in ("fence", "code_block") and token.map:
            code.update(range(*token.map))
    made: list[str] = []
    paragraph: list[str] = []
    for number, line in enumerate([*lines, ""]):
        if number in code or not line.strip():
            made += _safe_paragraph(paragraph)
            paragraph = []
            if number < len(lines):
                made.append(line)
        else:
            paragraph.append(line)
    return "\n".join(made)


def first_paragraph(text: str) -> str:
    """The first paragraph of an answer, for a place that shows plain text."""
    for paragraph in re.split(r"\n\s*\n", _CONTROL.sub("\ufffd", text).strip()):
        if not paragraph.lstrip().startswith(("#", "```")):
            return " ".join(paragraph.split())
    return " ".join(text.split())[:500]


def _safe_paragraph(lines: list[str]) -> list[str]:
    # Back-ticks that do not pair up within each line may pair across lines, and then what looks
    # like code to one reader is text to another: such a paragraph counts as having no code.
    paired = all(_pieces(line) is not None for line in lines)
    return [_safe_line(line, paired=paired) for line in lines]


def _safe_line(line: str, *, paired: bool) -> str:
    pieces = (_pieces(line) if paired else None) or [(line, False)]
    made = "".join(piece if is_code else _HTML.sub("&lt;", piece) for piece, is_code in pieces)
    made = _PICTURE.sub("", made)
    made = _LINK.sub(r"]\\(", made)
    return _DEFINITION.sub(r"\1\\[\2]:", made)


def _pieces(line: str) -> list[tuple[str, bool]] | None:
    """The line cut into text and code spans, or None where its back-ticks do not pair up."""
    if "\\`" in line:
        return None
    runs = list(_BACKTICKS.finditer(line))
    pieces: list[tuple[str, bool]] = []
    done = at = 0
    while at < len(runs):
        opening = runs[at]
        closing = next((run for run in runs[at + 1 :] if len(run[0]) == len(opening[0])), None)
        if closing is None:
            return None
        pieces.append((line[done : opening.start()], False))
        pieces.append((line[opening.start() : closing.end()], True))
        done, at = closing.end(), runs.index(closing) + 1
    return [*pieces, (line[done:], False)]
