"""Components and repairs in projects of each framework, drawn by their own Vite, over the wire."""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from kimi_lsp.vision.browser import Browser
from kimi_lsp.vision.rendering import View
from tests.e2e.conftest import FULL, Kimi
from tests.e2e.folder import FolderEditor
from tests.e2e.screenshot import picture
from tests.vision.conftest import browser as browser  # a fixture
from tests.vision.projects import STYLE, esbuild, project

pytestmark = pytest.mark.timeout(600)

MakeEditor = Callable[..., FolderEditor]
VIEW = View(480, 320)


class Case(NamedTuple):
    """A component of a project, right: ``bad`` stands in ``code`` where a wrong one has ``good``.

    ``page`` is the plain page that the right one looks like.
    """

    path: str
    code: str
    good: str
    bad: str
    page: str


_MARKUP = (
    '<main><header style={{ padding: "12px 20px" }}><h1>Hello</h1></header>'
    "<p>{words}</p><p>Nothing else to see</p></main>"
)
_GOOD, _BAD = "12px 20px", "72px 0px"
_JSX = f"""import {{ words }} from "@/words.js"

export default function PriceCard() {{
  return (
    {_MARKUP}
  )
}}
"""
_SOLID = _JSX.replace("padding:", '"padding":')
_HTML = _MARKUP.replace('style={{ padding: "12px 20px" }}', 'style="padding: 12px 20px"')
_VUE = f"""<script setup>
import {{ words }} from "@/words.js"
</script>
<template>{_HTML.replace("{words}", "{{ words }}")}</template>
"""
_SVELTE = f"""<script>
import {{ words }} from "@/words.js"
</script>
{_HTML}
"""
_WORDS = _HTML.replace("{words}", "Drawn by its own tooling")
_PAGE = f"""<!doctype html><html><head><meta charset="utf-8"><style>{STYLE}</style></head><body>
<div id="app">{_WORDS}</div></body></html>"""

# Classes that are nowhere but in the answer.
_CLASSES = """export default function PriceCard() {
  return (
    <main className="m-[7px] bg-[#312e81] p-[19px] text-[22px] text-white">
      <b className="block">Hello</b><i className="block pt-[30px]">Nothing else to see</i>
    </main>
  )
}
"""
_PLAIN_CLASSES = """<!doctype html><html><head><meta charset="utf-8"><style>
* { margin: 0; padding: 0; box-sizing: border-box }
body { font-family: system-ui, sans-serif; line-height: 1.5 }
main { margin: 7px; background: #312e81; padding: 19px; font-size: 22px; color: #fff }
b { display: block; font-weight: bolder } i { display: block; padding-top: 30px }
</style></head><body><main><b>Hello</b><i>Nothing else to see</i></main></body></html>"""
_TAILWIND = Case(
    "src/components/PriceCard.jsx", _CLASSES, "bg-[#312e81]", "bg-[#fde047]", _PLAIN_CLASSES
)

CASES = {
    "react": Case("src/components/PriceCard.jsx", _JSX, _GOOD, _BAD, _PAGE),
    "preact": Case("src/components/PriceCard.jsx", _JSX, _GOOD, _BAD, _PAGE),
    "solid": Case("src/components/PriceCard.jsx", _SOLID, _GOOD, _BAD, _PAGE),
    "vue": Case("src/components/PriceCard.vue", _VUE, _GOOD, _BAD, _PAGE),
    "svelte": Case("src/components/PriceCard.svelte", _SVELTE, _GOOD, _BAD, _PAGE),
    "tailwind": _TAILWIND,
    "tailwind3": _TAILWIND,
}


@pytest.fixture(scope="module")
def drawn(browser: Browser) -> Callable[[str], dict[str, str]]:
    """The picture of a page, drawn once."""

    @functools.cache
    def made(page: str) -> dict[str, str]:
        return picture(browser, page, VIEW)

    return made


@pytest.fixture
def editor(kimi: Kimi, tmp_path: Path) -> Iterator[MakeEditor]:
    opened: list[FolderEditor] = []

    def make(name: str, **options: Any) -> FolderEditor:
        one = FolderEditor(kimi, tmp_path, FULL, **options)
        opened.append(one)
        shutil.copytree(
            project(name), one.root, copy_function=_link, symlinks=True, dirs_exist_ok=True
        )
        one.show("src/words.js")
        return one

    yield make
    for one in opened:
        one.close()


def _link(source: str, target: str) -> str:
    """A copy; of a package's file one that takes no room, where the disk is the same."""
    if "node_modules" not in Path(source).parts:
        return shutil.copy2(source, target)
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        return shutil.copy2(source, target, follow_symlinks=False)
    return target


def files(one: FolderEditor) -> set[str]:
    return {
        path.relative_to(one.root).as_posix()
        for path in one.root.rglob("*")
        if "node_modules/." not in path.as_posix()
    }


def ask(one: FolderEditor, command: str, **argument: Any) -> dict[str, Any]:
    started = one.start(command, wait=True, **argument)
    return one.client.wait(started, 300)["result"]


def pixels(uri: str) -> bytes:
    with Image.open(unquote(urlsplit(uri).path)) as picture:
        return picture.convert("RGB").tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_made_and_mended(
    name: str, kimi: Kimi, editor: MakeEditor, drawn: Callable[[str], dict[str, str]]
) -> None:
    """A second answer comes nearer than a first, and a repair of the first is seen to."""
    case = CASES[name]
    one, target = editor(name, trusted=True), drawn(case.page)
    before = files(one)
    wrong = case.code.replace(case.good, case.bad)
    for code in (wrong, case.code):
        kimi.say(reply={"content": f"{case.path}\n```\n{code}```\n"}, times=1)
    end = ask(one, "kimi.component", uri=one.uri("src"), images=[target])
    assert end["state"] == "done", end
    check = end["check"]
    assert (check["kind"], check["rounds"], check["stop"]) == ("render", 2, "threshold"), check
    assert check["way"] == "vite"
    assert check["score"] >= 0.97
    if case.page == _PAGE:
        assert pixels(check["result"]) == pixels(check["target"])
    assert (one.root / case.path).read_text() == case.code
    assert files(one) - before == {case.path}
    one.write(case.path, wrong)
    one.show(case.path)
    line = next(line for line in wrong.splitlines(keepends=True) if case.bad in line)
    block = f"<<<<<<< SEARCH\n{line}=======\n{line.replace(case.bad, case.good)}>>>>>>> REPLACE\n"
    kimi.say(reply={"content": block}, times=1)
    end = ask(one, "kimi.visualFix", images=[target], target=target)
    assert end["applied"], end
    assert end["check"]["verified"], end["check"]
    assert end["check"]["way"] == "vite"
    assert end["check"]["score"] == check["score"] > end["check"]["before"]
    told = kimi.chats()[-1]["body"]["messages"][1]["content"][-1]["text"]
    assert "Hello" in told


_APP = (
    'import { words } from "@/words.js"\n\nexport default function App() {\n  return (\n'
    "    <section>\n      <h2>{words}</h2>\n\n    </section>\n  )\n}\n"
)


@pytest.mark.slow
def test_at_a_place_and_in_place_of_a_part(
    kimi: Kimi, editor: MakeEditor, drawn: Callable[[str], dict[str, str]]
) -> None:
    """What stands alone is compared with its picture; of a part it is said that it is not."""
    one = editor("react", trusted=True)
    one.write("tsconfig.json", '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}')
    one.write("src/App.tsx", _APP)
    one.show("src/App.tsx")
    path = "src/components/PriceCard.tsx"
    kimi.say(reply={"content": f"{path}\n```tsx\n{_JSX}```\n"}, times=1)
    place = {"line": 6, "character": 0}
    end = ask(one, "kimi.component", position=place, images=[drawn(_PAGE)])
    assert (end["check"]["stop"], end["check"]["way"]) == ("threshold", "vite"), end
    assert (one.root / path).read_text() == _JSX
    assert one.document.text == _APP.replace(
        'words.js"\n', 'words.js"\nimport PriceCard from "./components/PriceCard"\n'
    ).replace("</h2>\n\n", "</h2>\n      <PriceCard />\n")
    (number,) = [n for n, row in enumerate(one.document.text.split("\n")) if "<h2>" in row]
    range_ = {
        "start": {"line": number, "character": 0},
        "end": {"line": number + 1, "character": 0},
    }
    kimi.say(reply={"content": "```tsx\n      <h3>{words}</h3>\n```\n"}, times=1)
    end = ask(one, "kimi.component", range=range_, images=[drawn(_PAGE)])
    assert end["applied"], end
    assert "      <h3>{words}</h3>\n      <PriceCard />\n" in one.document.text
    assert end["check"]["kind"] == "none"
    assert "part of a component" in end["check"]["why"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seen", "said"),
    [
        ("react", {"kind": "render", "way": "esbuild"}, "drawn by esbuild alone"),
        ("vue", {"kind": "none"}, "Set `trusted`"),
        ("tailwind", {"kind": "none"}, "its styles are made by"),
    ],
)
def test_without_leave(
    name: str,
    seen: dict[str, str],
    said: str,
    kimi: Kimi,
    editor: MakeEditor,
    drawn: Callable[[str], dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing of the project is run, and what is not verified for that is said."""
    monkeypatch.setenv("KIMI_ESBUILD", str(esbuild()))
    case, one = CASES[name], editor(name)
    ran = one.root / "config-was-run"
    config = f'import fs from "node:fs"; fs.writeFileSync({str(ran)!r}, "");'
    one.write("vite.config.js", config + (one.root / "vite.config.js").read_text())
    code = case.code.replace("@/words.js", "../words.js")
    kimi.say(reply={"content": f"{case.path}\n```\n{code}```\n"})
    end = ask(one, "kimi.component", uri=one.uri("src"), images=[drawn(case.page)])
    assert end["applied"], end
    check = end["check"]
    assert {key: check[key] for key in seen} == seen, check
    assert said in check.get("note", "") + check.get("why", "")
    assert (one.root / case.path).read_text() == code
    assert not ran.exists()
