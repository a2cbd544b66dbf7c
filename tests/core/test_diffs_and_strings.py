"""Unified diffs and string replacements: located by what they say, whatever their numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kimi_lsp.core import Applied, apply_reply

HEAD = "--- a/src/app.py\n+++ b/src/app.py\n"


def check(before: str, reply: str, after: str, format: str) -> None:
    """``after`` is the text the reply leads to, or the reason for its refusal."""
    outcome = apply_reply(before, reply, path="src/app.py", format=format)  # type: ignore[arg-type]
    assert (outcome.text if isinstance(outcome, Applied) else outcome.reason) == after


@pytest.mark.parametrize(
    ("before", "diff", "after"),
    [
        ("a\nb\nc\n", f"{HEAD}@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n", "a\nx\nc\n"),
        ("a\nb\nc\n", f"{HEAD}@@ -90 +3,7 @@ def f():\n-b\n+x\n", "a\nx\nc\n"),
        ("a\nb\nc\n", f"{HEAD}@@\n-b\n+x\n", "a\nx\nc\n"),
        ("a\nb\nc\n", f"{HEAD}-b\n+x\n", "a\nx\nc\n"),
        ("a\nb\nc\n", "```diff\n-b\n+x\n```\n", "a\nx\nc\n"),
        ("a\nb\nc\n", f"Here:\n\n{HEAD}@@\n-b\n+x\n\nThat is all.\n- really\n", "a\nx\nc\n"),
        ("a\nb\nc\n", f"Here:\n```diff\n{HEAD}@@\n-b\n+x\n```\n- so b is gone\n", "a\nx\nc\n"),
        ("a\nb\nc\n", f"diff --git a/src/app.py b/src/app.py\nindex 1..2 100644\n{HEAD}@@\n-b\n",
         "a\nc\n"),
        ("a\nb\nc\n", "--- src/app.py\t2024-01-01\n+++ src/app.py\t2024-01-02\n@@\n-b\n", "a\nc\n"),
        ("a\nb\nc\n", "--- original\n+++ modified\n@@\n-b\n", "a\nc\n"),
        ("a\nb\nc\n", f"{HEAD}@@\n-b\n+x\n```\n", "a\nx\nc\n"),
        ("- a\n- b\n", f"{HEAD}@@\n - a\n-- b\n+- c\n", "- a\n- c\n"),
        ("a\n\nb\n", f"{HEAD}@@\n a\n\n-b\n+x\n", "a\n\nx\n"),
        ("a\nb\n", f"{HEAD}@@\n-b\n+x\n\n", "a\nx\n"),
        ("\ta\n\tb\n", f"{HEAD}@@\n\ta\n-\tb\n+\tx\n", "\ta\n\tx\n"),
        ("a\r\nb\r\n", f"{HEAD}@@\n a\n-b\n+x\n+y\n", "a\r\nx\r\ny\r\n"),
        ("a  \nb\n", f"{HEAD}@@\n a\n-b\n+x\n", "a  \nx\n"),
        # Lines that look like headers.
        ("a\n-- b\nc\n", f"{HEAD}@@\n a\n--- b\n c\n", "a\nc\n"),
        ("a\n-- b\nc\n", f"{HEAD}@@\n a\n--- b\n+++ d\n c\n", "a\n++ d\nc\n"),
        ("-- i;\nb\n", f"{HEAD}@@\n--- i;\n+++ i;\n@@\n-b\n+x\n", "++ i;\nx\n"),
        ("a\n@@ x\n", f"{HEAD}@@\n a\n-@@ x\n+@@ y\n", "a\n@@ y\n"),
        ("a\n```\nb\n", f"```diff\n{HEAD}@@\n a\n-```\n+~~~\n b\n```\n", "a\n~~~\nb\n"),
        # Several hunks; what only says where may be shared.
        ("a\nb\nc\nd\ne\n", f"{HEAD}@@\n a\n-b\n+B\n c\n@@\n c\n-d\n+D\n e\n", "a\nB\nc\nD\ne\n"),
        ("a\nb\nc\n", f"{HEAD}@@\n b\n+x\n c\n@@\n-c\n+C\n", "a\nb\nx\nC\n"),
        ("a\nb\nc\n", f"{HEAD}@@\n-b\n+x\n@@\n-b\n+y\n", "overlap"),
        ("a\nb\nc\n", f"{HEAD}@@\n b\n+x\n@@\n b\n+y\n", "overlap"),
        ("a\nb\nc\n", f"{HEAD}@@\n-b\n+x\n@@\n-q\n+y\n", "not_found"),
        ("a\na\n", f"{HEAD}@@ -2 +2 @@\n-a\n+b\n", "ambiguous"),
        # The end of the file.
        ("a\nb", f"{HEAD}@@\n-b\n\\ No newline at end of file\n+x\n\\ No newline at end of file\n",
         "a\nx"),
        ("a\nb\n", f"{HEAD}@@\n-b\n+x\n\\ No newline at end of file\n", "a\nx"),
        ("a\nb", f"{HEAD}@@\n-b\n\\ No newline at end of file\n+b\n", "a\nb\n"),
        ("a\nb", f"{HEAD}@@\n a\n-b\n+x\n", "a\nx"),
        # New, deleted, renamed.
        ("", "--- /dev/null\n+++ b/src/app.py\n@@ -0,0 +1,2 @@\n+a\n+b\n", "a\nb\n"),
        ("a\n", "--- /dev/null\n+++ b/src/app.py\n@@ -0,0 +1 @@\n+b\n", "empty_search"),
        ("a\n", "--- a/src/app.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "malformed"),
        ("a\n", "diff --git a/src/app.py b/b.py\nrename from src/app.py\nrename to b.py\n",
         "malformed"),
        ("a\n", "--- a/src/other.py\n+++ b/src/other.py\n@@\n-a\n+b\n", "malformed"),
        ("a\n", "--- a/src/app.py\n+++ b/../app.py\n@@\n-a\n+b\n", "path_outside_workspace"),
        ("a\n", "--- /etc/passwd\n+++ /etc/passwd\n@@\n-a\n+b\n", "path_outside_workspace"),
        # Damage.
        ("a\nb\n", f"```diff\n{HEAD}@@\n a\n-b\n", "truncated"),
        ("a\nb\n", f"```diff\n{HEAD}@@\na\n-b\n```\n", "malformed"),
        ("a\nb\n", f"{HEAD}@@\n-b\n+# ... rest of the code\n", "elision"),
        ("a\nb\n", f"{HEAD}@@\n a\n b\n", "no_edit"),
        ("a\nb\n", f"{HEAD}@@\n+x\n", "empty_search"),
        ("a\nb\n", "Nothing to do.", "no_edit"),
        ("a\nb\n", "NO_EDIT", "no_edit"),
    ],
)  # fmt: skip
def test_diffs(before: str, diff: str, after: str) -> None:
    check(before, diff, after, "unified_diff")


def test_hunks_of_a_file_and_lines_of_the_next_are_told_apart() -> None:
    two = f"{HEAD}@@\n-a\n+b\n--- a/b.py\n+++ b/b.py\n@@\n-a\n+b\n"
    check("a\n", two, "malformed", "unified_diff")


def arguments(old: str, new: str, **more: Any) -> str:
    return json.dumps({"path": "src/app.py", "old_string": old, "new_string": new, **more})


@pytest.mark.parametrize(
    ("before", "reply", "after"),
    [
        ("f(a, b)\n", arguments("a, b", "b, a"), "f(b, a)\n"),
        ("a\nb\n", arguments("a\n", ""), "b\n"),
        ("a\nb\n", arguments("a", ""), "\nb\n"),
        ("a\nb\n", arguments("a\n", "x "), "x b\n"),
        ("a\n", arguments("a\n", "a"), "a"),
        ("a", arguments("a", "a\n"), "a\n"),
        ("a\nb\nc\n", arguments("a\nb", "x"), "x\nc\n"),
        ("a b a\n", arguments("a", "x", replace_all=True), "x b x\n"),
        ("a b a\nc\na", arguments("a", "x\ny", replace_all=True), "x\ny b x\ny\nc\nx\ny"),
        ("a b a\n", arguments("a", "x", replace_all="true"), "x b x\n"),
        ("a\n", arguments("a", "x", replace_all=None, why="so"), "x\n"),
        ("aaa\n", arguments("aa", "x", replace_all=True), "ambiguous"),
        ("a a\n", arguments("a", "x"), "ambiguous"),
        ("a\n", arguments("b", "x", replace_all=True), "not_found"),
        ("a\n", arguments("A", "x"), "not_found"),
        ("a\n", arguments("a", "a"), "no_change"),
        ("a\n", arguments("", "x"), "empty_search"),
        ("", arguments("", "x\n"), "x\n"),
        # Line ends, blanks and indentation, for whole lines.
        ("a\r\nb\r\nc\r\n", arguments("a\nb", "a\nx\nb"), "a\r\nx\r\nb\r\nc\r\n"),
        ("a\r\nb\r\n", arguments("a\r\nb", "a\r\nx"), "a\r\nx\r\n"),
        ("a\r\nb\nc\na\nb\n", arguments("a\nb", "x"), "a\r\nb\nc\nx\n"),
        ("a  \nb\n", arguments("a\nb", "a\nx"), "a  \nx\n"),
        ("\tif x:\n\t\ty\n", arguments("    if x:\n        y", "    if x:\n        z"),
         "\tif x:\n\t\tz\n"),
        ("\ufeffa\n", arguments("a", "x"), "\ufeffx\n"),
        # What JSON may look like.
        ("a\n", f"Like so:\n```json\n{arguments('a', 'x')}\n```\nDone {{ok}}.", "x\n"),
        ("a\n", '{"path": "src/app.py", "old_string": "a", "new_string": "x\ny\tz"}', "x\ny\tz\n"),
        ("a\n", '{"old_string": "a", "new_string": "x"}', "x\n"),
        ("a\nb\n", arguments("a", "x") + "\n" + arguments("b", "y"), "x\ny\n"),
        ("a\nb\n", f"[{arguments('a', 'x')}, {arguments('b', 'y')}]", "x\ny\n"),
        ("a\nb\n", arguments("a", "x") + arguments("q", "y"), "not_found"),
        ("a\n", arguments("a", "x")[:-1], "truncated"),
        ("a\n", arguments("a", "x")[:-8], "truncated"),
        ("a\n", '{"path": "src/app.py", ', "truncated"),
        ("a\n", '{"old_string": "a"}', "malformed"),
        ("a\n", '{"old_string": 1, "new_string": "x"}', "malformed"),
        ("a\n", '{"old_string": "a", "new_string": "\\q"}', "malformed"),
        ("a\n", '{"old_string": "a", "new_string": "x", "new_string": "y"}', "malformed"),
        ("a\n", '{"old_string": "a", "new_string": "\\ud83d"}', "invalid_text"),
        ("a\n", '{"old_string": "a", "new_string": "\\u0000"}', "invalid_text"),
        ("a\n", '{"old_string": "a", "new_string": "\\ud83d\\ude00"}', "😀\n"),
        ("a\n", "It is fine as it is.", "no_edit"),
        ("a\n", arguments("a", "x", path="src/other.py"), "malformed"),
        ("a\n", arguments("a", "x", path="/etc/passwd"), "path_outside_workspace"),
        ("a\n", '{"file_path": "../a", "old_string": "a", "new_string": "x"}',
         "path_outside_workspace"),
        ("a\n", arguments("a", "# ... existing code ..."), "elision"),
    ],
)  # fmt: skip
def test_strings(before: str, reply: str, after: str) -> None:
    check(before, reply, after, "str_replace")
