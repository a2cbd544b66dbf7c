"""``kimi-lsp doctor`` as a person runs it, against the offline Kimi."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from kimi_lsp.core.model import Usage
from kimi_lsp.simulator import Simulator
from kimi_lsp.till import Bounds, Till
from kimi_lsp.vision.browser import VARIABLE


async def doctor(folder: Path, *flags: str, **environment: str) -> tuple[int, str]:
    clean = {name: value for name, value in os.environ.items() if "KIMI" not in name}
    clean.pop("MOONSHOT_API_KEY", None)
    clean["KIMI_LSP_CONFIG"] = str(folder / "none.toml")
    clean["KIMI_LSP_STATE"] = str(folder / "state")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kimi_lsp", "doctor", *flags),
        stdout=asyncio.subprocess.PIPE,
        env={**clean, **environment},
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@pytest.mark.parametrize(
    ("key", "code", "words"),
    [
        ("right", 0, ["(reachable)", "(kimi-k2.5, dialect moonshot)", "KIMI_API_KEY (accepted)"]),
        (
            "wrong-canary",
            1,
            ["(reachable)", "(not accepted)", "problem   127.0.0.1 does not accept"],
        ),
    ],
)
async def test_a_person_is_told(tmp_path: Path, key: str, code: int, words: list[str]) -> None:
    async with Simulator(key="right") as kimi:
        found, text = await doctor(tmp_path, KIMI_BASE_URL=kimi.url, KIMI_API_KEY=key)
    assert found == code
    assert all(word in text for word in words), text
    assert "canary" not in text
    assert [one["path"] for one in kimi.requests] == ["/v1/models"]


async def test_a_program_is_told(tmp_path: Path) -> None:
    async with Simulator(dialect="vllm") as kimi:
        code, text = await doctor(tmp_path, "--json", KIMI_BASE_URL=kimi.url)
    found = json.loads(text)
    assert (code, found["problems"], found["reachable"]) == (0, [], True)
    assert found["chosen"] == {"model": "kimi-k2.5", "dialect": "vllm"}
    assert found["key"] == {"source": None, "accepted": True}
    assert found["budget"] == {"usdPerDay": 5.0, "tokensPerRequest": 120_000, "usdLeft": 5.0}


async def test_a_budget_that_is_spent_is_a_problem(tmp_path: Path) -> None:
    till = Till(tmp_path / "state")
    held = await till.reserve(1000, 1000, 0.25, Bounds(0.25, 120_000))
    await till.settle(held, Usage(1000, 0, 1000, 0, 1, 0.25))
    config = tmp_path / "config.toml"
    config.write_text("budget.usdPerDay = 0.25\n", "utf-8")
    async with Simulator() as kimi:
        extra = {"KIMI_BASE_URL": kimi.url, "KIMI_LSP_CONFIG": str(config)}
        code, text = await doctor(tmp_path, **extra)
    assert code == 1
    assert "budget    $0.25 a day, $0.00 left" in text
    assert "problem   Nothing is left of today's $0.25. Raise budget.usdPerDay" in text


async def test_without_a_key_nothing_is_sent_to_the_official_host(tmp_path: Path) -> None:
    code, text = await doctor(tmp_path, "--json")
    found = json.loads(text)
    assert (code, found["reachable"]) == (1, None)
    assert "MOONSHOT_API_KEY" in found["problems"][0]


async def test_what_pictures_need_is_told(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    desktop = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "", "WSL_DISTRO_NAME": "", "PATH": str(tools)}
    browser = tools / "chromium"
    async with Simulator(dialect="vllm") as kimi:
        given = {"KIMI_BASE_URL": kimi.url, **desktop}
        code, text = await doctor(tmp_path, **given, **{VARIABLE: "/no/such"})
        assert code == 0, text
        assert "clipboard by none" in text
        assert "browser   none" in text
        assert "hint      KIMI_BROWSER names /no/such, which is no program." in text
        assert "hint      Nothing here reads pictures from the clipboard. Install xclip." in text
        for tool in (tools / "xclip", browser):
            tool.touch(mode=0o700)
        code, text = await doctor(tmp_path, "--json", **{**given, VARIABLE: str(browser)})
    found = json.loads(text)
    assert found["pictures"] == {"extra": True, "clipboard": "xclip", "browser": str(browser)}
    assert (code, found["hints"]) == (0, [])
