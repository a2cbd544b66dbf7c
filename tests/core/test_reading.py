"""What counts as an edit in a reply, and what is prose, damage or somebody else's."""

from __future__ import annotations

import pytest

from kimi_lsp.core import Applied, apply_reply

ONE = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n"


def check(
    reply: str, after: str, *, before: str = "a\n", format: str = "search_replace",
    path: str = "src/app.py", selection: tuple[int, int, int, int] | None = None,
) -> None:  # fmt: skip
    """``after`` is the text the reply leads to, or the reason for its refusal."""
    outcome = apply_reply(before, reply, path=path, format=format, selection=selection)  # type: ignore[arg-type]
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


@pytest.mark.parametrize(
    ("reply", "after"),
    [
        # Markers.
        ("<<<<< SEARCH\na\n=======\nb\n>>>>> REPLACE", "b\n"),
        ("<<<<<<< SEARCH>\na\n=======\nb\n>>>>>>> REPLACE  \n", "b\n"),
        ("------- SEARCH\na\n=======\nb\n+++++++ REPLACE\n", "b\n"),
        ("<<<<<<< SEARCH\na\n=======\nb\n+++++++ REPLACE\n", "truncated"),
        ("<<<<<<< SEARCH\r\na\r\n=======\r\nb\r\n>>>>>>> REPLACE\r\n", "b\n"),
        ("<<<<<<< SEARCH\na\n======\nb\n>>>>>>> REPLACE\n", "malformed"),
        ("<<<<<<< SEARCH\na\n========\nb\n>>>>>>> REPLACE\n", "malformed"),
        ("<<<<<<< SERACH\na\n=======\nb\n>>>>>>> REPLACE\n", "malformed"),
        ("<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLCE\n", "truncated"),
        ("<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLCE\n" + ONE, "malformed"),
        ("<<<<<<< SEARCH\na\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n", "malformed"),
        ("<<<<<<< SEARCH\na\n=======\nb\n", "truncated"),
        ("<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPL", "truncated"),
        (ONE + "<<<<<<< SEA", "truncated"),
        (ONE + "<<<<<<<", "truncated"),
        ("<<<<<<< SEARCH\na\n=======\nTitle\n==========\n>>>>>>> REPLACE\n", "Title\n==========\n"),
        ("<<<<<<< SEARCH\na\n=======\nTitle\n=======\n>>>>>>> REPLACE\n", "Title\n=======\n"),
        ("<<<<<<< SEARCH\na\n=======\n <<<<<<< SEARCH\n>>>>>>> REPLACE\n", " <<<<<<< SEARCH\n"),
        # Prose and fences.
        (f"Sure!\n\n{ONE}\nThis says `b`.\n", "b\n"),
        (f"```python\n{ONE}```\n", "b\n"),
        (f"````\n{ONE}````\n", "b\n"),
        (f"~~~diff\n{ONE}~~~\n", "b\n"),
        (f"```python\n{ONE}", "b\n"),
        (f"The code is:\n```python\na\nos.path\n```\n{ONE}", "b\n"),
        (f"Title\n=======\n{ONE}", "b\n"),
        (f"<think>\n<<<<<<< SEARCH\nno\n</think>\n{ONE}", "b\n"),
        (f"<think>{ONE}", "truncated"),
        ("", "no_edit"),
        ("NO_EDIT", "no_edit"),
        ("The code is right.\n\n**NO_EDIT**\n", "no_edit"),
        ("It is `NO_EDIT` that I would say.\n" + ONE, "b\n"),
        ("<<<<<<< SEARCH\na\n=======\nNO_EDIT\n>>>>>>> REPLACE\n", "NO_EDIT\n"),
        ("Nothing to do.", "no_edit"),
        # Paths.
        (f"src/app.py\n{ONE}", "b\n"),
        (f"### File: `src/app.py`\n{ONE}", "b\n"),
        (f"**src/app.py**:\n\n```python\n{ONE}```\n", "b\n"),
        (f"1. src/app.py\n{ONE}", "b\n"),
        (f"# src/app.py\n{ONE}", "b\n"),
        (f"// src/app.py\n{ONE}", "b\n"),
        (f"<!-- src/app.py -->\n{ONE}", "b\n"),
        (f"./src/app.py:12\n{ONE}", "b\n"),
        (f"src\\app.py\n{ONE}", "b\n"),
        (f"```python\nsrc/app.py\n{ONE}```\n", "b\n"),
        (f"```python src/app.py\n{ONE}```\n", "b\n"),
        (f"```python:src/app.py\n{ONE}```\n", "b\n"),
        (f'```python title="src/app.py"\n{ONE}```\n', "b\n"),
        (f"In `src/other.py` it is the same.\n{ONE}", "b\n"),
        (f"See https://example.com/a.py\n{ONE}", "b\n"),
        (f"e.g.\n{ONE}", "b\n"),
        (f"The routes:\n- `/users/all`\n\nThen:\n{ONE}", "b\n"),
        (f"/users/all\n{ONE}", "path_outside_workspace"),
        (f"/root/.bashrc\n\nThen:\n{ONE}", "path_outside_workspace"),
        (f"/usr/local/x\n\nThen:\n{ONE}", "path_outside_workspace"),
        (f"src/other.py\n{ONE}", "malformed"),
        (f"src/other.py\n\nFirst the constant:\n\n{ONE}", "malformed"),
        (f"```python src/other.py\n{ONE}```\n", "malformed"),
        (f"{ONE}\nsrc/other.py\n```python\nx\n```\n", "malformed"),
        (f"SRC/APP.PY\n{ONE}", "malformed"),
        (f"/etc/passwd\n{ONE}", "path_outside_workspace"),
        (f"../src/app.py\n{ONE}", "path_outside_workspace"),
        (f"src/../../app.py\n{ONE}", "path_outside_workspace"),
        (f"C:\\Program Files\\a b.txt\n{ONE}", "path_outside_workspace"),
        (f"\\\\server\\share\\x.py\n{ONE}", "path_outside_workspace"),
        (f"~/.ssh/config\n{ONE}", "path_outside_workspace"),
        (f"src/con.py\n{ONE}", "path_outside_workspace"),
        (f"src/x.py::$DATA\n{ONE}", "path_outside_workspace"),
        (f"{ONE}DELETE FILE src/app.py\n", "malformed"),
        (f"{ONE}RENAME FILE src/app.py -> src/b.py\n", "malformed"),
        (f"{ONE}```\nDELETE FILE src/b.py\n```\n", "malformed"),
    ],
)  # fmt: skip
def test_blocks_in_replies(reply: str, after: str) -> None:
    check(reply, after)


def test_a_file_named_as_a_device_elsewhere_can_be_edited() -> None:
    check(f"src/aux.rs\n{ONE}", "b\n", path="src/aux.rs")


@pytest.mark.parametrize(
    ("before", "reply", "after"),
    [
        ("t\n=======\nx\n", "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n", "t\n=======\ny\n"),
        (
            "t\n=======\nx\n",
            "<<<<<<< SEARCH\nt\n=======\nx\n=======\nt\n=======\ny\n>>>>>>> REPLACE\n",
            "malformed",
        ),
        ("x\n", "<<<<<<< SEARCH\nx\n=======\nt\n=======\ny\n>>>>>>> REPLACE\n", "t\n=======\ny\n"),
        ("q\n", "<<<<<<< SEARCH\nx\n=======\nt\n=======\ny\n>>>>>>> REPLACE\n", "not_found"),
    ],
)
def test_dividers_in_the_code_itself(before: str, reply: str, after: str) -> None:
    check(reply, after, before=before)


@pytest.mark.parametrize(
    ("before", "reply", "after"),
    [
        ("a\n", "```\nb\n```", "b\n"),
        ("a", "```\nb\n```\n", "b"),
        ("a\r\nb\r\n", "```\na\nc\nd\n```\n", "a\r\nc\r\nd\r\n"),
        ("a\nb\r\n", "```\na\nx\nb\n```\n", "a\nx\nb\r\n"),
        ("\ufeffa\n", "```\nb\n```\n", "\ufeffb\n"),
        ("\ufeffa\n", "```\n\ufeffb\n```\n", "\ufeffb\n"),
        ("a\n", "```\n\ufeffb\n```\n", "b\n"),
        ("", "```\na\r\nb\n```\n", "a\r\nb\n"),
        ("a\n", "   ```py\n   b\n     c\n   ```\n", "b\n  c\n"),
        ("a\n", "~~~\n```\nb\n```\n~~~\n", "```\nb\n```\n"),
        ("a\n", "```md\n# T\n```sh\nx\n```\n```\n", "# T\n```sh\nx\n```\n"),
        ("a\n", "```py\n    ```\n    b\n    ```\n```\n", "    ```\n    b\n    ```\n"),
        ("a\n", "`````\n````\n```\n`````", "````\n```\n"),
        ("a\n", "```\nb\n```\n```\nc\n```\n", "malformed"),
        ("a\n", "```\nb\n", "truncated"),
        ("a\n", "```\nb", "truncated"),
        ("a\n", "b\n", "no_edit"),
        ("a\n", "```\n```\n", "no_edit"),
        ("a\n", "```\nNO_EDIT\n```\n", "no_edit"),
        ("a\n", f"```\n{ONE}```\n", "malformed"),
        ("a\n", "```diff\n-a\n+b\n```\n", "malformed"),
        ("a\n", "src/other.py\n```\nb\n```\n", "malformed"),
        ("a\n", "/tmp/x.py\n```\nb\n```\n", "path_outside_workspace"),
        ("a\n", "src/app.py\n```\nb\n```\n", "b\n"),
        ("a\n", "```python src/app.py\nb\n```\n", "b\n"),
        ("x\u2028\n\x0c\ny\n", "```\nx\u2028\n\x0c\nz\n```\n", "x\u2028\n\x0c\nz\n"),
    ],
)
def test_whole_documents(before: str, reply: str, after: str) -> None:
    check(reply, after, before=before, format="whole")


PYTHON = "class A:\n    def f(self):\n        a()\n        b()\n"


@pytest.mark.parametrize(
    ("before", "selection", "code", "after"),
    [
        # Whole lines, parts of lines, nothing.
        ("a\nb\nc\n", (1, 0, 2, 0), "x\ny\n", "a\nx\ny\nc\n"),
        ("a\nb\nc\n", (1, 0, 1, 1), "x\ny\n", "a\nx\ny\nc\n"),
        ("a\nb\nc\n", (2, 0, 1, 0), "x\n", "a\nx\nc\n"),
        ("a\nb\nc\n", (1, 0, 2, 0), "", "a\nc\n"),
        ("a\nb\nc\n", (1, 0, 1, 0), "x\n", "a\nx\nb\nc\n"),
        ("a\nb\nc\n", (3, 0, 3, 0), "x\n", "a\nb\nc\nx\n"),
        ("a\nb", (1, 0, 9, 9), "x\n", "a\nx"),
        ("foo bar\nb\n", (0, 4, 1, 0), "x\n", "foo x\nb\n"),
        ("foo bar\nb\n", (0, 4, 1, 0), "", "foo \nb\n"),
        ("f(a, b)\n", (0, 2, 0, 3), "x,\n  y\n", "f(x,\n  y, b)\n"),
        ("", (0, 0, 0, 0), "x\n", "x\n"),
        ("a\r\nb\r\nc\r\n", (1, 0, 2, 0), "x\ny\n", "a\r\nx\r\ny\r\nc\r\n"),
        ("\ufeffa\nb\n", (0, 0, 1, 0), "x\n", "\ufeffx\nb\n"),
        ("é😀 = a\n", (0, 6, 0, 7), "b\n", "é😀 = b\n"),
        # Outdented as a whole.
        (PYTHON, (2, 0, 4, 0), "a()\nc()\n", PYTHON.replace("b()", "c()")),
        (PYTHON, (2, 0, 4, 0), "    a()\n    c()\n", PYTHON.replace("b()", "c()")),
        (PYTHON, (1, 0, 4, 0), "def f(self):\n    a()\n", PYTHON.replace("        b()\n", "")),
        (PYTHON, (3, 0, 4, 0), "        b()\n\nx = 1\n", PYTHON + "\nx = 1\n"),
        ("\tif x {\n\t\ty\n\t}\n", (0, 0, 3, 0), "if x {\n\tz\n}\n", "\tif x {\n\t\tz\n\t}\n"),
        # Selected from the first letter, as one does by hand.
        (PYTHON, (1, 4, 3, 11), "def f(self):\n    a()\n    c()\n", PYTHON.replace("b()", "c()")),
        (PYTHON, (1, 4, 3, 11), "def f(self):\n        a()\n        c()\n",
         PYTHON.replace("b()", "c()")),
        (PYTHON, (1, 4, 3, 11), "    def f(self):\n        a()\n        c()\n",
         PYTHON.replace("b()", "c()")),
        ("  {\n    a\n  }\n", (0, 2, 2, 3), "{\n  x\n}\n", "  {\n    x\n  }\n"),
    ],
)  # fmt: skip
def test_selections(
    before: str, selection: tuple[int, int, int, int], code: str, after: str
) -> None:
    check(f"```\n{code}```\n", after, before=before, format="selection", selection=selection)


def test_a_selection_has_to_be_given() -> None:
    with pytest.raises(ValueError, match="selection"):
        check("```\nb\n```\n", "b\n", format="selection")
