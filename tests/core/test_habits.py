"""Habits of models, each of which becomes exactly the edit meant, or is refused."""

from __future__ import annotations

import pytest

from kimi_lsp.core import Applied, Refused, apply_reply, split_reply
from kimi_lsp.core.text import split_lines

DOC = '''\
import os
import sys


def area(r):
    """Area."""
    return r * r


class Shape:
    def name(self):
        x = 1
        return "shape"

    def size(self):
        return 1
'''
OLD, NEW = "    return r * r\n", "    return 3 * r\n"
DONE = DOC.replace(OLD, NEW)


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


def check(reply: str, after: str, place: tuple[int, int, int, int] | None = None) -> None:
    """``after``: the text it leads to, or the reason; ``place`` is the selection, if any."""
    outcome = apply_reply(
        DOC,
        reply,
        path="shapes.py",
        format="selection" if place else "search_replace",
        selection=place,
    )
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


def quoted(text: str) -> str:
    return "".join(f"> {line}" for line in split_lines(text))


BLOCK = block(OLD, NEW)


@pytest.mark.parametrize(
    ("reply", "after"),
    [
        (f"```python\nshapes.py\n{BLOCK}```\n", DONE),
        (f"### File: `shapes.py`\n\n{BLOCK}", DONE),
        (f"In `shapes.py`, in area:\n\n```\n{BLOCK}```\nEND\n", DONE),
        (BLOCK.replace("\n", "\r\n"), DONE),
        (BLOCK.rstrip("\n"), DONE),
        (quoted(BLOCK), "malformed"),
        (f"hm\n</think>\n{BLOCK}", DONE),
        # In another form.
        (BLOCK.replace("SEARCH", "ORIGINAL").replace("REPLACE", "UPDATED"), "malformed"),
        (BLOCK.replace("SEARCH", "HEAD").replace("REPLACE", "main"), "malformed"),
        (BLOCK.replace("SEARCH", "search").replace("REPLACE", "replace"), "malformed"),
        (BLOCK.replace("SEARCH", "SEARCH shapes.py"), "malformed"),
        ("*** Begin Patch\n*** Update File: shapes.py\n@@\n-a\n+b\n*** End Patch\n", "no_edit"),
        (f"```python\n{DONE}```\n", "no_edit"),
        (BLOCK.replace("REPLACE\n", "REPLACE```\n"), "truncated"),
        # Numbers, quotes and blanks that are not the document's.
        (block("7     return r * r\n", "7     return 3 * r\n"), "not_found"),
        (block("    return\u00a0r * r\n", NEW), "not_found"),
        (block('        return “shape”\n', "x\n"), "not_found"),
        # Indentation that was lost from both halves, or from one alone.
        (block("return r * r\n", "return 3 * r\n"), DONE),
        (block("        return r * r\n", "        return 3 * r\n"), DONE),
        (block("\treturn r * r\n", "\treturn 3 * r\n"), DONE),
        (block("return r * r\n", NEW), "not_found"),
        (block("        return r * r\n", NEW), "not_found"),
        (block("return r * r\n", "    if r:\n        return 3\n"), "not_found"),
        (block("return r * r\n", "if r:\n    return 3 * r\nreturn 0\n"),
         DOC.replace(OLD, "    if r:\n        return 3 * r\n    return 0\n")),
        (block("return r * r\n", ""), DOC.replace(OLD, "")),
        (block("return r * r\n", "\n"), DOC.replace(OLD, "\n")),
        (block(OLD, "return 3 * r\n"), DOC.replace(OLD, "return 3 * r\n")),
    ],
)  # fmt: skip
def test_blocks(reply: str, after: str) -> None:
    check(reply, after)


def fence(code: str, info: str = "python") -> str:
    return f"```{info}\n{code}```\n"


RETURN = (6, 0, 6, 16)
"""The line of ``return r * r`` without its end."""
NAME = (10, 4, 12, 22)
"""The method ``name`` from where its text begins."""
LINES = (10, 0, 13, 0)
"""The same by whole lines."""
METHOD = '    def name(self):\n        x = 1\n        return "shape"\n'
RENAMED = '    def title(self):\n        y = 2\n        return "s"\n'
TITLED = DOC.replace(METHOD, RENAMED)
OUTDENTED = "".join(line[4:] for line in split_lines(RENAMED))


@pytest.mark.parametrize(
    ("place", "reply", "after"),
    [
        (RETURN, fence(NEW), DONE),
        (RETURN, fence("return 3 * r\n"), DONE),
        (RETURN, fence("# shapes.py\n" + NEW), DONE),
        (RETURN, fence("# other.py\nreturn 3\n"),
         DOC.replace(OLD, "    # other.py\n    return 3\n")),
        (RETURN, fence(f"def area(r):\n    \"\"\"Area.\"\"\"\n{NEW}"), "malformed"),
        (RETURN, fence(f"{NEW}\n\nclass Shape:\n"), "malformed"),
        (RETURN, fence("7     return 3 * r\n"), "malformed"),
        (RETURN, fence("7|    x = 1\n8|    return x\n"), "malformed"),
        (RETURN, fence("    7\n"), DOC.replace(OLD, "    7\n")),
        (RETURN, fence("-    return r * r\n+    return 3 * r\n", "diff"), "malformed"),
        (RETURN, BLOCK, "malformed"),
        (RETURN, fence(BLOCK, ""), "malformed"),
        (RETURN, fence(NEW) + "or\n" + fence(OLD), "malformed"),
        (RETURN, NEW, "no_edit"),
        (RETURN, fence("NO_EDIT\n"), "no_edit"),
        (NAME, fence(RENAMED), TITLED),
        (NAME, fence(RENAMED[4:]), TITLED),
        (NAME, fence(OUTDENTED), TITLED),
        (NAME, fence("class Shape:\n" + RENAMED), "malformed"),
        (LINES, fence(RENAMED), TITLED),
        (LINES, fence(OUTDENTED), TITLED),
        (LINES, fence("class Shape:\n" + RENAMED), "malformed"),
        (LINES, fence(f"{RENAMED}\n    def size(self):\n        return 1\n"), "malformed"),
        (LINES, fence(METHOD + "\n" + RENAMED), DOC.replace(METHOD, METHOD + "\n" + RENAMED)),
    ],
)  # fmt: skip
def test_selections(place: tuple[int, int, int, int], reply: str, after: str) -> None:
    check(reply, after, place)


ONE = block("a\n", "b\n")
MAKES = block("", "b\n")


@pytest.mark.parametrize(
    ("reply", "files"),
    [
        (f"Update src/b.py:\n{ONE}", "src/b.py"),
        (f"In `src/b.py`:\n\n```py\n{ONE}```\n", "src/b.py"),
        (f"And then in src/b.py we do this:\n{ONE}", "src/b.py"),
        (f"**In `b.py`:**\n{ONE}", "b.py"),
        (f"Create `src/new.py`:\n\n{MAKES}", "src/new.py"),
        ("Create `src/new.py`:\n\n```python\nx = 1\n```\n", "src/new.py"),
        (f"Now update `src/app.py` to use it:\n{ONE}", "src/app.py"),
        (f"In app.py, where `src/app.py` is short:\n{ONE}", "src/app.py"),
        (f"src/my file.py\n{ONE}", "src/my file.py"),
        (f"app/(group)/[id]/+page.tsx\n{ONE}", "app/(group)/[id]/+page.tsx"),
        (f"routes/$id.tsx\n{ONE}", "routes/$id.tsx"),
        (f"src/größe.py\n{ONE}", "src/größe.py"),
        (f"Makefile\n{ONE}", "Makefile"),
        # Lines that speak of something else.
        (f"As in src/b.py, the name changes.\n{ONE}", "src/app.py"),
        (f"Moved from `src/a.py` to `src/b.py`:\n{ONE}", "src/app.py"),
        (f"Replace `self.r`, `process.env` and os.path:\n{ONE}", "src/app.py"),
        (f"In Node.js:\n{ONE}", "src/app.py"),
        (f"See https://example.org/a/b.py:\n{ONE}", "src/app.py"),
        (f"For the route /users/all:\n{ONE}", "src/app.py"),
        (f"As `src/b.py` has it:\n\n```python\nx = 1\n```\n{ONE}", "src/app.py"),
        (f"In `../b.py`:\n{ONE}", "path_outside_workspace"),
        (f"In `/etc/b.py`:\n{ONE}", "path_outside_workspace"),
        # What is done to files.
        ("- DELETE FILE `src/x.py`\n", "src/x.py delete"),
        ("**DELETE FILE: src/x.py**\n", "src/x.py delete"),
        ("2. RENAME FILE src/x.py -> `src/y.py`\n", "src/x.py rename src/y.py"),
        (f"You may delete file src/x.py now.\n{ONE}", "src/app.py"),
        (f"Delete src/x.py:\n```sh\nrm src/x.py\n```\n{ONE}", "src/app.py"),
    ],
)  # fmt: skip
def test_files(reply: str, files: str) -> None:
    parts = split_reply(reply, "search_replace", asked="src/app.py")
    if isinstance(parts, Refused):
        assert parts.reason == files
        return
    said = (
        part.path if part.operation == "edit" else f"{part.path} {part.operation} {part.new_path}"
        for part in parts
    )
    assert ", ".join(one.strip() for one in said) == files
