"""The composition root: joins the rooms to one server, and does nothing else."""

from __future__ import annotations

import asyncio
import functools
import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kimi_lsp import __version__
from kimi_lsp.wire import lazy_types

lazy_types.install()

from kimi_lsp.core.model import ChatModel  # noqa: E402
from kimi_lsp.features import registry  # noqa: E402
from kimi_lsp.features.initialize import encoding  # noqa: E402
from kimi_lsp.session.client import Connection  # noqa: E402
from kimi_lsp.session.session import Places, Session  # noqa: E402
from kimi_lsp.settings import Layer, Settings  # noqa: E402
from kimi_lsp.sources import cache_folder, layers, state_folder  # noqa: E402
from kimi_lsp.wire.documents import Documents  # noqa: E402
from kimi_lsp.wire.door import Door  # noqa: E402
from kimi_lsp.wire.server import KimiServer, serve  # noqa: E402
from kimi_lsp.wire.warm import warm  # noqa: E402

if TYPE_CHECKING:
    from kimi_lsp.keys.chain import Chain
    from kimi_lsp.provider.governor import Governors

HEAVY = (
    "kimi_lsp.features.commands",
    "kimi_lsp.session.outlet",
    "kimi_lsp.workspace.gate",
    "pydantic",
    "kimi_lsp.features.arguments",
    "kimi_lsp.core.apply",
    "markdown_it",
    "openai",
)
"""What the first job needs and the first menu does not."""

WARM_SECONDS = 0.5
"""So long after the start: a first menu, asked for before, would share the interpreter."""


def connect(settings: Settings, chain: Chain, governors: Governors) -> ChatModel:
    """The model that a set of settings asks for."""
    from kimi_lsp.provider.client import KimiModel
    from kimi_lsp.provider.endpoint import parse
    from kimi_lsp.provider.settings import provider_settings

    endpoint = parse(settings.base_url)
    provider = provider_settings(settings)
    governor = governors.of(endpoint.origin, provider.bounds)
    return KimiModel(provider, endpoint, chain.of(endpoint), governor)


async def ring(origin: str) -> str | None:
    """What the system's keyring holds for an origin."""
    from kimi_lsp.keys.ring import find

    return await find(origin)


def places(environment: Mapping[str, str]) -> Places:
    """The person's own folders on this machine."""
    return Places(cache_folder(), state_folder(environment))


def session_of(
    connection: Connection,
    documents: Documents,
    base: tuple[Layer, ...],
    environment: Mapping[str, str],
    places: Places,
) -> Session:
    """A session whose model is the one that its settings ask for."""

    @functools.cache
    def endpoints() -> tuple[Chain, Governors]:
        from kimi_lsp.keys.chain import Chain, trusted
        from kimi_lsp.provider.governor import Governors

        chain = Chain(environment, trusted(base), session.questions, ring)
        return chain, Governors(time.monotonic)

    session = Session(
        connection=connection,
        documents=documents,
        base=base,
        connect=lambda settings: connect(settings, *endpoints()),
        places=places,
    )
    return session


def build(base: tuple[Layer, ...], environment: Mapping[str, str]) -> tuple[KimiServer, Session]:
    """A server with every feature, and the session it serves."""
    server = KimiServer("kimi-lsp", __version__)
    session = session_of(server.protocol, server.documents, base, environment, places(environment))
    registry.register(server, session)
    return server, session


def run(door: Door) -> int:
    """Serve one client to its end; the exit code."""
    environment = dict(os.environ)
    server, session = build(layers(environment), environment)

    def started(params: dict[str, Any]) -> None:
        session.documents.encoding = encoding(params)
        session.begin(params)
        asyncio.get_running_loop().call_later(WARM_SECONDS, warm, HEAVY)

    return serve(door, server, started, session.close)
