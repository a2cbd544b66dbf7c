"""The start's two short cuts change nothing: the table for ``initialize``, and the lazy types."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp

from kimi_lsp.features.initialize import answer
from kimi_lsp.server import build
from kimi_lsp.wire.lazy_types import EAGER
from kimi_lsp.wire.protocol import answer_of_pygls
from kimi_lsp.wire.server import KimiServer
from tests.e2e.conftest import CLIENTS

FILES = sorted((Path(pytest_lsp.__file__).parent / "clients").glob("*.json"))
PRESETS: dict[str, Any] = {
    file.stem: json.loads(file.read_text("utf-8"))["capabilities"] for file in FILES
}
VIRTUAL = {"workspace": {"textDocumentContent": {"dynamicRegistration": True}}}
SYNCHRONIZATION = {"textDocument": {"synchronization": {"willSave": True, "didSave": True}}}
ALL = {**PRESETS, **CLIENTS, "virtual documents": VIRTUAL, "synchronization": SYNCHRONIZATION}


@pytest.fixture(scope="module")
def server() -> KimiServer:
    return build((), {})[0]


@pytest.mark.parametrize("capabilities", ALL.values(), ids=ALL)
def test_the_table_is_what_pygls_would_answer(
    server: KimiServer, capabilities: Any, request: pytest.FixtureRequest
) -> None:
    params = {"processId": None, "rootUri": None, "capabilities": capabilities}
    ours, theirs = answer(params), answer_of_pygls(server.protocol, params)
    # pygls takes the first encoding offered; here utf-16 wins wherever it is offered.
    theirs["capabilities"]["positionEncoding"] = ours["capabilities"]["positionEncoding"]
    # And pygls knows of virtual documents, but never says that they are served.
    virtual = {"schemes": ["kimi"]} if "virtual" in request.node.name else None
    assert ours["capabilities"]["workspace"].pop("textDocumentContent", None) == virtual
    assert ours == theirs


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-8", "utf-16", "utf-32"], "utf-16"),
        (["utf-32", "utf-8"], "utf-32"),
        (["utf-8"], "utf-8"),
        (["utf-7", "utf-32"], "utf-32"),
        (["utf-7"], "utf-16"),
        (["UTF-8", 5, None], "utf-16"),
    ],
)
def test_the_encoding_that_is_chosen(offered: Any, chosen: str) -> None:
    params = {"capabilities": {"general": {"positionEncodings": offered}}}
    assert answer(params)["capabilities"]["positionEncoding"] == chosen


def _samples(*, eager: bool) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    environment.pop(EAGER, None)
    if eager:
        environment[EAGER] = "1"
    command = (sys.executable, "-m", "tests.wire.type_samples", *map(str, FILES))
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return re.sub(r" at 0x[0-9a-f]+", "", done.stdout).splitlines()


def test_lazy_types_are_the_eager_ones() -> None:
    (way, *lazy), (other, *eager) = _samples(eager=False), _samples(eager=True)
    assert (way, other) == ("lazy", "eager")
    assert len(lazy) > 500
    assert lazy == eager


def test_few_types_are_built_for_a_session() -> None:
    code = """
import sys
from kimi_lsp.wire import lazy_types
lazy_types.install()
from lsprotocol import types
from kimi_lsp.server import build
server, session = build((), {})
kinds = {one for one in types.ALL_TYPES_MAP.values() if isinstance(one, type)}
pending = [one for one in kinds if type(one.__dict__.get("__attrs_attrs__")) is lazy_types._Pending]
assert len(pending) > len(kinds) // 2, (len(pending), len(kinds))
for module in ("openai", "pydantic", "httpx2", "rich", "markdown_it", "rapidfuzz"):
    assert module not in sys.modules, module
"""
    subprocess.run((sys.executable, "-c", code), check=True)
