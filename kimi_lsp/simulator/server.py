"""The server: real HTTP on loopback, and what is found at which address."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Self

from kimi_lsp.simulator.chat import Chat, RetryAfter
from kimi_lsp.simulator.dialects import DIALECTS, spoken
from kimi_lsp.simulator.exchange import Connection, Reader, Request
from kimi_lsp.simulator.files import Files
from kimi_lsp.simulator.limits import Limits
from kimi_lsp.simulator.models import AFTER_RETIREMENT, family
from kimi_lsp.simulator.refusals import Refusal, no_such_address
from kimi_lsp.simulator.rules import Service, authorized, refused_prompt
from kimi_lsp.simulator.script import Line, ScriptError, line_of
from kimi_lsp.simulator.tokens import segments, total

MOST_BODY = 100 << 20
FORM_AROUND = 64 << 10
MOST_RECORDS = 10_000


class Simulator:
    """An offline Kimi on 127.0.0.1; use it as an async context manager.

    ``requests`` records every request: ``path``, ``headers``, ``body``, and ``disconnected`` where
    the client left before the end. ``key`` is the only key that is taken, with None any is;
    ``retry_after`` is sent with refusals of a limit, ``auto`` being the wait that they name.
    """

    def __init__(
        self,
        script: Sequence[Mapping[str, Any] | Line] = (),
        *,
        port: int = 0,
        dialect: str = "moonshot",
        key: str | None = None,
        models: Sequence[str] = ("kimi-k2.5",),
        retired: bool = False,
        retry_after: RetryAfter = None,
        limits: Limits | None = None,
        pictures: bool = True,
        lint: bool = False,
        message_bytes: int | None = None,
    ) -> None:
        self._script = [one if isinstance(one, Line) else line_of(one) for one in script]
        self._port = port
        self._dialect = DIALECTS[dialect]
        self._key = key
        self.models = list(AFTER_RETIREMENT if retired else models)
        self._limits = limits or Limits()
        self._files = Files()
        lookup, messages = self._files.lookup, message_bytes
        self._service = Service(self.models, self._dialect, lookup, pictures, lint, messages)
        self._chat = Chat(self._service, self._script, self._limits, retry_after)
        self._connections: set[asyncio.Task[None]] = set()
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def open_streams(self) -> int:
        """How many answers are being streamed."""
        return self._chat.open_streams

    def say(self, line: Mapping[str, Any]) -> None:
        """Add a line to the script. Raises ``ScriptError``."""
        self._script.append(line_of(line))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.get_running_loop().create_server(
            self._protocol, "127.0.0.1", self._port
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        reader = Reader()

        async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._serve(Connection(reader, writer))

        return asyncio.StreamReaderProtocol(reader, serve)

    async def _serve(self, connection: Connection) -> None:
        task = asyncio.current_task()
        if task:
            self._connections.add(task)
        try:
            while await self._one(connection):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            # Only the end of the simulator cancels; the stream's own callback must not see it.
            pass
        finally:
            if task:
                self._connections.discard(task)
            connection.writer.close()

    async def _one(self, connection: Connection) -> bool:
        if self._dialect.strict:
            connection.extra = {"Msh-Request-Id": str(uuid.uuid4())}
        request = await connection.read(MOST_BODY + FORM_AROUND)
        if request is None:
            await connection.whole(400, "text/plain", b"400 Bad Request", {"Connection": "close"})
            return False
        if request.path.startswith("/simulator/"):
            await self._control(request, connection)
            return True
        record = {
            "method": request.method,
            "path": request.path,
            "headers": request.headers,
            "time": time.monotonic(),
            "body": request.json,
        }
        self.requests.append(record)
        del self.requests[:-MOST_RECORDS]
        kept = await self._route(request, connection, record)
        return kept and request.headers.get("connection", "").lower() != "close"

    async def _control(self, request: Request, connection: Connection) -> None:
        """What a test asks of the simulator itself."""
        match request.path:
            case "/simulator/requests":
                await connection.json(200, {"requests": self.requests})
            case "/simulator/state":
                await connection.json(200, {"open_streams": self.open_streams})
            case "/simulator/script":
                try:
                    self.say(request.json)
                    await connection.json(200, {})
                except ScriptError as error:
                    await connection.json(400, {"error": str(error)})
            case _:
                await connection.json(404, {"error": "no such address"})

    async def _route(
        self, request: Request, connection: Connection, record: dict[str, Any]
    ) -> bool:
        filing = request.path == "/v1/files" or request.path.startswith("/v1/files/")
        known = {("GET", "/v1/models"), ("POST", "/v1/chat/completions")}
        if self._dialect.strict:
            known |= {
                ("POST", "/v1/tokenizers/estimate-token-count"),
                ("GET", "/v1/users/me/balance"),
                *([(request.method, request.path)] if filing else []),
            }
        if (request.method, request.path) not in known:
            await self._refuse(connection, self._nowhere(request))
            return request.raw is not None
        header = request.headers.get("authorization")
        refusal = authorized(header, self._key, needed=self._dialect.needs_key)
        too_large = request.raw is None or (not filing and len(request.raw) > MOST_BODY)
        if refusal is None and too_large and not filing:
            refusal = Refusal(413, "invalid_request_error", "Request exceeds the maximum size")
        if refusal:
            await self._refuse(connection, refusal)
            return request.raw is not None
        if request.path == "/v1/chat/completions":
            return await self._chat.answer(record["body"], connection, record)
        answer = self._plain(request)
        if isinstance(answer, Refusal):
            await self._refuse(connection, answer)
        else:
            await connection.json(200, answer)
        return True

    def _plain(self, request: Request) -> Mapping[str, Any] | Refusal:
        """The answer of an endpoint that only looks something up."""
        match request.path:
            case "/v1/models":
                return {"object": "list", "data": [self._model(one) for one in self.models]}
            case "/v1/users/me/balance":
                left = 10.0 if self._limits.balance is None else round(self._limits.balance, 5)
                money = {"available_balance": left, "voucher_balance": 0, "cash_balance": left}
                return {"code": 0, "data": money, "scode": "0x0", "status": True}
            case "/v1/tokenizers/estimate-token-count":
                return self._estimate(request.json)
            case _:
                return self._files.answer(request) or self._nowhere(request)

    def _estimate(self, body: Any) -> Mapping[str, Any] | Refusal:
        """The tokens of a prompt; its errors come in an envelope of their own."""
        wrong = refused_prompt(body, self._service)
        if wrong is None:
            prompt = segments({"messages": body["messages"]}, self._service.lookup)
            return {"data": {"total_tokens": total(prompt)}}
        code, words = (5, "没找到对象") if wrong.status == 404 else (3, "非法输入")
        where = "" if wrong.position is None else f"messages[{wrong.position}]: "
        payload = {
            "code": code,
            "error": where + wrong.message.removeprefix("Invalid request: "),
            "message": words,
            "scode": f"0x{code}",
            "status": False,
        }
        return Refusal(wrong.status, wrong.type, wrong.message, payload=payload)

    def _nowhere(self, request: Request) -> Refusal:
        if self._dialect.strict:
            return no_such_address(request.method, request.path)
        return Refusal(404, "not_found", "Not Found", payload={"detail": "Not Found"})

    async def _refuse(self, connection: Connection, refusal: Refusal) -> None:
        await connection.json(refusal.status, spoken(refusal, self._dialect))

    def _model(self, name: str) -> dict[str, Any]:
        listed: dict[str, Any] = {
            "id": name,
            "object": "model",
            "created": 1769472000,
            "owned_by": self._dialect.owner,
        }
        context = family(name).context
        if self._dialect.cluster:
            return {**listed, "root": name, "parent": None, "max_model_len": context}
        return {
            **listed,
            "context_length": context,
            "supports_image_in": self._service.pictures,
            "supports_video_in": self._service.pictures,
            "supports_reasoning": True,
        }
