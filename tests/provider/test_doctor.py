"""``kimi-lsp doctor`` as a person runs it, against the offline Kimi."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from kimi_lsp.simulator import Simulator


async def doctor(folder: Path, *flags: str, **environment: str) -> tuple[int, str]:
    clean = {name: value for name, value in os.environ.items() if "KIMI" not in name}
    clean.pop("MOONSHOT_API_KEY", None)
    clean["KIMI_LSP_CONFIG"] = str(folder / "none.toml")
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


async def test_without_a_key_nothing_is_sent_to_the_official_host(tmp_path: Path) -> None:
    code, text = await doctor(tmp_path, "--json")
    found = json.loads(text)
    assert (code, found["reachable"]) == (1, None)
    assert "MOONSHOT_API_KEY" in found["problems"][0]
