"""The main job against one's own cluster: vLLM and SGLang, found out and spoken to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import FULL, Editor, Kimi

CODE = "def twice(x):\n    return 2 * x\n"
LINE = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}


@pytest.fixture(params=["vllm", "sglang"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Kimi]:
    kimi = Kimi("--dialect", request.param)
    yield kimi
    kimi.close()


@pytest.mark.parametrize("thinking", [True, False])
def test_edit(cluster: Kimi, tmp_path: Path, thinking: bool) -> None:
    reply = {"content": "```python\n    return x + x\n```\n"}
    cluster.say(reply={**reply, "reasoning": "Adding is enough."} if thinking else reply)
    editor = Editor(cluster, tmp_path, FULL, jobEvents=True)
    editor.open(CODE)
    end = editor.run("kimi.edit", range=LINE, instruction="add instead", thinking=thinking)
    assert (end["state"], end["applied"]) == ("done", True), end
    assert editor.document.text == CODE.replace("2 * x", "x + x")
    assert end["usage"]["usd"] == 0
    assert end["usage"]["promptTokens"] > 0
    sent = cluster.chats()[0]["body"]
    # Such a server thinks unless it is told not to.
    switch = {} if thinking else {"thinking": False}
    assert sent.get("chat_template_kwargs", {}) == switch
    assert "thinking" not in sent
    events = []
    while not events or events[-1]["event"] != "end":
        events.append(editor.client.next("kimi/job"))
    reasoning = "".join(one["delta"] for one in events if one["event"] == "reasoning")
    assert reasoning == ("Adding is enough." if thinking else "")
    editor.close()
