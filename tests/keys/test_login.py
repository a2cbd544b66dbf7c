"""``kimi-lsp login``, ``logout`` and ``doctor`` as a person runs them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import Kimi
from tests.keys import backend

ROOT = Path(__file__).parents[2]
RIGHT = "right-canary-key"


@dataclass
class Shell:
    """A shell of a person with a keyring of their own."""

    folder: Path

    def run(self, *words: str, typed: str = "", **environment: str) -> tuple[int, str]:
        """The exit code and everything that was said."""
        done = subprocess.run(
            (sys.executable, "-m", "kimi_lsp", *words),
            env={**self.environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = done.stdout + done.stderr
        assert "canary" not in said
        assert "Traceback" not in said
        return done.returncode, said

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": backend.NAME,
            backend.FILE: str(self.ring),
            "KIMI_LSP_CONFIG": str(self.folder / "config.toml"),
            "HOME": str(self.folder / "home"),
        }

    @property
    def ring(self) -> Path:
        return self.folder / "ring.json"

    def held(self) -> dict[str, str]:
        return json.loads(self.ring.read_text("utf-8"))["kimi-lsp"] if self.ring.exists() else {}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "home").mkdir()
    return Shell(tmp_path)


@pytest.fixture
def locked() -> Iterator[Kimi]:
    kimi = Kimi("--key", RIGHT)
    yield kimi
    kimi.close()


@pytest.mark.parametrize(
    ("typed", "code", "words", "kept"),
    [
        (RIGHT + "\n", 0, ["is in the system's keyring", "127.0.0.1 accepts it"], True),
        (f"  {RIGHT}\r\nmore\n", 0, ["127.0.0.1 accepts it"], True),
        ("wrong-canary\n", 1, ["does not accept this key", "not kept"], False),
        ("two canary words\n", 1, ["characters that no key has"], False),
        ("\n", 1, ["No key was given"], False),
        ("", 1, ["No key was given"], False),
    ],
)
def test_login(
    typed: str, code: int, words: list[str], kept: bool, shell: Shell, locked: Kimi
) -> None:
    found, said = shell.run("login", "--base-url", locked.url, typed=typed)
    assert found == code, said
    assert all(word in said for word in words), said
    assert shell.held() == ({locked.url.removesuffix("/v1"): RIGHT} if kept else {})


def test_what_cannot_be_tried_is_kept_and_said(shell: Shell) -> None:
    address = {"KIMI_BASE_URL": "http://127.0.0.1:9/v1"}
    code, said = shell.run("login", typed=RIGHT, **address)
    assert (code, shell.held()) == (0, {"http://127.0.0.1:9": RIGHT})
    assert "did not say whether" in said
    code, said = shell.run("login", typed=RIGHT, KIMI_API_KEY="env-canary", **address)
    assert "KIMI_API_KEY is set, and is used before it" in said


def test_logout(shell: Shell, locked: Kimi) -> None:
    address = ("--base-url", locked.url)
    assert "There was no key" in shell.run("logout", *address)[1]
    assert shell.run("login", *address, typed=RIGHT)[0] == 0
    assert "There was no key" in shell.run("logout", "--base-url", "https://x.example")[1]
    code, said = shell.run("logout", *address)
    assert (code, shell.held()) == (0, {})
    assert "no longer" in said


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("keyring.backends.fail.Keyring", "no keyring that keeps a key safe"),
        ("keyring.backends.null.Keyring", "no keyring that keeps a key safe"),
        ("no.such.Backend", "keyring does not work (ModuleNotFoundError)"),
    ],
)
@pytest.mark.parametrize("command", ["login", "logout"])
def test_without_a_keyring_nothing_is_kept_anywhere(
    command: str, made: str, words: str, shell: Shell
) -> None:
    code, said = shell.run(command, typed=RIGHT, PYTHON_KEYRING_BACKEND=made)
    assert code == 1
    assert words in said
    assert "in the environment instead" in said
    written = [path for path in shell.folder.rglob("*") if path.is_file()]
    assert not [path for path in written if "canary" in path.read_text("utf-8")]


def test_a_bad_address_is_no_place_for_a_key(shell: Shell) -> None:
    code, said = shell.run("login", "--base-url", "http://cluster.example/v1", typed=RIGHT)
    assert (code, shell.held()) == (1, {})
    assert "must be https" in said


def test_a_terminal_does_not_show_what_is_typed(shell: Shell, locked: Kimi) -> None:
    main, inner = pty.openpty()
    process = subprocess.Popen(
        (sys.executable, "-m", "kimi_lsp", "login", "--base-url", locked.url),
        env=shell.environment,
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    said = b""
    while b"(not shown)" not in said:
        said += os.read(main, 1024)
    os.write(main, RIGHT.encode() + b"\n")
    while True:
        try:
            part = os.read(main, 1024)
        except OSError:
            break
        if not part:
            break
        said += part
    os.close(main)
    assert process.wait(30) == 0, said
    assert b"canary" not in said
    assert RIGHT in shell.held().values()


def test_the_doctor_names_the_keyring(shell: Shell, locked: Kimi) -> None:
    shell.run("login", "--base-url", locked.url, typed=RIGHT)
    code, said = shell.run("doctor", KIMI_BASE_URL=locked.url)
    assert code == 0, said
    assert "key       keyring (accepted)" in said


@pytest.mark.parametrize(
    ("fault", "words"), [("locked", "keyring is locked"), ("broken", "RuntimeError")]
)
def test_the_doctor_says_what_is_wrong_with_the_keyring(
    fault: str, words: str, shell: Shell, locked: Kimi
) -> None:
    code, said = shell.run("doctor", KIMI_BASE_URL=locked.url, **{backend.FAULT: fault})
    assert code == 1
    assert words in said
    assert "key       none" in said


def test_the_doctor_asks_nobody_and_sends_nothing_unasked(shell: Shell) -> None:
    kimi = Kimi("--dialect", "vllm")
    try:
        options = json.dumps({"baseUrl": kimi.url, "apiKeyRequests": True})
        code, said = shell.run("doctor", "--options", options)
        assert code == 0, said
        assert "you are asked before anything is sent" in said
        assert kimi._get("/simulator/requests")["requests"] == []
        options = json.dumps({"apiKeyRequests": True})
        code, said = shell.run("doctor", "--options", options)
        assert code == 0, said
        assert "key       kimi/apiKey" in said
    finally:
        kimi.close()
