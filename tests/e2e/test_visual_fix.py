"""Code whose page looks wrong, mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from kimi_lsp.core.pictures import media_type
from kimi_lsp.vision.browser import Browser
from tests.e2e.conftest import CLIENTS, Kimi
from tests.e2e.folder import FolderEditor, MakeEditor, editors
from tests.e2e.test_component import PICTURE
from tests.vision.conftest import browser as browser  # a fixture

FILES = {
    "package.json": '{"dependencies": {"react": "^19.0.0"}}',
    "src/Card.tsx": 'import "./Card.css"\nimport "../../outside.css"\n\n'
    'export const Card = () => <p className="card">{"a".repeat(99)}</p>\n',
    "src/Card.css": ".card {\n  width: 20px;\n}\n",
    "src/tokens.css": ":root {\n  --gap: 8px;\n}\n",
}
OWN = (
    '<<<<<<< SEARCH\nexport const Card = () => <p className="card">{"a".repeat(99)}</p>\n=======\n'
    'export const Card = () => <p className="card wide">{"a".repeat(99)}</p>\n>>>>>>> REPLACE\n'
)
SHEET = "src/Card.css\n<<<<<<< SEARCH\n  width: 20px;\n=======\n  width: auto;\n>>>>>>> REPLACE\n"


@pytest.fixture
def editor(kimi: Kimi, tmp_path: Path) -> Iterator[MakeEditor]:
    with editors(kimi, tmp_path, FILES, "src/Card.tsx") as make:
        yield make


def ask(one: FolderEditor, kimi: Kimi, reply: str, **more: Any) -> dict[str, Any]:
    kimi.say(reply={"content": reply}, times=1)
    started = one.start("kimi.visualFix", **{"images": [PICTURE], "wait": True, **more})
    # It may be drawn before and after, which takes its time.
    return one.client.wait(started, 100)["result"]


@pytest.mark.parametrize("name", CLIENTS)
def test_mended(kimi: Kimi, editor: MakeEditor, name: str) -> None:
    one = editor(CLIENTS[name])
    end = ask(one, kimi, OWN)
    assert end["state"] == "done", end
    assert end["applied"] == (name != "none")
    if name != "none":
        assert 'className="card wide"' in one.texts()["src/Card.tsx"]


def test_what_is_sent(kimi: Kimi, editor: MakeEditor) -> None:
    range_ = {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 6}}
    ask(editor(), kimi, OWN, range=range_, target=PICTURE, instruction="it is too narrow")
    (chat,) = kimi.chats()
    system, user = chat["body"]["messages"]
    code, looks, target, wanted = user["content"]
    for word in ("overlap", "crowding", "runs out of its box", "line up", "background", "cut off"):
        assert word in system["content"]
    assert [looks["type"], target["type"]] == ["image_url", "image_url"]
    assert code["text"].startswith("The project: React 19, JavaScript, plain CSS.\n")
    assert "--gap: 8px" in code["text"]
    assert "src/Card.css\n```\n.card {\n  width: 20px;\n}\n```" in code["text"]
    assert "outside.css\n```" not in code["text"]
    # Between them stands what was measured, where it can be drawn.
    first, *_, author, place = wanted["text"].split("\n\n")
    assert first == "The first picture shows how the page looks, the last one how it should look."
    assert author == "Its author says: it is too narrow"
    assert place == "The fault is in lines 4-4."


def test_in_its_style_sheet(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    end = ask(one, kimi, SHEET)
    assert end["state"] == "done", end
    assert one.texts()["src/Card.css"] == ".card {\n  width: auto;\n}\n"


def test_a_sheet_that_may_not_be_sent(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.write(".kimiignore", "*.css\n")
    ask(one, kimi, OWN)
    (chat,) = kimi.chats()
    assert "20px" not in chat["body"]["messages"][1]["content"][0]["text"]
    assert "--gap" not in chat["body"]["messages"][1]["content"][0]["text"]


def test_lines_that_look_like_markers(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    text = "const a = `\n=======\n`\n"
    one.write("src/B.tsx", text)
    one.show("src/B.tsx")
    end = ask(one, kimi, "```tsx\nconst a = `\n=======\nb`\n```\n")
    assert end["applied"], end
    assert one.texts()["src/B.tsx"] == "const a = `\n=======\nb`\n"


def test_without_a_picture(kimi: Kimi, editor: MakeEditor) -> None:
    found = editor().run("kimi.visualFix", images=[])
    assert (found["state"], found["reason"]) == ("failed", "bad_picture")
    assert not kimi.chats()


PAGE = (
    "<!doctype html>\n<body>\n<style>\np { width: 60px; white-space: nowrap; overflow: hidden }\n"
    "</style>\n<p>A line of text that is cut off</p>\n</body>\n"
)
WIDER = (
    "<<<<<<< SEARCH\np { width: 60px; white-space: nowrap; overflow: hidden }\n=======\n"
    "p { width: auto }\n>>>>>>> REPLACE\n"
)


def _picture(uri: str) -> bytes:
    data = Path(unquote(urlsplit(uri).path)).read_bytes()
    assert media_type(data) == "image/png"
    return data


@pytest.mark.slow
def test_measured_and_verified(kimi: Kimi, editor: MakeEditor, browser: Browser) -> None:
    one = editor()
    one.write("page.html", PAGE)
    one.show("page.html")
    kimi.say(reply={"content": WIDER}, times=1)
    started = one.start("kimi.visualFix", images=[PICTURE], wait=True)
    end = one.client.wait(started, 100)["result"]
    assert (end["check"]["kind"], end["check"]["verified"]) == ("render", True), end
    was, result = (_picture(end["check"][name]) for name in ("was", "result"))
    assert was != result
    assert "target" not in end["check"]
    assert end["check"]["way"] == "html"
    (chat,) = kimi.chats()
    told = chat["body"]["messages"][1]["content"][-1]["text"]
    (paragraph,) = [line for line in told.splitlines() if line.startswith("- p")]
    assert '"A line of text that is cut off"' in paragraph
    assert "CLIPPED" in paragraph


def test_not_verified_where_nothing_can_be_drawn(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.write("package.json", '{"dependencies": {"@angular/core": "^22.0.0"}}')
    end = ask(one, kimi, OWN)
    assert end["applied"], end
    assert (end["check"]["kind"], end["check"]["verified"]) == ("none", False)
    assert end["check"]["why"]
