"""Ignore files, as git reads them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kimi_lsp.workspace import patterns
from kimi_lsp.workspace.ignore import IgnoreFiles
from kimi_lsp.workspace.patterns import Patterns, TooSlowError


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("build/\n", "build/a.js", 1),
        ("build/\n", "src/build/a.js", 1),
        ("build/\n", "build", None),
        ("/build\n", "src/build", None),
        ("src/gen\n", "src/gen/a/b", 1),
        ("src/gen\n", "a/src/gen", None),
        ("*.log\n!keep.log\n", "a/keep.log", None),
        ("*.log\n!keep.log\n", "a/other.log", 1),
        ("logs/\n!logs/keep.log\n", "logs/keep.log", 1),
        ("logs/*\n!logs/keep.log\n", "logs/keep.log", None),
        ("logs/**\n!logs/keep.log\n", "logs/keep.log", None),
        ("*\n!*/\n!*.py\n", "a/b/c.py", None),
        ("*\n!*/\n!*.py\n", "a/b/c.txt", 1),
        ("a/**/z\n", "a/z", 1),
        ("a/**/z\n", "a/b/c/z", 1),
        ("**/z\n", "z", 1),
        ("**/*/**\n", "a/z", 1),
        ("**/*/**\n", "z", None),
        ("**\n", "z", 1),
        ("a**/z\n", "a/b/z", 1),
        ("# a\n\\#b\n", "#b", 2),
        ("\\!b\n", "!b", 1),
        ("a  \n", "a", 1),
        ("a\\ \n", "a ", 1),
        ("a\r\n", "a", 1),
        ("\ufeffa\n", "a", 1),
        ("a\tb\n", "a\tb", 1),
        ("a\t\n", "a", None),
        ("[ab].c\n", "b.c", 1),
        ("x[!a]y\n", "x/y", None),
        ("z\n", "a\nb/z", 1),
        ("*x*y*z\n", "a\nb/xyz", 1),
        ("/\n//\n!\n\\\n[\n", "a", None),
        ("!a//\na\n", "a", 2),
        # Read more widely than git does.
        ("[[:digit:]].c\n", "x.c", 1),
        ("*.c\n![[:digit:]].c\n", "1.c", 1),
        ("build//\n", "build/a", 1),
    ],
)
def test_deciding_line(text: str, path: str, line: int | None) -> None:
    found = Patterns.parse(text).ignoring(path.split("/"))
    assert (found.number if found else None) == line


@pytest.mark.parametrize(
    ("fold", "found"), [(True, True), (False, False)], ids=["as on a Mac", "as on Linux"]
)
def test_case(fold: bool, found: bool) -> None:
    ignoring = Patterns.parse("Geheim/\n[A-C]u\u0308.txt\n", fold=fold).ignoring
    assert bool(ignoring(["GEHEIM", "a"])) is found
    assert bool(ignoring(["B\u00fc.TXT"])) is found


def test_a_pattern_that_would_take_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 1e-6)
    with pytest.raises(TooSlowError):
        Patterns.of([f"{'*a' * 30}*b?"]).ignoring(["a" * 200 + "b"])


NAMES = ["a", "b", "ab", "a.py", "b c", "é", "A", "#a", "!a", "a ", "a\\b", "-", "x[1]"]
Check = Callable[[list[str]], set[str]]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("git"):
        pytest.skip("there is no git to compare with")
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", root], check=True)
    for one in NAMES:
        for two in NAMES:
            folder = root / "top" / one / two
            folder.mkdir(parents=True)
            (folder / "c").touch()
    for one in NAMES:
        (root / one).touch()
    return root


def ignored_by_git(root: Path, paths: list[str]) -> set[str]:
    told = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    told["XDG_CONFIG_HOME"] = str(root)
    command = ["git", "-C", str(root), "check-ignore", "--no-index", "-z", "--stdin"]
    data = "\0".join(paths).encode()
    done = subprocess.run(command, input=data, capture_output=True, check=False, env=told)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stdout.decode().split("\0")) - {""}


def ignored_by_us(root: Path, paths: list[str]) -> set[str]:
    files = IgnoreFiles(fold=False)
    return {path for path in paths if files.ignored(str(root / path), str(root))}


def both(root: Path, ignore_files: dict[str, str]) -> tuple[set[str], set[str]]:
    paths = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    paths = [path for path in paths if not path.startswith(".git")]
    made = [root / folder / ".gitignore" for folder in ignore_files]
    try:
        for path, text in zip(made, ignore_files.values(), strict=True):
            path.write_bytes(text.encode())
        return ignored_by_git(root, paths), ignored_by_us(root, paths)
    finally:
        for path in made:
            path.unlink()


GLOBS = st.sampled_from(["a", "b", "*", "?", "a*", "*b", "a?", "[ab]", "[!a]*", "*.py", "é", "b c"])
ORDINARY = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/", "top/", "/top/", "**/"]),
    st.lists(st.one_of(GLOBS, st.just("**")), min_size=1, max_size=3).map("/".join),
    st.sampled_from(["", "", "/", "  "]),
)
ODD = st.lists(
    st.one_of(
        st.sampled_from(
            [*"abcA*?/é \t\\[]#!", "/", "**", "***", "\\ ", ".py", "[ab]", "[!a]", "[^b]", "[b-a]"]
        ),
        st.sampled_from(["[a\\]]", "[]a]", "[[:alpha:]]"]),
    ),
    min_size=1,
    max_size=6,
).map("".join)


def texts(line: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(line, min_size=1, max_size=5).map("\n".join)


def folders(line: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(["", "top", "top/a"]), texts(line), min_size=1)


SLOW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOW
@given(ignore_files=folders(ORDINARY))
def test_as_git_reads_ordinary_patterns(repository: Path, ignore_files: dict[str, str]) -> None:
    git, ours = both(repository, ignore_files)
    assert ours == git


@SLOW
@given(ignore_files=folders(ODD | ORDINARY))
def test_never_less_than_git_for_any_pattern(
    repository: Path, ignore_files: dict[str, str]
) -> None:
    git, ours = both(repository, ignore_files)
    assert git <= ours
