"""Pictures from the editor to the model and back, through a real server and the offline Kimi."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kimi_lsp.vision.browser import VARIABLE
from tests.e2e.conftest import FULL, Editor, Kimi
from tests.vision.desktops import copied_in_x, needs_browser, x_server
from tests.vision.samples import encoded, picture, png_of, with_exif

MakeEditor = Callable[..., Editor]

CODE = "<main>\n  <h1>Hello</h1>\n</main>\n"
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 0}}
NEW = "<main>\n  <h1 class='red'>Hello</h1>\n</main>\n"


def data_url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def parts_of(chat: Any) -> list[dict[str, Any]]:
    return chat["body"]["messages"][-1]["content"]


def shown(part: dict[str, Any]) -> Image.Image:
    assert part["type"] == "image_url"
    _, _, data = part["image_url"]["url"].partition("base64,")
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("command", ["kimi.explain", "kimi.edit", "kimi.ask"])
def test_a_picture_goes_along(command: str, kimi: Kimi, editor: MakeEditor, tmp_path: Path) -> None:
    answer = f"```html\n{NEW}```\n" if command == "kimi.edit" else "It is red."
    kimi.say(match={"image": True}, reply={"content": answer})
    (tmp_path / "page.jpg").write_bytes(with_exif(picture(80, 40), 6))
    given = [{"path": str(tmp_path / "page.jpg")}, {"dataUrl": data_url(encoded("WEBP"))}]
    one = editor(FULL)
    one.open(CODE)
    end = one.run(command, range=WHOLE, instruction="red", text="why?", images=given)
    assert end["state"] == "done", end
    assert one.document.text == (NEW if command == "kimi.edit" else CODE)
    (chat,) = kimi.chats()
    first, second, text = parts_of(chat)
    assert (shown(first).size, shown(second).size) == ((40, 80), (64, 48))
    assert "<h1>" in text["text"]
    # Two pictures of 6 tokens and what is around each are in what the endpoint counted.
    assert end["usage"]["promptTokens"] > 2 * 11


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "bomb": ({"dataUrl": data_url(png_of(60_000, 60_000, b"0"))}, "50 million pixels"),
    "cut": ({"dataUrl": data_url(encoded("PNG")[:-20])}, "damaged"),
    "empty": ({"dataUrl": "data:image/png;base64,"}, "empty"),
    "double": ({"dataUrl": data_url(encoded("PNG") + b"PK\x03\x04")}, "something else"),
    "too large": ({"dataUrl": data_url(bytes(16 << 20))}, "larger than 20 MB"),
    "no data url": ({"dataUrl": "data:image/png;base64,%%%"}, "no valid data URL"),
    "a page, not a picture": ({"dataUrl": "data:text/html;base64,AAAA"}, "no valid data URL"),
    "svg": ({"dataUrl": data_url(b"<svg xmlns='x'/>", "image/svg+xml")}, "SVG"),
    "not there": ({"path": "/no/such/picture.png"}, "cannot be read"),
    "a folder": ({"path": "/"}, "cannot be read"),
    "a device": ({"path": "/dev/zero"}, "cannot be read"),
    "a name that cannot be": ({"path": "a\0b"}, "cannot be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_picture_sends_nothing(
    case: str, kimi: Kimi, editor: MakeEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "/no/such/browser")
    given, words = BAD[case]
    good = {"dataUrl": data_url(encoded("PNG"))}
    one = editor(FULL)
    one.open(CODE)
    end = one.run("kimi.explain", range=WHOLE, images=[good, given])
    assert (end["state"], end["reason"]) == ("failed", "bad_picture"), end
    assert words in end["message"]
    assert not kimi.chats()


def test_what_it_takes_is_told_before_it_is_sent(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(reply={"content": "Red."})
    one = editor(FULL, jobEvents=True)
    one.open(CODE)
    given = [{"dataUrl": data_url(encoded("PNG", picture(1280, 832)))}]
    bare = one.run("kimi.explain", range=WHOLE, preview=True)["preview"]
    seen = one.run("kimi.explain", range=WHOLE, preview=True, images=given)["preview"]
    assert seen["promptTokens"] - bare["promptTokens"] == 1385
    assert seen["usd"] > bare["usd"]
    assert shown(seen["body"]["messages"][-1]["content"][0]).size == (1280, 832)
    assert not kimi.chats()
    end = one.run("kimi.explain", range=WHOLE, images=given)
    assert end["state"] == "done"
    told: list[str] = []
    while (event := one.client.next("kimi/job"))["event"] != "end":
        told.append(event.get("message", ""))
    assert told.index("one picture, about 1,385 tokens") < told.index("waiting for Kimi")
    (chat,) = kimi.chats()
    assert parts_of(chat) == seen["body"]["messages"][-1]["content"]


def test_more_than_the_bound_is_refused_by_the_till(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(FULL, budget={"tokensPerRequest": 6000})
    one.open(CODE)
    given = [{"dataUrl": data_url(encoded("PNG", picture(2560, 1440)))}]
    end = one.run("kimi.explain", range=WHOLE, images=given)
    assert (end["state"], end["reason"]) == ("failed", "budget"), end
    assert not kimi.chats()


def test_a_tall_page_goes_in_slices(kimi: Kimi, editor: MakeEditor) -> None:
    kimi.say(match={"contains": "one tall page"}, reply={"content": "Long."})
    one = editor(FULL)
    one.open(CODE)
    given = [{"dataUrl": data_url(encoded("PNG", picture(1280, 6000)))}]
    end = one.run("kimi.ask", range=WHOLE, text="what?", images=given)
    assert end["text"] == "Long.", end
    (chat,) = kimi.chats()
    *slices, caption, _ = parts_of(chat)
    assert [shown(part).width for part in slices] == [1280] * 3
    assert "cut from top to bottom" in caption["text"]


def test_a_page_and_a_drawing_are_drawn_by_the_browser(
    kimi: Kimi, editor: MakeEditor, tmp_path: Path
) -> None:
    needs_browser()
    kimi.say(match={"image": True}, reply={"content": "Drawn."})
    drawing = tmp_path / "icon.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="70" height="30"/>')
    one = editor(FULL)
    one.open(CODE)
    # The offline Kimi's own host is a page as well.
    given = [{"url": kimi.url.removesuffix("/v1") + "/simulator/requests"}, {"path": str(drawing)}]
    end = one.run("kimi.explain", range=WHOLE, images=given)
    assert end["state"] == "done", end
    (chat,) = kimi.chats()
    page, icon, _ = parts_of(chat)
    assert shown(page).size == (1280, 800)
    assert shown(icon).size == (70, 30)
    assert "svg" not in icon["image_url"]["url"][:30]


def test_a_preview_loads_no_page(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(FULL)
    one.open(CODE)
    given = [{"url": "http://127.0.0.1:9/"}]
    end = one.run("kimi.explain", range=WHOLE, preview=True, images=given)
    assert (end["state"], end["reason"]) == ("failed", "unsupported")


def test_the_gate_is_passed_before_pictures_count(kimi: Kimi, editor: MakeEditor) -> None:
    one = editor(FULL, exclude=["*.py"])
    one.open(CODE)
    given = [{"dataUrl": data_url(encoded("PNG"))}]
    end = one.run("kimi.explain", range=WHOLE, images=given)
    assert (end["state"], end["reason"]) == ("failed", "excluded")
    assert not kimi.chats()


def test_what_was_copied_and_what_is_on_the_screen(
    kimi: Kimi, editor: MakeEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kimi.say(match={"image": True}, reply={"content": "Seen."})
    with x_server(monkeypatch):
        with copied_in_x("image/bmp", encoded("BMP")):
            one = editor(FULL)
            one.open(CODE)
            end = one.run(
                "kimi.explain", range=WHOLE, images=[{"clipboard": True}, {"screen": True}]
            )
            assert end["state"] == "done", end
        (chat,) = kimi.chats()
        copied, screen, _ = parts_of(chat)
        assert (shown(copied).size, shown(screen).size) == ((64, 48), (800, 600))


def test_without_a_desktop_it_is_said(
    kimi: Kimi, editor: MakeEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    one = editor(FULL)
    one.open(CODE)
    for way in ("clipboard", "screen"):
        end = one.run("kimi.explain", range=WHOLE, images=[{way: True}])
        assert (end["state"], end["reason"]) == ("failed", "unsupported"), end
        assert "no screen and no clipboard" in end["message"]
    assert not kimi.chats()
