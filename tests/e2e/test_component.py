"""Components from pictures, as three kinds of client get them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import CLIENTS, NONE, Kimi
from tests.e2e.folder import FolderEditor, MakeEditor, editors

# One white pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
)
PICTURE = {"dataUrl": "data:image/png;base64," + base64.b64encode(PNG).decode()}

APP = (
    'import { useState } from "react"\n\nexport default function App() {\n  return (\n'
    "    <main>\n\n    </main>\n  )\n}\n"
)
FILES = {
    "package.json": '{"dependencies": {"react": "^19.0.0", "tailwindcss": "^4.1.0"}}',
    "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
    "src/App.tsx": APP,
    "src/index.css": '@import "tailwindcss";\n@theme {\n  --color-brand: #0f62fe;\n}\n',
    "src/components/Badge.tsx": "export default function Badge({ tone }: { tone: string }) {\n"
    "  return <b>{tone}</b>\n}\n",
    "src/components/Header.tsx": "export default function Header() {\n  return <header />\n}\n",
    "page.html": "<body>\n<main>\n</main>\n</body>\n",
}
CODE = 'export default function PriceCard() {\n  return <p className="p-4">€ 9</p>\n}\n'
REPLY = f"src/components/PriceCard.tsx\n```tsx\n{CODE}```\n"


@pytest.fixture
def editor(kimi: Kimi, tmp_path: Path) -> Iterator[MakeEditor]:
    with editors(kimi, tmp_path, FILES, "src/App.tsx") as make:
        yield make


def ask(one: FolderEditor, kimi: Kimi, reply: str = REPLY, **more: Any) -> dict[str, Any]:
    kimi.say(reply={"content": reply}, times=1)
    return one.run("kimi.component", **{"images": [PICTURE], "verify": False, **more})


def position(line: int, character: int = 0) -> dict[str, int]:
    return {"line": line, "character": character}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_new_file(kimi: Kimi, editor: MakeEditor, name: str) -> None:
    one = editor(CLIENTS[name])
    end = ask(one, kimi)
    assert end["state"] == "done"
    path = "src/components/PriceCard.tsx"
    if name == "none":
        # It cannot be told to make a file: the proposal waits.
        assert not end["applied"]
        assert end["hunks"][0]["newText"] == CODE
        assert path not in one.texts()
        return
    assert end["files"] == [one.uri(path)]
    assert one.texts()[path] == CODE
    shown = [
        seen["params"] for seen in one.client.seen if seen.get("method") == "window/showDocument"
    ]
    assert [(each["uri"], each["takeFocus"]) for each in shown] == [(one.uri(path), True)]


def test_what_is_sent(kimi: Kimi, editor: MakeEditor) -> None:
    ask(editor(), kimi, instruction="a price of 9")
    (chat,) = kimi.chats()
    system, user = chat["body"]["messages"]
    project, picture, wanted = user["content"]
    assert "add no dependency" in system["content"]
    assert picture["type"] == "image_url"
    assert project["text"].splitlines() == [
        "The project: React 19, TypeScript, Tailwind CSS 4.",
        "Components are default exports.",
        "Its design tokens:",
        "--color-brand: #0f62fe",
        "Its components, as they are imported here, and what they take:",
        'import Badge from "./Badge" // <Badge> { tone: string }',
        'import Header from "./Header"',
    ]
    assert wanted["text"] == (
        "Write src/components/ComponentName.tsx. Put a name that says what it is in place of "
        "ComponentName.\n\nIts author adds: a price of 9"
    )


@pytest.mark.parametrize("name", ["full", "neovim"])
def test_at_a_place(kimi: Kimi, editor: MakeEditor, name: str) -> None:
    one = editor(CLIENTS[name])
    end = ask(one, kimi, position=position(5))
    assert end["state"] == "done", end
    assert one.texts()["src/App.tsx"] == (
        'import { useState } from "react"\nimport PriceCard from "./components/PriceCard"\n\n'
        "export default function App() {\n  return (\n    <main>\n      <PriceCard />\n"
        "    </main>\n  )\n}\n"
    )
    assert one.texts()["src/components/PriceCard.tsx"] == CODE
    assert len(one.edits) == 1


@pytest.mark.parametrize("name", ["full", "neovim", "none"])
def test_in_place_of_a_selection(kimi: Kimi, editor: MakeEditor, name: str) -> None:
    one = editor(CLIENTS[name])
    range_ = {"start": position(4), "end": position(7)}
    reply = '```tsx\n    <main>\n      <Badge tone="new" />\n    </main>\n```\n'
    end = ask(one, kimi, reply, range=range_)
    wanted = (
        'import { useState } from "react"\nimport Badge from "./components/Badge"\n\n'
        'export default function App() {\n  return (\n    <main>\n      <Badge tone="new" />\n'
        "    </main>\n  )\n}\n"
    )
    if name == "none":
        assert not end["applied"]
        assert [hunk["newText"] for hunk in end["hunks"]] != []
    else:
        assert one.texts()["src/App.tsx"] == wanted


def test_in_a_page(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.show("page.html")
    end = ask(
        one, kimi, "```html\n<section>\n  <p>9</p>\n</section>\n```\n", position=position(1, 6)
    )
    assert end["state"] == "done", end
    assert one.texts()["page.html"] == (
        "<body>\n<main>\n  <section>\n    <p>9</p>\n  </section>\n</main>\n</body>\n"
    )


TEMPLATE = "<main>\n\n</main>\n"
CLASS = (
    "import { Component } from '@angular/core';\n\n@Component({\n  selector: 'app-root',\n"
    "  templateUrl: './app.html',\n})\nexport class App {}\n"
)
CARD = "@Component({ selector: 'app-price-card', template: '9' })\nexport class PriceCard {}\n"
CARD_REPLY = f"ng/src/app/price-card/price-card.ts\n```ts\n{CARD}```\n"


@pytest.mark.parametrize("name", ["full", "neovim"])
@pytest.mark.parametrize("apply", ["hold", "now"])
def test_in_an_angular_template(kimi: Kimi, editor: MakeEditor, apply: str, name: str) -> None:
    """The class that the template belongs to lists the component, and nobody is asked for that."""
    one = editor(CLIENTS[name])
    one.write("ng/package.json", '{"dependencies": {"@angular/core": "^22.0.0"}}')
    one.write("ng/src/app/app.ts", CLASS)
    one.show("ng/src/app/app.html", TEMPLATE)
    end = ask(one, kimi, CARD_REPLY, position=position(1), apply=apply)
    if apply == "hold":
        assert not end["applied"]
        assert not any(hunk.get("confirm") for hunk in end["hunks"])
        end = one.run("kimi.apply", job=end["job"])
    assert end["applied"], end
    texts = one.texts()
    assert texts["ng/src/app/price-card/price-card.ts"] == CARD
    assert texts["ng/src/app/app.html"] == "<main>\n  <app-price-card></app-price-card>\n</main>\n"
    assert texts["ng/src/app/app.ts"] == CLASS.replace(
        "core';\n", "core';\nimport { PriceCard } from './price-card/price-card';\n"
    ).replace("@Component({\n", "@Component({ imports: [PriceCard],\n")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (None, "no class in ng/src/app/app.ts"),
        ("export const a = 1;\n", "no class in ng/src/app/app.ts"),
        (CLASS.replace("  selector", "  standalone: false,\n  selector"), "in a module"),
    ],
)
def test_in_a_template_that_could_not_use_it(
    kimi: Kimi, editor: MakeEditor, code: str | None, said: str
) -> None:
    one = editor()
    one.write("ng/package.json", '{"dependencies": {"@angular/core": "^22.0.0"}}')
    if code is not None:
        one.write("ng/src/app/app.ts", code)
    one.show("ng/src/app/app.html", TEMPLATE)
    end = one.run("kimi.component", images=[PICTURE], position=position(1))
    assert (end["state"], end["reason"]) == ("failed", "unsupported"), end
    assert said in end["message"]
    assert not kimi.chats()


@pytest.mark.parametrize("apply", ["hold", "now"])
def test_nothing_is_overwritten(kimi: Kimi, editor: MakeEditor, apply: str) -> None:
    one = editor()
    one.write("src/components/PriceCard.tsx", "mine\n")
    end = ask(one, kimi, apply=apply)
    if apply == "hold":
        assert not end["applied"]
        end = one.run("kimi.apply", job=end["job"])
    assert end["applied"]
    shown = [seen for seen in one.client.seen if seen.get("method") == "window/showDocument"]
    made = one.uri("src/components/PriceCard2.tsx")
    assert [seen["params"]["uri"] for seen in shown] == [made]
    assert one.texts()["src/components/PriceCard.tsx"] == "mine\n"
    assert one.texts()["src/components/PriceCard2.tsx"] == CODE.replace("PriceCard", "PriceCard2")


def test_on_a_folder_by_a_name(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    uri = one.uri("src/offers")
    reply = f"src/offers/BigOffer.tsx\n```tsx\n{CODE.replace('PriceCard', 'BigOffer')}```\n"
    (one.root / "src" / "offers").mkdir()
    end = ask(one, kimi, reply, uri=uri, name="big offer")
    assert end["files"] == [one.uri("src/offers/BigOffer.tsx")]
    (chat,) = kimi.chats()
    wanted = chat["body"]["messages"][1]["content"][-1]["text"]
    assert wanted == "Write src/offers/BigOffer.tsx."


def test_a_file_that_was_not_asked_for(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    reply = REPLY + "src/evil.ts\n```ts\nexport {}\n```\n"
    one.leaves_out.add("Kimi: create src/evil.ts")
    ask(one, kimi, reply)
    assert any("src/evil.ts" in asked for asked in one.asked)
    assert "src/evil.ts" not in one.texts()


@pytest.mark.parametrize(
    ("replies", "state", "requests"),
    [
        (["Just words.", REPLY], ("refused", "no_edit"), 1),
        (["src/A.tsx\n```\n// ... existing code\n```\n", REPLY], ("done", None), 2),
        (["```\na\n```\n```\nb\n```\n"] * 2, ("refused", "malformed"), 2),
    ],
)
def test_answers_that_cannot_be_used(
    kimi: Kimi, editor: MakeEditor, replies: list[str], state: tuple[str, str | None], requests: int
) -> None:
    one = editor()
    for reply in replies[:-1]:
        kimi.say(reply={"content": reply}, times=1)
    end = ask(one, kimi, replies[-1])
    assert (end["state"], end.get("reason")) == state
    assert len(kimi.chats()) == requests
    assert end["usage"]["requests"] == requests


@pytest.mark.parametrize(
    ("argument", "end"),
    [
        ({"images": []}, ("failed", "bad_picture")),
        ({"images": [{"dataUrl": "data:image/png;base64,AAAA"}]}, ("failed", "bad_picture")),
        ({"uri": "untitled:Untitled-1"}, ("failed", "unsupported")),
        ({"uri": "file:///elsewhere/App.tsx"}, ("failed", "unsupported")),
        ({"uri": "file:///elsewhere/App.tsx", "position": position(0)}, ("failed", "excluded")),
    ],
)
def test_what_cannot_begin(
    kimi: Kimi, editor: MakeEditor, argument: dict[str, Any], end: tuple[str, str]
) -> None:
    one = editor()
    found = one.run("kimi.component", **{"images": [PICTURE], **argument})
    assert (found["state"], found["reason"]) == end, found
    assert found["message"]
    assert not kimi.chats()


def test_where_no_file_may_be_written(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    one.write(".gitignore", "src/\n")
    found = one.run("kimi.component", images=[PICTURE], uri=one.uri("src/components"))
    assert (found["state"], found["reason"]) == ("failed", "excluded"), found
    assert ".gitignore" in found["message"]
    assert not kimi.chats()


def test_changed_meanwhile(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    kimi.say(reply={"content": REPLY, "chunk": 4, "delay": 0.05}, times=1)
    started = one.start(
        "kimi.component",
        images=[PICTURE],
        position=position(5),
        version=1,
        wait=True,
        verify=False,
    )
    one.type(0, 0, "// typed\n")
    end = one.client.wait(started)["result"]
    assert end["applied"], end
    text = one.texts()["src/App.tsx"]
    assert text.startswith("// typed\n")
    assert "<main>\n      <PriceCard />\n" in text


def test_preview(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    found = one.run("kimi.component", images=[PICTURE], preview=True)["preview"]
    assert found["promptTokens"] > 0
    assert found["withheld"] == []
    assert not kimi.chats()


def test_a_client_with_no_capabilities_accepts_it_later(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(NONE)
    end = ask(one, kimi)
    assert end["edit"] is not None


CLIPBOARD = "Component from the picture in the clipboard, with Kimi"
HERE = "Component from this picture with Kimi"


@pytest.mark.parametrize("name", CLIENTS)
def test_menu_of_a_component_file(kimi: Kimi, editor: MakeEditor, name: str) -> None:
    one = editor(CLIENTS[name])
    uri = one.uri("src/App.tsx")
    range_ = {"start": position(3), "end": position(3)}
    entries = [entry for entry in one.menu(range_) if entry["title"] == CLIPBOARD]
    assert len(entries) == 1
    command = entries[0] if name == "none" else entries[0]["command"]
    assert command["command"] == "kimi.component"
    assert command["arguments"] == [{"uri": uri, "version": 1, "images": [{"clipboard": True}]}]
    if name != "none":
        assert entries[0]["kind"] == "refactor.rewrite.kimi.component"
    assert one.menu(range_, triggerKind=2) == []
    selected = {"start": position(3), "end": position(4)}
    titles = [entry["title"] for entry in one.menu(selected, triggerKind=2)]
    assert CLIPBOARD not in titles
    assert not kimi.chats()


@pytest.mark.parametrize(
    ("path", "text", "titles"),
    [
        ("a.css", "\n", [CLIPBOARD]),
        ("a.vue", "\n", [CLIPBOARD]),
        ("a.py", 'x = "shot.png"\n', []),
        ("a.md", "![](shot.png)\n", [HERE]),
        ("a.html", '<img src="shot.png">\n', [HERE, CLIPBOARD]),
        ("a.html", '<img src="/shot.png">\n', [HERE, CLIPBOARD]),
        ("a.html", '<img src="../outside.png">\n', [CLIPBOARD]),
        ("a.html", '<img src="link.png">\n', [CLIPBOARD]),
        ("a.html", '<img src="secret.png">\n', [CLIPBOARD]),
        ("a.html", '<img src="missing.png">\n', [CLIPBOARD]),
    ],
)
def test_menu(editor: MakeEditor, path: str, text: str, titles: list[str]) -> None:
    one = editor()
    (one.root / "shot.png").write_bytes(PNG)
    (one.root / "secret.png").write_bytes(PNG)
    (one.root.parent / "outside.png").write_bytes(PNG)
    (one.root / "link.png").symlink_to(one.root.parent / "outside.png")
    one.write(".kimiignore", "secret.png\n")
    one.write(path, text)
    one.show(path)
    place = position(0, min(12, len(text) - 1))
    found = [entry["title"] for entry in one.menu({"start": place, "end": place})]
    assert [title for title in found if "picture" in title] == titles


def test_from_a_path_in_the_text(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor()
    (one.root / "shot.png").write_bytes(PNG)
    one.show("src/App.tsx", "// like ../shot.png\n" + APP)
    place = position(0, 12)
    (entry,) = [one for one in one.menu({"start": place, "end": place}) if one["title"] == HERE]
    (argument,) = entry["command"]["arguments"]
    end = ask(one, kimi, **argument)
    assert end["files"] == [one.uri("src/components/PriceCard.tsx")]
    (chat,) = kimi.chats()
    assert [part["type"] for part in chat["body"]["messages"][1]["content"]] == [
        "text",
        "image_url",
        "text",
    ]
