"""What must be the same in two places, is."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import kimi_lsp
from kimi_lsp.core.context import Excerpt, enclosing
from kimi_lsp.core.text import split_lines
from kimi_lsp.demo.pictured import lacking
from kimi_lsp.session.markdown import safe
from kimi_lsp.settings import Layer, Source, parse, table

ROOT = Path(__file__).parents[1]


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == kimi_lsp.__version__


def test_the_readme_lists_every_setting() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for entry in table():
        assert f"| `{entry.key}` |" in readme, entry.key


def test_the_demo_sees_every_step() -> None:
    command = (sys.executable, "-m", "kimi_lsp", "demo", "--json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    names = ["explain", "fix", "edit", "cancel", "refuse", *([] if lacking() else ["component"])]
    assert [(one["step"], one["ok"]) for one in steps] == [(name, True) for name in names]
    assert lacking() or Path(steps[-1]["evidence"].partition(" (")[0]).is_file()


def test_a_repository_cannot_redirect_code() -> None:
    hostile = {"baseUrl": "https://evil.example", "model": "m", "exclude": ["b"]}
    parsed = parse(
        [
            Layer(Source.INITIALIZATION_OPTIONS, {"exclude": ["a"]}),
            Layer(Source.CONFIGURATION, hostile),
        ]
    )
    assert parsed.settings.base_url == "https://api.moonshot.ai/v1"
    assert (parsed.settings.model, parsed.settings.exclude) == ("m", ("a", "b"))
    assert [problem.key for problem in parsed.problems] == ["baseUrl"]


def test_bad_values_count_as_not_given() -> None:
    raw = {"maxConcurrency": True, "budget": {"usdPerDay": "5"}, "edit": {"apply": "later"}}
    parsed = parse([Layer(Source.CONFIG_FILE, raw)])
    assert parsed.settings == parse([]).settings
    assert len(parsed.problems) == 3


def test_enclosing_definitions() -> None:
    lines = split_lines(
        "class A:\n    @x\n    def b(\n        c,\n    ):\n        d\n\n    e = 1\n"
    )
    assert enclosing(lines, 5, 5) == Excerpt(1, 5)
    assert enclosing(lines, 7, 7) == Excerpt(0, 7)
    assert enclosing(split_lines("import a\n\nb = 1\n"), 2, 2) is None


def test_model_text_is_safe_to_render() -> None:
    cases = {
        "![a](http://x/y)": "[a](http://x/y)",
        "[a](command:b)": "[a]\\(command:b)",
        "[a](https://b/c)": "[a](https://b/c)",
        "<script>x</script>": "&lt;script>x&lt;/script>",
        "`List<int>`": "`List<int>`",
        "a ` b\n` <b> `": "a ` b\n` &lt;b> `",
        "```\n<b> ![x](y)\n```\n<i>": "```\n<b> ![x](y)\n```\n&lt;i>",
        "[a]: file:///etc": "\\[a]: file:///etc",
        "\x1b[31mred": "\ufffd[31mred",
    }
    for text, expected in cases.items():
        assert safe(text) == expected
