"""Components that are drawn, compared with their picture and gone on with from the best."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from kimi_lsp.core.pictures import media_type
from kimi_lsp.vision.browser import Browser
from kimi_lsp.vision.rendering import View
from tests.e2e.conftest import Kimi
from tests.e2e.folder import FolderEditor, MakeEditor, editors
from tests.e2e.screenshot import picture
from tests.vision.conftest import browser as browser  # a fixture

STYLE = """<style>
body{margin:0;font-family:sans-serif;background:#f8fafc;color:#1f2937}
header{background:#4338ca;color:#fff;padding:14px 24px;display:flex;gap:24px}
main{display:grid;grid-template-columns:1fr 1fr;gap:16px;padding:24px}
section{background:#fff;border:1px solid #ddd;border-radius:8px;padding:16px}
</style>"""
PAGE = f"""<!doctype html>
<html><head><title>Acme</title>{STYLE}</head><body>
<header><b>Acme</b><span>Home</span><span>Pricing</span></header>
<main><section><h2>Starter</h2><p>One project and support</p></section>
<section><h2>Enterprise</h2><p>Single sign on and audit</p></section></main>
</body></html>
"""
FAR = PAGE.replace("display:grid", "display:block").replace("#4338ca", "#4d7c0f")
VIEW = View(640, 400)
EMPTY = "<!doctype html>\n<title>a</title>\n<body>\n</body>\n"


@pytest.fixture
def target(browser: Browser) -> dict[str, str]:
    """The picture of the page, as a person would give it."""
    return picture(browser, PAGE, VIEW)


@pytest.fixture
def editor(kimi: Kimi, tmp_path: Path) -> Iterator[MakeEditor]:
    with editors(kimi, tmp_path, {"index.html": EMPTY}, "index.html") as make:
        yield make


def made(one: FolderEditor, **argument: Any) -> dict[str, Any]:
    """The end of a job that may take its time to draw."""
    started = one.start("kimi.component", wait=True, **argument)
    return one.client.wait(started, 100)["result"]


def reply(page: str) -> str:
    return f"acme-page.html\n```html\n{page}```\n"


@pytest.mark.slow
def test_the_best_is_kept(kimi: Kimi, editor: MakeEditor, target: dict[str, str]) -> None:
    one = editor()
    for page in (FAR, PAGE):
        kimi.say(reply={"content": reply(page)}, times=1)
    end = made(one, images=[target])
    assert end["state"] == "done", end
    check = end["check"]
    assert (check["kind"], check["rounds"], check["stop"]) == ("render", 2, "threshold")
    assert check["score"] >= 0.99
    assert one.texts()["acme-page.html"] == PAGE
    assert len(one.edits) == 1
    assert end["usage"]["requests"] == 2
    for name in ("target", "result"):
        data = Path(unquote(urlsplit(check[name]).path)).read_bytes()
        assert media_type(data) == "image/png"
    second = kimi.chats()[1]["body"]["messages"]
    assert [one["role"] for one in second] == ["system", "user", "assistant", "user"]
    told = "\n".join(part["text"] for part in second[3]["content"] if part["type"] == "text")
    assert "The best so far scores" in told
    assert sum(part["type"] == "image_url" for part in second[3]["content"]) >= 3
    said = [
        seen["params"]["value"].get("message", "")
        for seen in one.client.seen
        if seen.get("method") == "$/progress"
    ]
    assert any(text.startswith("round 1, ") and "alike" in text for text in said)
    # What the second round is to be better than is told with it.
    assert any(text.startswith("round 2, ") and text.endswith(": drawing it") for text in said)


@pytest.mark.slow
def test_each_round_streams_in_place_of_the_one_before(
    kimi: Kimi, editor: MakeEditor, target: dict[str, str]
) -> None:
    one = editor(jobEvents=True)
    for page in (FAR, PAGE):
        kimi.say(reply={"content": reply(page), "chunk": 200}, times=1)
    made(one, images=[target])
    shown = ""
    for seen in one.client.seen:
        event = seen["params"] if seen.get("method") == "kimi/job" else {}
        if event.get("event") == "text":
            shown = event["delta"] if event.get("fresh") else shown + event["delta"]
    assert shown == reply(PAGE)


@pytest.mark.slow
def test_a_worse_answer_is_not_taken(
    kimi: Kimi, editor: MakeEditor, target: dict[str, str]
) -> None:
    one = editor()
    near = PAGE.replace("<h2>Starter</h2>", "<h2>Starter</h2><p>More</p>")
    pages = (near, FAR, "<!doctype html>\n", FAR)
    for page in pages:
        kimi.say(reply={"content": reply(page)}, times=1)
    end = made(one, images=[target])
    assert end["check"]["stop"] in ("plateau", "threshold"), end
    assert one.texts()["acme-page.html"] == near


@pytest.mark.slow
def test_markup_of_a_page_is_seen_alone(
    kimi: Kimi, editor: MakeEditor, target: dict[str, str]
) -> None:
    one = editor()
    one.write("shop.html", "<!doctype html>\n<body>\n<p>long</p>\n</body>\n")
    one.show("shop.html")
    inner = PAGE[PAGE.index("<header>") : PAGE.index("</body>")]
    kimi.say(reply={"content": f"```html\n{STYLE}\n{inner}```\n"}, times=1)
    end = made(one, images=[target], position={"line": 3, "character": 0})
    assert end["check"]["rounds"] == 1, end
    assert end["check"]["score"] >= 0.92
    assert "<p>long</p>" in one.texts()["shop.html"]
    assert "<h2>Starter</h2>" in one.texts()["shop.html"]


@pytest.mark.slow
def test_a_tall_page_is_compared_as_far_as_it_is_looked_at(
    kimi: Kimi, editor: MakeEditor, browser: Browser
) -> None:
    one = editor()
    page = PAGE.replace("</body>", '<p style="margin-top:5000px">The end</p></body>')
    kimi.say(reply={"content": reply(page)}, times=1)
    end = made(one, images=[picture(browser, page, VIEW)])
    check = end["check"]
    assert (check["kind"], check["stop"], check["way"]) == ("render", "threshold", "html"), check
    assert check["note"].endswith("rows of the picture the first 3200 were compared.")
    shown = kimi.chats()[0]["body"]["messages"][1]["content"]
    assert sum(part["type"] == "image_url" for part in shown) == 2


@pytest.mark.slow
def test_of_several_pictures_none_is_compared(
    kimi: Kimi, editor: MakeEditor, target: dict[str, str]
) -> None:
    one = editor()
    kimi.say(reply={"content": reply(FAR)}, times=1)
    end = made(one, images=[target, target])
    assert end["applied"], end
    assert end["check"]["kind"] == "none"
    assert "several pictures" in end["check"]["why"]


def test_what_cannot_be_drawn_is_made_all_the_same(
    kimi: Kimi, editor: MakeEditor, target: dict[str, str]
) -> None:
    one = editor()
    one.write("package.json", '{"dependencies": {"@angular/core": "^22.0.0"}}')
    one.write("src/app/app.ts", "export class App {}\n")
    one.show("src/app/app.ts")
    code = "@Component({ selector: 'app-acme' })\nexport class Acme {}\n"
    kimi.say(reply={"content": f"src/app/acme/acme.ts\n```ts\n{code}```\n"}, times=1)
    end = made(one, images=[target])
    assert end["state"] == "done", end
    assert end["check"]["kind"] == "none"
    assert "angular" in end["check"]["why"]
    assert one.texts()["src/app/acme/acme.ts"] == code
    assert len(kimi.chats()) == 1


@pytest.mark.slow
def test_cancelled_while_it_is_drawn(
    kimi: Kimi, editor: MakeEditor, target: dict[str, str]
) -> None:
    one = editor(jobEvents=True)
    kimi.say(reply={"content": reply(FAR)}, times=1)
    kimi.say(reply={"content": reply(PAGE), "chunk": 1, "delay": 5}, times=1)
    started = one.start("kimi.component", images=[target], wait=True)
    message = ""
    while not message.startswith("round 1, 0"):
        message = one.client.next("kimi/job", 60).get("message") or ""
    params = {"command": "kimi.cancel", "arguments": [{}]}
    one.client.request("workspace/executeCommand", params)
    assert one.client.wait(started)["result"]["state"] == "cancelled"
    assert "acme-page.html" not in one.texts()
