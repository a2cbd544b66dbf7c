"""``kimi-lsp run``: one action on one file from a shell, against the offline Kimi."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kimi_lsp.run import printable
from tests.e2e.conftest import Kimi
from tests.vision.samples import encoded

CODE = "def area(r):\r\n    return radius * radius\r\n"
FIX = "<<<<<<< SEARCH\n    return radius * radius\n=======\n    return r * r\n>>>>>>> REPLACE\n"
FIXED = "def area(r):\r\n    return r * r\r\n"
DIAGNOSTIC = {
    "range": {"start": {"line": 1, "character": 11}, "end": {"line": 1, "character": 17}},
    "message": "radius is not defined",
}


@pytest.fixture
def kimi() -> Iterator[Kimi]:
    kimi = Kimi()
    yield kimi
    kimi.close()


def run(
    kimi: Kimi, folder: Path, *words: str, given: str = "", code: str = CODE
) -> subprocess.CompletedProcess[str]:
    """A run in a folder that holds one file, and nothing of the person's own."""
    file = folder / "shapes.py"
    if not file.exists():
        file.write_bytes(code.encode("utf-8", "surrogateescape"))
    environment = {
        **os.environ,
        "KIMI_BASE_URL": kimi.url,
        "KIMI_API_KEY": "offline-canary-key",
        "KIMI_LSP_CONFIG": str(folder / "config.toml"),
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        (sys.executable, "-m", "kimi_lsp", "run", *words),
        cwd=folder,
        env=environment,
        input=given.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )


CASES: dict[str, tuple[tuple[str, ...], int, str, str]] = {
    # the words after run, the exit code, and what stdout and stderr hold
    "explain": (("explain", "shapes.py:1-2"), 0, "It squares.\n", ""),
    "diff": (("fix", "shapes.py:2", "--problem", "not defined"), 0, "+    return r * r", ""),
    "apply": (
        ("fix", "shapes.py", "--problem", "not defined", "--apply"),
        0,
        "",
        "Changed shapes.py.",
    ),
    "no image": (("component", "shapes.py"), 2, "", "component needs --image FILE"),
    "nothing to fix": (("fix", "shapes.py"), 2, "", "--problem TEXT or --diagnostics FILE"),
    "no instruction": (("edit", "shapes.py:1"), 2, "", "edit needs --instruction"),
    "no file": (("explain", "shape.py"), 2, "", "there is no file shape.py"),
    "lines the wrong way": (("explain", "shapes.py:2-1"), 2, "", "lines count from 1"),
    "no action": (("paint", "shapes.py"), 2, "", "invalid choice: 'paint'"),
    "refused": (("edit", "shapes.py:1", "--instruction", "nonsense"), 1, "", ""),
    "bad diagnostics": (
        ("fix", "shapes.py", "--diagnostics", "shapes.py"),
        2,
        "",
        "holds no list of LSP diagnostics",
    ),
    "no picture": (
        ("explain", "shapes.py", "--image", "shapes.py"),
        1,
        "",
        "no PNG, JPEG, WebP or GIF",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_run(case: str, kimi: Kimi, tmp_path: Path) -> None:
    words, code, out, errors = CASES[case]
    kimi.say(match={"contains": "not defined"}, reply={"content": FIX})
    kimi.say(match={"contains": "nonsense"}, reply={"content": "No."})
    kimi.say(reply={"content": "It squares."})
    done = run(kimi, tmp_path, *words)
    shown = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, shown
    assert out in shown[0], shown
    assert errors in shown[1], shown
    assert "Traceback" not in shown[1]
    wanted = FIXED if case == "apply" else CODE
    assert (tmp_path / "shapes.py").read_bytes() == wanted.encode()


def result(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done
    return json.loads(done.stdout)


@pytest.mark.parametrize("shape", ["list", "published", "report"])
def test_diagnostics_in_each_shape(shape: str, kimi: Kimi, tmp_path: Path) -> None:
    kimi.say(match={"contains": "radius is not defined"}, reply={"content": FIX})
    given: Any = {
        "list": [DIAGNOSTIC],
        "published": {"uri": "file:///x", "diagnostics": [DIAGNOSTIC]},
        "report": {"kind": "full", "items": [DIAGNOSTIC]},
    }[shape]
    done = run(
        kimi,
        tmp_path,
        *("fix", "shapes.py", "--diagnostics", "-", "--json"),
        given=json.dumps(given),
    )
    found = result(done)
    assert found["state"] == "done"
    assert found["diff"].startswith("--- a/shapes.py\n+++ b/shapes.py\n")
    assert found["usage"]["requests"] == 1


def test_picture_is_sent(kimi: Kimi, tmp_path: Path) -> None:
    kimi.say(match={"image": True}, reply={"content": "A dot."})
    (tmp_path / "dot.png").write_bytes(encoded("PNG"))
    (tmp_path / "dot.gif").write_bytes(encoded("GIF"))
    words = ("explain", "shapes.py", "--image", "dot.png", "--image", "dot.gif", "--json")
    found = result(run(kimi, tmp_path, *words))
    assert (found["state"], found["text"]) == ("done", "A dot.")
    (chat,) = kimi.chats()
    kinds = [part["type"] for part in chat["body"]["messages"][-1]["content"]]
    assert kinds == ["image_url", "image_url", "text"]


MANIFEST = '{"dependencies": {"react": "^19.0.0", "@angular/core": "^22.0.0"}}'
CARD = "export class Card {}\n"


@pytest.mark.parametrize(
    ("words", "made", "said"),
    [
        (("src",), {"src/app/card/card.ts": CARD}, "cannot be drawn"),
        (("src/app/app.ts", "--no-verify"), {"src/app/card/card.ts": CARD}, ""),
        (
            ("src/app/app.ts", "--no-verify", "--name", "big card"),
            {"src/app/big-card/big-card.ts": CARD.replace("Card", "BigCard")},
            "",
        ),
    ],
)
def test_component(
    words: tuple[str, ...], made: dict[str, str], said: str, kimi: Kimi, tmp_path: Path
) -> None:
    """A new file from a picture: shown as a diff, and written where that is asked for."""
    (tmp_path / "package.json").write_text(MANIFEST)
    (tmp_path / "src" / "app").mkdir(parents=True)
    (tmp_path / "src" / "app" / "app.ts").write_text("export class App {}\n")
    (tmp_path / "dot.png").write_bytes(encoded("PNG"))
    kimi.say(reply={"content": f"src/app/card/card.ts\n```ts\n{CARD}```\n"})
    call = ("component", *words, "--image", "dot.png", "--instruction", "a card")
    before = contents(tmp_path)
    shown = run(kimi, tmp_path, *call)
    assert shown.returncode == 0, shown
    (path,) = made
    assert f"--- /dev/null\n+++ b/{path}\n" in shown.stdout.decode()
    assert said in shown.stderr.decode()
    assert contents(tmp_path) == {**before, "shapes.py": CODE}
    done = run(kimi, tmp_path, *call, "--apply", "--json")
    found = result(done)
    assert found["applied"]
    assert found.get("check", {}).get("kind") == ("none" if said else None)
    assert {one: text for one, text in contents(tmp_path).items() if one in made} == made


@pytest.mark.parametrize(
    ("place", "after"),
    [
        ("page.html:2", "<main>\n  <b>9</b>\n  <i>8</i>\n</main>\n"),
        ("page.html:2-2", "<main>\n  <b>9</b>\n</main>\n"),
    ],
)
def test_markup_at_a_line(place: str, after: str, kimi: Kimi, tmp_path: Path) -> None:
    """Before a line, or in place of lines."""
    (tmp_path / "dot.png").write_bytes(encoded("PNG"))
    (tmp_path / "page.html").write_text("<main>\n  <i>8</i>\n</main>\n")
    kimi.say(reply={"content": "```html\n<b>9</b>\n```\n"})
    call = ("component", place, "--image", "dot.png", "--no-verify", "--apply")
    done = run(kimi, tmp_path, *call)
    assert done.returncode == 0, done
    assert (tmp_path / "page.html").read_text() == after


def test_visual_fix(kimi: Kimi, tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(encoded("PNG"))
    (tmp_path / "a.html").write_text("<p>Hello</p>\n")
    kimi.say(
        reply={"content": "<<<<<<< SEARCH\n<p>Hello</p>\n=======\n<p>Hi</p>\n>>>>>>> REPLACE\n"}
    )
    call = ("visualFix", "a.html:1", "--image", "dot.png", "--target", "dot.png", "--json")
    found = result(run(kimi, tmp_path, *call, "--apply"))
    assert (found["state"], "verified" in found["check"]) == ("done", True), found
    assert (tmp_path / "a.html").read_text() == "<p>Hi</p>\n"
    (chat,) = kimi.chats()
    kinds = [part["type"] for part in chat["body"]["messages"][-1]["content"]]
    assert kinds.count("image_url") == 2


def test_text_that_is_no_utf8_is_left_alone(kimi: Kimi, tmp_path: Path) -> None:
    done = run(kimi, tmp_path, "explain", "shapes.py", code="caf\udce9\n")
    assert done.returncode == 1
    assert b"not UTF-8" in done.stderr
    assert not kimi.chats()


def test_terminal_obeys_nothing_in_an_answer() -> None:
    assert printable("a\x1b]52;c;QQ\x07b\x9b2J\tc\n\r\x7f") == "a�]52;c;QQ�b�2J\tc\n��"


OTHERS = (
    FIX + "DELETE FILE old.py\nRENAME FILE name.txt -> sub/named.txt\n"
    "sub/new.py\n<<<<<<< SEARCH\n=======\nnew = 1\n>>>>>>> REPLACE\n"
)
BEFORE = {"shapes.py": CODE, "old.py": "old = 1\n", "name.txt": "name"}
AFTER = {"shapes.py": FIXED, "sub/new.py": "new = 1\n", "sub/named.txt": "name"}


def contents(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*.*") if file.is_file() and file.suffix != ".png")
    return {file.relative_to(folder).as_posix(): file.read_bytes().decode() for file in files}


@pytest.mark.parametrize(
    ("words", "code", "said", "after"),
    [
        (("--diff",), 0, "old.py is deleted.", BEFORE),
        (("--apply",), 1, "Nothing was written: old.py is deleted.", BEFORE),
        (("--apply", "--yes"), 0, "Changed sub/new.py.", AFTER),
        (("--apply", "--json"), 1, "", BEFORE),
        (("--apply", "--yes", "--json"), 0, "", AFTER),
    ],
)
def test_several_files(
    words: tuple[str, ...], code: int, said: str, after: Any, kimi: Kimi, tmp_path: Path
) -> None:
    kimi.say(reply={"content": OTHERS})
    for path, text in BEFORE.items():
        (tmp_path / path).write_bytes(text.encode())
    done = run(kimi, tmp_path, "edit", "shapes.py", "--instruction", "x", *words)
    assert done.returncode == code, done
    assert said in done.stderr.decode()
    assert contents(tmp_path) == after
    if "--diff" in words:
        diff = done.stdout.decode()
        assert "--- a/shapes.py\n+++ b/shapes.py\n" in diff
        assert "--- a/old.py\n+++ /dev/null\n" in diff
        assert "--- /dev/null\n+++ b/sub/new.py\n" in diff
        assert "rename from name.txt\n" in diff


def test_what_is_shown_is_a_diff_that_programs_apply(kimi: Kimi, tmp_path: Path) -> None:
    code = CODE + "end"
    block = "<<<<<<< SEARCH\nend\n=======\nEND\n>>>>>>> REPLACE\n"
    kimi.say(reply={"content": FIX + block})
    done = run(kimi, tmp_path, "edit", "shapes.py", "--instruction", "both", code=code)
    assert done.returncode == 0, done
    applied = subprocess.run(
        ("git", "apply", "-"), cwd=tmp_path, input=done.stdout, capture_output=True, check=False
    )
    assert applied.returncode == 0, applied
    assert (tmp_path / "shapes.py").read_bytes() == (FIXED + "END").encode()
