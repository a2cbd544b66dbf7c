"""What one connection is: the client, its documents, the settings in force, and the jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kimi_lsp.core.model import ChatModel
from kimi_lsp.core.snapshot import Diagnostic
from kimi_lsp.errors import KimiError
from kimi_lsp.messages import say
from kimi_lsp.session.answers import Answers
from kimi_lsp.session.capabilities import Capabilities, read
from kimi_lsp.session.client import Client, Connection
from kimi_lsp.session.conversations import Conversations
from kimi_lsp.session.explanations import Explanations
from kimi_lsp.session.held import HeldEdits
from kimi_lsp.session.jobs import Jobs
from kimi_lsp.session.keys import Questions
from kimi_lsp.settings import Layer, Parsed, Settings, Source, parse
from kimi_lsp.wire.documents import Document, Documents
from kimi_lsp.workspace.roots import Roots

if TYPE_CHECKING:
    from kimi_lsp.session.outlet import Outlet
    from kimi_lsp.workspace.gate import Gate

log = logging.getLogger(__name__)

Connect = Callable[[Settings], ChatModel]


@dataclass(frozen=True)
class Seen:
    """The diagnostics that the client last sent along for a document."""

    version: int
    diagnostics: tuple[Diagnostic, ...]


@dataclass
class Places:
    """Where a session keeps its files."""

    cache: Path
    state: Path


@dataclass
class Session:
    """The state of one connection; nothing else holds any.

    ``base`` are the layers of settings known before the client speaks: the person's config file
    and the environment. ``connect`` makes the model that a set of settings asks for.
    """

    connection: Connection
    documents: Documents
    base: tuple[Layer, ...]
    connect: Connect
    places: Places
    client: Client = field(init=False)
    questions: Questions = field(init=False)
    roots: Roots = field(default_factory=Roots)
    jobs: Jobs = field(default_factory=Jobs)
    explanations: Explanations = field(default_factory=Explanations)
    held: HeldEdits = field(default_factory=HeldEdits)
    answers: Answers = field(default_factory=Answers)
    conversations: Conversations = field(default_factory=Conversations)
    seen: dict[str, Seen] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    _options: Layer | None = None
    _excludes: tuple[tuple[str, ...], ...] = ()
    _gate: tuple[Roots, tuple[tuple[str, ...], ...], Gate] | None = None
    _outlet: Outlet | None = None
    _told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client = Client(self.connection, Capabilities())
        self.questions = Questions(self)
        self.documents.on_change.append(self.explanations.changed)
        self.documents.on_close.append(self.explanations.closed)
        self.documents.on_close.append(self.held.closed)
        self.documents.on_close.append(lambda document: self.seen.pop(document.uri, None))

    def begin(self, params: Mapping[str, Any]) -> None:
        """Take the client's ``initialize`` request."""
        self.client = Client(self.connection, read(params))
        self.roots = Roots.of(params)
        options = params.get("initializationOptions")
        if isinstance(options, Mapping):
            self._options = Layer(Source.INITIALIZATION_OPTIONS, options)
        self.configure({})

    def configure(self, live: Mapping[str, Any]) -> None:
        """Put settings in force: those known so far and the client's live ones."""
        layers = [*self.base, *([self._options] if self._options else [])]
        if live:
            layers.append(Layer(Source.CONFIGURATION, live))
        parsed = parse(layers)
        self.settings = parsed.settings
        self._excludes = parsed.excludes
        self._tell(parsed)

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in the person's language."""
        return say(key, self.language, **values)

    @property
    def language(self) -> str:
        """The language of messages and explanations, a tag such as ``fr`` or ``zh-cn``."""
        wanted = self.settings.language
        return self.client.can.locale if wanted == "auto" else wanted

    @property
    def gate(self) -> Gate:
        """What may be sent and read, by the folders and the settings as they are now."""
        made = self._gate
        if made is None or made[:2] != (self.roots, self._excludes):
            from kimi_lsp.workspace.gate import Gate

            made = (self.roots, self._excludes, Gate(self.roots, self._excludes))
            self._gate = made
        return made[2]

    @property
    def outlet(self) -> Outlet:
        """The way to the model, made when something is first asked."""
        if self._outlet is None:
            from kimi_lsp.session.models import Models
            from kimi_lsp.session.outlet import Outlet

            self._outlet = Outlet(self, Models(self.connect, self.jobs.running))
        return self._outlet

    def document(self, uri: str) -> Document:
        """A document as it is now: open, or read where it lies within the workspace folders.

        Raises ``KimiError`` (``excluded``) for one that is neither.
        """
        known = self.documents.get(uri)
        if known is not None:
            return known
        text = self.gate.read(uri)
        if not isinstance(text, str):
            raise KimiError("excluded", "gate.unread", path=text.what, rule=text.rule)
        return Document({"uri": uri, "version": 0, "text": text}, self.documents.encoding)

    async def close(self) -> None:
        """Stop every job and let the connection to the model go."""
        self.jobs.cancel()
        if self._outlet:
            await self._outlet.close()

    def _tell(self, parsed: Parsed) -> None:
        """Say what was wrong with the settings, each thing once."""
        for problem in parsed.problems:
            secret = problem.kind == "secret"
            # However many keys there are, there is one thing to do about them.
            what = ("", "secret") if secret else (problem.source.value, problem.key)
            if what in self._told:
                continue
            self._told.add(what)
            text = self.say(
                f"settings.{problem.kind}",
                key=problem.key,
                source=problem.source.value,
                detail=problem.detail,
            )
            log.warning("%s", text)
            if secret or problem.kind == "bad" or problem.key == "baseUrl":
                self.client.show("warning", text)
