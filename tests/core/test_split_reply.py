"""Replies for several files: one part for each, or none at all."""

from __future__ import annotations

import json

import pytest

from kimi_lsp.core import Applied, Refused, apply_reply, split_reply


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"


def fence(code: str, info: str = "") -> str:
    return f"```{info}\n{code}\n```\n"


def call(path: str | None, old: str, new: str) -> str:
    return json.dumps({"path": path, "old_string": old, "new_string": new})


A, B, NEW = block("a\n", "x\n"), block("b\n", "y\n"), block("", "n\n")
FILES = {"": "a\nb\n", "src/a.py": "a\n", "src/b.py": "b\n", "a.json": "a\nb\n"}

Wanted = dict[str, str] | str


def check(reply: str, format: str, wanted: Wanted) -> None:
    """``wanted``: for each file its new text or what becomes of it; or the reason of a refusal."""
    parts = split_reply(reply, format)
    if isinstance(parts, Refused):
        assert parts.reason == wanted
        return
    made: dict[str, str] = {}
    for part in parts:
        if part.operation != "edit":
            made[part.path + " "] = f"{part.operation} {part.new_path}".strip()
            continue
        outcome = apply_reply(
            FILES.get(part.path, ""),
            part.reply,
            path=part.path or "src/asked.py",
            format=format,  # type: ignore[arg-type]
        )
        made[part.path] = outcome.text if isinstance(outcome, Applied) else outcome.reason
    assert made == wanted


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (A, {"": "x\nb\n"}),
        (f"{A}src/b.py\n{B}", {"": "x\nb\n", "src/b.py": "y\n"}),
        (f"src/a.py\n{A}\nsrc/b.py\n{B}", {"src/a.py": "x\n", "src/b.py": "y\n"}),
        (f"### `./src/a.py`\n{fence(A.strip())}\n**src\\b.py**\n\nSo:\n\n{fence(B.strip(), 'py')}",
         {"src/a.py": "x\n", "src/b.py": "y\n"}),
        (f"{fence(A.rstrip(), 'py src/a.py')}{fence(B.rstrip(), 'py src/b.py')}",
         {"src/a.py": "x\n", "src/b.py": "y\n"}),
        (f"a.json\n{A}\nand\n\n{B}", {"a.json": "x\ny\n"}),
        (f"a.json\n{A}src/b.py\n{B}a.json\n{B}", {"a.json": "x\ny\n", "src/b.py": "y\n"}),
        (f"package.json\n\nThe dependency:\n\n{NEW}", {"package.json": "n\n"}),
        # New files, deleted ones, renamed ones.
        (f"new/n.py\n{NEW}", {"new/n.py": "n\n"}),
        (f"src/a.py\n{A}\nnew/n.py\n{fence('n')}",
         {"src/a.py": "x\n", "new/n.py": "n\n"}),
        (f"new/n.py\n{fence('n', 'py')}", {"new/n.py": "n\n"}),
        (f"src/a.py\n{fence('b')}", {"src/a.py": "empty_search"}),
        (f"src/a.py\n{fence('a')}is now\n{A}", {"src/a.py": "x\n"}),
        ("DELETE FILE src/b.py\n", {"src/b.py ": "delete"}),
        ("```\nDELETE FILE: `src/b.py`\n```\n", {"src/b.py ": "delete"}),
        (f"src/a.py\n{A}RENAME FILE src/a.py -> src/c.py\n",
         {"src/a.py": "x\n", "src/a.py ": "rename src/c.py"}),
        (f"Run this:\n{fence('DELETE FROM a', 'sql')}{A}", {"": "x\nb\n"}),
        # All or nothing.
        (f"src/a.py\n{A}DELETE FILE src/a.py\n", "malformed"),
        (f"src/a.py\n{A}RENAME FILE src/b.py -> src/a.py\n", "malformed"),
        ("DELETE FILE a.py\nDELETE FILE ./a.py\n", "malformed"),
        ("RENAME FILE a.py -> c.py\nRENAME FILE b.py -> c.py\n", "malformed"),
        ("DELETE FILE ../a.py\n", "path_outside_workspace"),
        ("RENAME FILE a.py -> /tmp/a.py\n", "path_outside_workspace"),
        (f"src/a.py\n{A}../b.py\n{B}", "path_outside_workspace"),
        (f"src/a.py\n{A}src/b.py\n{B[:-5]}", "truncated"),
        (f"src/a.py\n{A}src/b.py\n```\nb\n", "truncated"),
        (f"src/a.py\n{A}src/b.py\n{B.replace('<<<<<<< SEARCH', '<<<<<<< SAERCH')}", "malformed"),
        ("NO_EDIT", "no_edit"),
        ("", "no_edit"),
        ("It is fine.\n```sh\nls\n```\n", "no_edit"),
    ],
)  # fmt: skip
def test_blocks(reply: str, wanted: Wanted) -> None:
    check(reply, "search_replace", wanted)


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (fence("q"), {"": "q\n"}),
        (f"src/a.py\n{fence('x')}src/b.py\n{fence('y')}",
         {"src/a.py": "x\n", "src/b.py": "y\n"}),
        (f"new/A.tsx:\n{fence('x', 'tsx')}Then:\n{fence('npm i', 'sh')}",
         {"new/A.tsx": "x\n"}),
        (f"new/a.md\n````md\n{fence('x', 'sh')}````\n", {"new/a.md": "```sh\nx\n```\n"}),
        (f"a.py\n{fence('x')}And then:\n{fence('y', 'py')}", "malformed"),
        (f"a.py\n{fence('x')}a.py\n{fence('y')}", "malformed"),
        (f"../a.py\n{fence('x')}", "path_outside_workspace"),
        ("a.py\n```\nx\n", "truncated"),
    ],
)  # fmt: skip
def test_whole_files(reply: str, wanted: Wanted) -> None:
    check(reply, "whole", wanted)


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        ("--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-a\n+x\n"
         "--- a/src/b.py\n+++ b/src/b.py\n@@ -1 +1 @@\n-b\n+y\n",
         {"src/a.py": "x\n", "src/b.py": "y\n"}),
        ("```diff\n--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+n\n```\n", {"n.py": "n\n"}),
        ("diff --git a/src/b.py b/src/b.py\ndeleted file mode 100644\n--- a/src/b.py\n"
         "+++ /dev/null\n@@ -1 +0,0 @@\n-b\n", {"src/b.py ": "delete"}),
        ("diff --git a/src/a.py b/c.py\nsimilarity index 90%\nrename from src/a.py\n"
         "rename to c.py\n--- a/src/a.py\n+++ b/c.py\n@@ -1 +1 @@\n-a\n+x\n",
         {"src/a.py": "x\n", "src/a.py ": "rename c.py"}),
        ("@@ -1 +1 @@\n-a\n+x\n", {"": "x\nb\n"}),
        ("--- a/src/a.py\n+++ b/src/c.py\n@@ -1 +1 @@\n-a\n+x\n", "malformed"),
        ("--- a/../a.py\n+++ b/../a.py\n@@ -1 +1 @@\n-a\n+x\n", "path_outside_workspace"),
        ("Nothing.", "no_edit"),
    ],
)  # fmt: skip
def test_diffs(reply: str, wanted: Wanted) -> None:
    check(reply, "unified_diff", wanted)


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (call("src/a.py", "a", "x") + call("src/b.py", "b", "y"),
         {"src/a.py": "x\n", "src/b.py": "y\n"}),
        (call("a.json", "a", "x") + "\n" + call("./a.json", "b", "y"), {"a.json": "x\ny\n"}),
        (call(None, "a", "x"), {"": "x\nb\n"}),
        (call("/a", "a", "x"), "path_outside_workspace"),
        (call("a", "a", "x")[:-1], "truncated"),
    ],
)  # fmt: skip
def test_strings(reply: str, wanted: Wanted) -> None:
    check(reply, "str_replace", wanted)


def test_a_selection_is_one_part() -> None:
    parts = split_reply("```\na\n```", "selection")
    assert not isinstance(parts, Refused)
    assert [part.path for part in parts] == [""]


def test_blocks_before_any_path_join_those_of_the_document_asked_about() -> None:
    parts = split_reply(f"{A}src/b.py\n{B}a.json\n{B}", "search_replace", asked="a.json")
    assert not isinstance(parts, Refused)
    assert [part.path for part in parts] == ["a.json", "src/b.py"]
    outcome = apply_reply("a\nb\n", parts[0].reply, path="a.json", format="search_replace")
    assert isinstance(outcome, Applied)
    assert outcome.text == "x\ny\n"
