"""A component drawn by its project's own tooling, and what is seen of what goes wrong."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.browser import Browser
from kimi_lsp.vision.rendering import Candidate, Framework, View
from kimi_lsp.vision.studio import Studio
from tests.vision.projects import STYLE, esbuild, project

pytestmark = pytest.mark.timeout(600)

VIEW = View(480, 320)

PLAIN = f"""<!doctype html><html><head><meta charset="utf-8"><style>{STYLE}</style></head><body>
<div id="app"><main><header><h1>Hello</h1></header><p>Drawn by its own tooling</p></main></div>
</body></html>"""


class Case(NamedTuple):
    """A component; ``code`` in which OOPS stands where an exception may be thrown."""

    framework: Framework
    path: str
    code: str
    unclosed: str


_JSX = """import { words } from "@/words.js"
export default function Card() {
  OOPS
  return <main><header><h1>Hello</h1></header><p>{words}</p></main>
}
"""

CASES = {
    "react": Case("react", "src/components/Card.jsx", _JSX, "</header>"),
    "preact": Case("preact", "src/components/Card.jsx", _JSX, "</header>"),
    "solid": Case("solid", "src/components/Card.jsx", _JSX, "</header>"),
    "vue": Case(
        "vue",
        "src/components/Card.vue",
        """<script setup>
import { words } from "@/words.js"
OOPS
</script>
<template><main><header><h1>Hello</h1></header><p>{{ words }}</p></main></template>
""",
        "</header>",
    ),
    "svelte": Case(
        "svelte",
        "src/components/Card.svelte",
        """<script>
import { words } from "@/words.js"
OOPS
</script>
<main><header><h1>Hello</h1></header><p>{words}</p></main>
""",
        "</header>",
    ),
}


def tree(root: Path) -> dict[str, str]:
    """Every file of a project by what it holds."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and "node_modules/." not in str(path)
    }


def candidate(root: Path, case: Case, code: str, *, trusted: bool = True) -> Candidate:
    return Candidate(
        code,
        case.framework,
        case.path,
        str(root),
        styles=("src/index.css",),
        trusted=trusted,
        view=VIEW,
    )


@pytest.mark.parametrize("name", CASES)
async def test_by_its_own_vite(name: str, browser: Browser) -> None:
    root, case = project(name), CASES[name]
    code = case.code.replace("OOPS", "")
    before = tree(root)
    studio = Studio(browser, page_seconds=30, whole_seconds=200)
    try:
        plain = await studio.render(Candidate(PLAIN, view=VIEW))
        drawn = await studio.render(candidate(root, case, code))
        assert (drawn.way, drawn.errors) == ("vite", ())
        assert drawn.png == plain.png, "not the same picture as the plain page's"
        other = await studio.render(candidate(root, case, code.replace("Hello", "Goodbye")))
        assert other.png not in (None, plain.png)
        assert [box.text for box in other.boxes if box.element == "h1"] == ["Goodbye"]
        broken = await studio.render(candidate(root, case, code.replace(case.unclosed, "</hea")))
        assert broken.png is None
        assert broken.broken
        assert any(char.isdigit() for char in broken.errors[0]), broken.errors
        thrown = case.code.replace("OOPS", 'throw new Error("no such shape");')
        threw = await studio.render(candidate(root, case, thrown))
        assert threw.broken
        assert "no such shape" in " ".join(threw.errors)
        again = await studio.render(candidate(root, case, code))
        assert again.png == plain.png
    finally:
        await studio.close()
    assert tree(root) == before, "the project was written to"


async def test_classes_that_only_the_candidate_has(browser: Browser) -> None:
    """Tailwind looks for classes on disk; the candidate is in no file."""
    root = project("tailwind")
    code = """export default function Card() {
      return <p className="m-0 bg-[#123456] p-[13px] text-white">Hello</p>
    }"""
    case = Case("react", "src/components/Card.jsx", code, "")
    studio = Studio(browser, page_seconds=30, whole_seconds=200)
    try:
        drawn = await studio.render(candidate(root, case, code))
    finally:
        await studio.close()
    (box,) = [one for one in drawn.boxes if one.element.startswith("p")]
    assert box.styles["background-color"] == "rgb(18, 52, 86)", drawn.errors
    assert box.styles["padding"] == "13px"


@pytest.mark.parametrize("name", ["vue", "svelte", "solid"])
async def test_tooling_is_not_run_without_leave(name: str, browser: Browser) -> None:
    root, case = project(name), CASES[name]
    studio = Studio(browser)
    try:
        with pytest.raises(KimiError) as raised:
            await studio.render(candidate(root, case, case.code, trusted=False))
        assert raised.value.key == "vision.untrusted"
    finally:
        await studio.close()


@pytest.fixture
def bundler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIMI_ESBUILD", str(esbuild()))


@pytest.mark.parametrize("name", ["react", "preact"])
async def test_bundled_with_nothing_of_the_project_run(
    name: str, browser: Browser, bundler: None
) -> None:
    root, case = project(name, "bundled"), CASES[name]
    marker = root / "config-was-run"
    config = root / "vite.config.js"
    config.write_text(
        f'import fs from "node:fs"; fs.writeFileSync({str(marker)!r}, "");' + config.read_text()
    )
    code = case.code.replace("OOPS", "").replace("@/words.js", "../words.js")
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return None if "secret" in path else (root / path).read_bytes()

    studio = Studio(browser, read)
    (root / "src" / "secret.json").write_text('"hush"')
    try:
        plain = await studio.render(Candidate(PLAIN, view=VIEW))
        drawn = await studio.render(candidate(root, case, code, trusted=False))
        assert (drawn.way, drawn.errors) == ("esbuild", ())
        assert drawn.png == plain.png
        assert set(asked) == {"src/words.js", "src/index.css"}
        peeked = code.replace("../words.js", "../secret.json").replace("{ words }", "words")
        peeping = await studio.render(candidate(root, case, peeked, trusted=False))
        assert peeping.png is None
        assert "secret.json" in peeping.errors[0]
        wrong = code.replace("</header>", "</hea")
        broken = await studio.render(candidate(root, case, wrong, trusted=False))
        assert "Card.jsx:4" in broken.errors[0]
    finally:
        await studio.close()
        project(name, "bundled")
        (root / "src" / "secret.json").unlink()
    assert not marker.exists()


async def test_a_bundler_of_the_project_is_not_run_without_leave(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "node_modules" / ".bin"
    folder.mkdir(parents=True)
    (folder / "esbuild").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (folder / "esbuild").chmod(0o755)
    monkeypatch.delenv("KIMI_ESBUILD", raising=False)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    studio = Studio(browser)
    try:
        with pytest.raises(KimiError) as raised:
            await studio.render(Candidate("export default 1", "react", "a.jsx", str(tmp_path)))
        assert raised.value.key == "vision.no_esbuild"
    finally:
        await studio.close()
    assert not (tmp_path / "ran").exists()
