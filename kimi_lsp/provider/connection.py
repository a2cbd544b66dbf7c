"""The HTTP side: one client of an endpoint, which follows nothing and says nothing of its own.

Importing this costs as much as the rest of a start, so that it is imported at the first call.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from typing import Any, cast

import httpx2
import openai

from kimi_lsp.core.model import VideoPart
from kimi_lsp.errors import KimiError
from kimi_lsp.provider.endpoint import Endpoint
from kimi_lsp.provider.failures import Refusal, parsed

CONNECT_SECONDS = 10.0
LONGEST_ERROR = 64 << 10
LONGEST_LIST = 4 << 20
"""Bytes; some hosts list hundreds of models with a page of words each."""

_RETRY_HEADERS = ("retry-after", "retry-after-ms")


class RefusedError(Exception):
    """The endpoint answered with an error."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.status)
        self.refusal = refusal


class UnreachableError(Exception):
    """No answer, or not the whole of it; ``untrusted`` where the certificate was not accepted."""

    def __init__(self, *, untrusted: bool = False) -> None:
        super().__init__("unreachable")
        self.untrusted = untrusted


class Connection:
    """A client of one endpoint with one key; made once, for its TLS context is dear."""

    def __init__(self, endpoint: Endpoint, key: str | None) -> None:
        self._endpoint = endpoint
        timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS)
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=key or "none",
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAsyncHttpx2Client(
                follow_redirects=False,
                timeout=timeout,
                # Plain text for this machine must not be handed to a proxy on another.
                trust_env=endpoint.origin[0] == "https",
                event_hooks={"response": [_shorten]},
            ),
        )
        # The package would send what these hold for another vendor's account.
        self._client.organization = self._client.project = None
        self._headers: dict[str, Any] = {"Accept-Encoding": "identity"}
        if not key:
            # Where there is no key, none is sent, not even a made-up one.
            self._headers["Authorization"] = openai.Omit()

    async def close(self) -> None:
        await self._client.close()

    @contextlib.asynccontextmanager
    async def chat(self, body: Mapping[str, Any]) -> AsyncGenerator[AsyncIterator[bytes], None]:
        """The bytes of an answer's stream; leaving it closes the connection.

        Raises ``RefusedError``, ``UnreachableError``, also while the bytes are read, and
        ``KimiError`` for an answer that is no stream.
        """
        with _plain_errors():
            async with self._client.chat.completions.with_streaming_response.create(
                **_arguments(body), extra_headers=self._headers
            ) as response:
                kind = response.headers.get("content-type", "").lower()
                if "text/event-stream" not in kind:
                    await self._no_stream(kind, response.iter_bytes())
                yield response.iter_bytes()

    async def models(self) -> Any:
        """What ``/models`` answers, as JSON. Raises as ``chat`` does."""
        with _plain_errors():
            async with self._client.models.with_streaming_response.list(
                extra_headers=self._headers
            ) as response:
                kind = response.headers.get("content-type", "").lower()
                if "html" in kind:
                    await self._no_stream(kind, response.iter_bytes())
                return parsed(await _read(response.iter_bytes(), LONGEST_LIST))

    async def upload(self, video: VideoPart) -> str:
        """The name that a video gets as a file of the account. Raises as ``chat`` does."""
        with _plain_errors():
            async with self._client.files.with_streaming_response.create(
                file=("video", video.data, video.kind),
                # The package knows its own vendor's purposes only.
                purpose=cast("Any", "video"),
                extra_headers=self._headers,
            ) as response:
                answer = parsed(await _read(response.iter_bytes(), LONGEST_ERROR))
        name = answer.get("id") if isinstance(answer, dict) else None
        if not isinstance(name, str) or not name:
            raise KimiError("protocol", "provider.malformed")
        return name

    async def remove(self, file: str) -> None:
        """Take a file of the account away. Raises as ``chat`` does."""
        with _plain_errors():
            await self._client.files.delete(file, extra_headers=self._headers)

    async def _no_stream(self, kind: str, source: AsyncIterator[bytes]) -> None:
        """Some gateways send an error with the status of a success."""
        body = parsed(await _read(source, LONGEST_ERROR)) if "json" in kind else None
        if isinstance(body, dict) and (body.get("error") or body.get("object") == "error"):
            raise RefusedError(Refusal(None, body))
        raise KimiError("protocol", "provider.no_stream", host=self._endpoint.host)


class _Short(httpx2.AsyncByteStream):
    """An error's body, cut at a bound, and at whatever goes wrong with it: the status is known."""

    def __init__(self, source: httpx2.AsyncByteStream, most: int) -> None:
        self._source = source
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with contextlib.suppress(httpx2.RequestError):
            async for part in self._source:
                yield part[: self._left]
                self._left -= len(part)
                if self._left <= 0:
                    return

    async def aclose(self) -> None:
        await self._source.aclose()


async def _shorten(response: httpx2.Response) -> None:
    if not response.is_success:
        # Packed, it may be a thousand times as long as it looks.
        most = LONGEST_ERROR // 4 if "content-encoding" in response.headers else LONGEST_ERROR
        response.stream = _Short(cast("httpx2.AsyncByteStream", response.stream), most)


async def _read(source: AsyncIterator[bytes], most: int) -> bytes:
    body = bytearray()
    async for part in source:
        body += part
        if len(body) > most:
            return b""
    return bytes(body)


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except openai.APIStatusError as error:
        headers = error.response.headers
        kept = {name: headers[name] for name in _RETRY_HEADERS if name in headers}
        refusal = Refusal(error.status_code, parsed(error.response.content), kept)
        raise RefusedError(refusal) from None
    except (openai.APIConnectionError, httpx2.RequestError) as error:
        raise UnreachableError(untrusted=_untrusted(error)) from None


def _untrusted(error: BaseException | None) -> bool:
    """Whether a certificate was not accepted: trying again does not help."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _arguments(made: Mapping[str, Any]) -> dict[str, Any]:
    """A body as the client takes it: what it does not know by name goes as it is."""
    known = ("model", "messages", "stream", "stream_options", "max_completion_tokens")
    extra = {name: value for name, value in made.items() if name not in known}
    return {**{name: made[name] for name in known}, "extra_body": extra}
