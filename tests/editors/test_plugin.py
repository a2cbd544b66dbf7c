"""The Neovim plugin in a real, headless Neovim: every subcommand, the window, health and help."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from kimi_lsp.settings import table
from tests.e2e.conftest import Kimi
from tests.e2e.test_component import PNG
from tests.editors.conftest import NVIM, PLUGIN, SERVER, Neovim
from tests.vision.desktops import copied_in_x, x_server

pytestmark = pytest.mark.editor

FIX = {
    "content": "<<<<<<< SEARCH\n    return radius * radius\n=======\n"
    "    return r * r\n>>>>>>> REPLACE\n"
}
SQUARE = {"content": "```python\nsquare\n```\n"}
TEXT = {"content": "It squares a number.\n\nAnd that is all there is to say.", "delay": 0.1}
ENDLESS = {"content": "It squares a number. " + "And more. " * 500, "delay": 0.1, "chunk": 20}

CASES = {
    "fix_is_one_undo_step": {"reply": FIX},
    "fix_that_helps_is_told": {"reply": FIX},
    "fix_that_does_not_help_is_told": {"reply": FIX},
    "fix_that_nobody_looked_at_is_left_alone": {"reply": FIX},
    "typing_while_the_answer_comes": {"reply": {**FIX, "chunk": 4, "delay": 0.05}},
    "typing_in_the_lines_that_change": {"reply": {**FIX, "chunk": 4, "delay": 0.2}},
    "the_menu_fixes_what_other_servers_report": {"reply": FIX},
    "no_diagnostic_no_fix": {},
    "edit_of_a_selection_by_characters": {"reply": SQUARE},
    "edit_asks_for_its_instruction": {"reply": SQUARE},
    "progress_stands_beside_the_code_and_goes": {"reply": ENDLESS},
    "explanation_streams_follows_and_ends": {"reply": TEXT},
    "pinned_to_a_split_and_stopped": {"reply": ENDLESS},
    "failure_is_shown_where_the_answer_would_be": {
        "status": 429,
        "error": {"type": "exceeded_current_quota_error", "message": "no money"},
    },
    "refused_edit_says_why": {"reply": {"content": "I cannot do that."}},
    "two_answers_at_once_keep_apart": {"reply": ENDLESS},
    "without_a_border": {"reply": TEXT},
    "server_that_dies_is_told_and_comes_back": {"reply": ENDLESS},
    "completion_and_usage": {},
    "preview_sends_nothing": {},
    "repeated_question_costs_nothing": {"reply": TEXT},
    "usage": {},
    "not_running_says_what_to_do": {},
    "log_shows_our_lines": {},
    "no_key_is_mapped": {},
}


def test_review_by_hunks(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    second = "<<<<<<< SEARCH\nx = area(2)\n=======\ny = area(3)\n>>>>>>> REPLACE\n"
    kimi.say(reply={"content": FIX["content"] + second})
    neovim().run("plugin.lua", "review_by_hunks")


def test_review_across_files(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    other = "other.py\n<<<<<<< SEARCH\nold = 1\n=======\nnew = 1\n>>>>>>> REPLACE\n"
    new = "sub/new.py\n<<<<<<< SEARCH\n=======\nn = 1\n\nm = 2\n>>>>>>> REPLACE\n"
    kimi.say(reply={"content": FIX["content"] + other + new})
    one = neovim()
    (one.folder / "other.py").write_text("old = 1\n", "utf-8")
    # The folder of a repository is the workspace.
    (one.folder / ".git").mkdir()
    one.run("plugin.lua", "review_across_files")


def test_ask_goes_on(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    kimi.say(match={"contains": "really?"}, reply={"content": "Yes, really."})
    kimi.say(match={"contains": "why?"}, reply=TEXT)
    neovim().run("plugin.lua", "ask_goes_on")
    last = kimi.chats()[-1]["body"]["messages"]
    assert [one["role"] for one in last] == ["system", "user", "assistant", "user"]


def test_reasoning_is_folded_away(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    kimi.say(reply={**TEXT, "reasoning": "First, the names.\nThen, what they do."})
    neovim().run("plugin.lua", "reasoning_is_folded_away")
    body = kimi.chats()[0]["body"]
    assert (body["model"], body["thinking"]) == ("kimi-k2.5", {"type": "enabled"})


def test_new_conversation(kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    kimi.say(reply=TEXT)
    neovim().run("plugin.lua", "new_conversation")
    assert [len(one["body"]["messages"]) for one in kimi.chats()] == [2, 2]


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    if CASES[case]:
        kimi.say(**CASES[case])
    neovim().run("plugin.lua", case)


COMPONENT = {"content": "offer.html\n```html\n<p>€ 9</p>\n```\n"}
MARKUP = {"content": "```html\n<p>€ 9</p>\n```\n"}
WIDE = {"content": '<<<<<<< SEARCH\n<body>\n=======\n<body class="wide">\n>>>>>>> REPLACE\n'}
SEEING = {
    "component_from_a_file": COMPONENT,
    "component_is_reviewed_beside": COMPONENT,
    "component_at_the_cursor": MARKUP,
    "component_of_no_picture": None,
    "visualfix": WIDE,
    "trusted_as_the_editor_asks": None,
}


def _shop(made: Neovim) -> Neovim:
    """A page and a picture beside the code; nothing draws here, which other tests do."""
    (made.folder / "index.html").write_text("<!doctype html>\n<body>\n</body>\n", "utf-8")
    (made.folder / "shot.png").write_bytes(PNG)
    made.extra["KIMI_BROWSER"] = str(made.folder / "no-browser")
    return made


@pytest.mark.parametrize("case", SEEING)
def test_pictures(case: str, kimi: Kimi, neovim: Callable[..., Neovim]) -> None:
    if SEEING[case]:
        kimi.say(match={"image": True}, reply=SEEING[case])
    _shop(neovim()).run("plugin.lua", case)
    if case == "component_from_a_file":
        (chat,) = kimi.chats()
        wanted = chat["body"]["messages"][1]["content"][-1]["text"]
        assert wanted.endswith("Its author adds: only the price")


def test_component_from_the_clipboard(
    kimi: Kimi, neovim: Callable[..., Neovim], monkeypatch: pytest.MonkeyPatch
) -> None:
    kimi.say(match={"image": True}, reply=COMPONENT)
    with x_server(monkeypatch), copied_in_x("image/png", PNG):
        _shop(neovim()).run("plugin.lua", "component_from_the_clipboard")


@pytest.mark.parametrize(
    "case", ["key_by_a_command", "key_by_a_function", "key_that_cannot_be_had"]
)
def test_key(case: str, neovim: Callable[..., Neovim]) -> None:
    locked = Kimi("--key", "secret-canary-key")
    locked.say(reply=TEXT)
    try:
        extra = {"KIMI_BASE_URL": locked.url, "KIMI_API_KEY": ""}
        said = neovim(**extra, KIMI_TEST_SECRET="secret-canary-key").run("plugin.lua", case)
    finally:
        locked.close()
    assert "secret-canary-key" not in said


HEALTH = {
    "all is well": (
        {},
        [
            "OK kimi-lsp 0",
            "is running for 1 buffer",
            "Key from: KIMI_API_KEY",
            "Model: auto, which is kimi-k2.5",
        ],
    ),
    "a model set in the editor": (
        {"KIMI_TEST_CONFIG": json.dumps({"init_options": {"model": "kimi-k2.6"}})},
        ["Model: kimi-k2.6"],
    ),
    "no key": (
        {"KIMI_BASE_URL": "", "KIMI_API_KEY": "", "MOONSHOT_API_KEY": ""},
        ["Key from: nowhere", "ERROR There is no API key. Set MOONSHOT_API_KEY"],
    ),
    "a key of the editor's": (
        {"KIMI_BASE_URL": "", "KIMI_API_KEY": "", "KIMI_TEST_GLOBAL": '{"key": ["pass", "kimi"]}'},
        ["Key from: vim.g.kimi.key", "OK Everything that explain, fix and edit need is there"],
    ),
    "an endpoint that cannot be": (
        {"KIMI_BASE_URL": "http://example.com/v1"},
        ["ERROR The setting baseUrl is no address that code may be sent to: it must be https"],
    ),
    "an endpoint that is not there": (
        {"KIMI_BASE_URL": "http://127.0.0.1:9/v1"},
        ["ERROR 127.0.0.1 cannot be reached. Check the network and baseUrl"],
    ),
    "a setting that cannot be": (
        {"KIMI_TEST_CONFIG": json.dumps({"init_options": {"thinking": "maybe"}})},
        ["ERROR The setting thinking", ":help |kimi-settings|"],
    ),
}


@pytest.mark.parametrize("case", HEALTH)
def test_health(case: str, neovim: Callable[..., Neovim]) -> None:
    extra, wanted = HEALTH[case]
    _shows(neovim(**extra).run("plugin.lua", "health"), wanted)


NOTHING = {
    "not enabled": ({}, ["ERROR The server is not enabled", "vim.lsp.enable('kimi_lsp')"]),
    "not installed": (
        {"KIMI_TEST_COMMAND": '["no-such-server"]'},
        ["ERROR The server is not installed, or not on PATH", ":help |kimi-install|"],
    ),
    "does not start": (
        {"KIMI_TEST_COMMAND": '["/bin/false"]'},
        ["ERROR The server does not start", "/bin/false doctor"],
    ),
    "an unknown setting of the plugin": (
        {"KIMI_TEST_GLOBAL": '{"floats": {}, "float": {"width": "wide"}, "key": {"a": 1}}'},
        [
            'there is no setting "floats"',
            '"float.width" must be a number, not a string',
            '"key" must be a list of a command',
        ],
    ),
}


@pytest.mark.parametrize("case", NOTHING)
def test_health_of_what_is_not_running(case: str, neovim: Callable[..., Neovim]) -> None:
    extra, wanted = NOTHING[case]
    _shows(neovim(**extra).run("plugin.lua", "health_of_nothing"), wanted)


def _shows(said: str, wanted: list[str]) -> None:
    flat = re.sub(r"\s+", " ", said)
    for text in wanted:
        assert text in flat, f"{text!r} is not in\n{said}"
    assert "offline-canary-key" not in said


def test_help_has_every_subcommand_setting_and_highlight(neovim: Callable[..., Neovim]) -> None:
    text = (PLUGIN / "doc" / "kimi.txt").read_text("utf-8")
    tags = set(re.findall(r"\*([^*\s]+)\*", text))
    lua = (PLUGIN / "lua" / "kimi" / "options.lua").read_text("utf-8")
    plugin = (PLUGIN / "plugin" / "kimi.lua").read_text("utf-8")
    own = re.findall(r"^  (?:\['([\w.]+)'\]|(\w+)) = \{ '", lua, re.MULTILINE)
    settings = {dotted or plain for dotted, plain in own} - {"float"}
    assert len(settings) > 4
    highlights = set(re.findall(r"^  (Kimi\w+) = '", plugin, re.MULTILINE))
    assert len(highlights) > 3
    said = _lua("for name in pairs(require('kimi.command').subcommands) do print(name) end")
    assert len(said.split()) > 4
    wanted = {
        *(f":Kimi-{name}" for name in said.split()),
        *(f"kimi-setting-{name}" for name in settings),
        *(f"kimi-server-{entry.key}" for entry in table()),
        *(f"hl-{name}" for name in highlights),
    }
    assert wanted <= tags, wanted - tags
    leftover = {tag for tag in tags if re.match(r":Kimi-|kimi-setting-|hl-Kimi", tag)} - wanted
    assert not leftover
    assert not [line for line in text.splitlines() if len(line) > 79]


def test_help_tags_can_be_made(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("doc")
    (folder / "kimi.txt").write_bytes((PLUGIN / "doc" / "kimi.txt").read_bytes())
    _lua(f"vim.cmd('helptags {folder}')")
    assert "kimi.status()" in (folder / "tags").read_text("utf-8")


def _lua(code: str) -> str:
    command = [str(NVIM), "--headless", "--clean", "-u", "NONE", "--cmd", f"set rtp^={PLUGIN}"]
    done = subprocess.run(
        [*command, "-c", f"lua {code}", "-c", "qa!"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert "Error" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def test_server_of_the_tests_is_this_one() -> None:
    done = subprocess.run([str(SERVER), "--version"], capture_output=True, text=True, check=True)
    assert sys.prefix in str(SERVER)
    assert "kimi-lsp" in done.stdout
