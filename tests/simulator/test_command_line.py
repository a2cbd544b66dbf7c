"""``kimi-lsp simulator`` as a program."""

from __future__ import annotations

import ast
import json
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

import kimi_lsp.simulator
from kimi_lsp.simulator.faults import FAULTS

COMMAND = (sys.executable, "-m", "kimi_lsp", "simulator")


def run(*flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *flags], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("flags", "models"),
    [
        ((), ["kimi-k2.5"]),
        (("--models", "kimi-k2.6, moonshotai/Kimi-K2.5"), ["kimi-k2.6", "moonshotai/Kimi-K2.5"]),
        (
            ("--retired",),
            ["kimi-k3", "kimi-k2.7-code", "kimi-k2.7-code-highspeed", "kimi-k2.6"],
        ),
    ],
)
def test_the_first_line(flags: tuple[str, ...], models: list[str], tmp_path: Path) -> None:
    script = tmp_path / "script.jsonl"
    script.write_text('{"match": {"contains": "größe"}, "reply": {"content": "told"}}\n\n', "utf-8")
    process = subprocess.Popen(
        [*COMMAND, *flags, "--script", str(script)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        line = json.loads(process.stdout.readline())
        assert set(line) == {"url", "models"}
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1", line["url"])
        assert line["models"] == models
        body = {"model": models[0], "messages": [{"role": "user", "content": "größe"}]}
        request = urllib.request.Request(
            line["url"] + "/chat/completions",
            json.dumps(body).encode(),
            {"Authorization": "Bearer k"},
        )
        with urllib.request.urlopen(request, timeout=10) as page:
            answer = json.load(page)
        assert answer["choices"][0]["message"]["content"] == "told"
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=10)
    assert rest == ""
    assert process.returncode == 0


def test_help_has_a_line_for_every_fault() -> None:
    lines = [line.split(maxsplit=1) for line in run("--help").stdout.splitlines()]
    told = {line[0]: line[1] for line in lines if len(line) == 2 and line[0] in FAULTS}
    assert told == FAULTS


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (None, "No such file"),
        (b'{"reply": {"content": "a"}}\n{"fault": "boom"}\n', "line 2: 'fault' cannot be"),
        (b"\xff", "utf-8"),
    ],
)
def test_scripts_that_cannot_be_used(script: bytes | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "script.jsonl"
    if script is not None:
        file.write_bytes(script)
    done = run("--script", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr


def test_limits_are_switches() -> None:
    flags = (
        "--concurrency",
        "0",
        "--retry-after",
        "auto",
        "--rpm",
        "3",
        "--tpm",
        "9",
        "--tpd",
        "9",
    )
    process = subprocess.Popen(
        [*COMMAND, *flags, "--balance", "-1"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        url = json.loads(process.stdout.readline())["url"]
        body = b'{"model": "kimi-k2.5", "messages": [{"role": "user", "content": "a"}]}'
        request = urllib.request.Request(
            url + "/chat/completions", body, {"Authorization": "Bearer k"}
        )
        with pytest.raises(urllib.request.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == 429
        assert refused.value.headers["Retry-After"] == "1"
        assert "concurrency: 0" in json.load(refused.value)["error"]["message"]
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_it_imports_nothing_of_the_product() -> None:
    folder = Path(kimi_lsp.simulator.__file__).parent
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                found.add(node.module or "")
            elif isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
    foreign = {name for name in found if not name.startswith("kimi_lsp.simulator")}
    assert len(found) > len(foreign)
    assert {name.split(".")[0] for name in foreign} <= sys.stdlib_module_names
