"""Jobs: long work that is answered at once, seen while it runs, stopped at will, and ends once."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from kimi_lsp.core.model import ReasoningDelta, StreamEvent, TextDelta, Waiting
from kimi_lsp.errors import KimiError
from kimi_lsp.messages import say
from kimi_lsp.session.client import Client
from kimi_lsp.session.feed import Feed
from kimi_lsp.session.outcome import Outcome

log = logging.getLogger(__name__)

CHARACTERS = 4
"""Characters of a token, for the count shown while an answer is written."""


@dataclass
class Job:
    """One running job. ``message`` is what is happening now, in a person's words.

    ``stage`` is what that is a part of, where there is more to say of it.

    ``work`` is what a cancellation stops; ``end`` always finishes, with the outcome.
    """

    id: str
    action: str
    uri: str | None
    waited: bool
    language: str
    feed: Feed
    message: str = ""
    stage: str = ""
    started: float = field(default_factory=time.monotonic)
    work: asyncio.Future[Outcome] = field(init=False)
    end: asyncio.Task[Outcome] = field(init=False)
    _written: int = 0
    _thought: int = 0

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in this job's language."""
        return say(key, self.language, **values)

    def report(self, key: str, /, *, now: bool = True, **values: object) -> None:
        """Say what is happening."""
        said = self.say(key, **values)
        self.message = f"{self.stage}: {said}" if self.stage else said
        self.feed.report(self.message, now=now)

    def confirming(self) -> None:
        """The editor is about to ask its person; whatever would be in their way can go."""
        self.message = self.say("job.confirming")
        self.feed.report(self.message, now=True, consent=True)

    def again(self) -> None:
        """The answer could not be used, and is asked for once more."""
        self.afresh()
        self.report("job.repairing")

    def afresh(self) -> None:
        """What streams next is another answer, in place of the one so far."""
        self._written = self._thought = 0
        self.feed.afresh()

    def saw(self, event: StreamEvent) -> None:
        """Pass an event of the model's stream on to the client."""
        match event:
            case Waiting(why, None):
                self.report(f"job.waiting.{why}")
            case Waiting(why, seconds):
                self.report(f"job.waiting.{why}.seconds", seconds=round(seconds or 0) or 1)
            case ReasoningDelta(text):
                self._thought += len(text)
                self.report("job.thinking", now=False, tokens=self._thought // CHARACTERS + 1)
                self.feed.delta("reasoning", text)
            case TextDelta(text):
                self._written += len(text)
                self.report("job.writing", now=False, tokens=self._written // CHARACTERS + 1)
                self.feed.delta("text", text)
            case _:
                pass


class Jobs:
    """The jobs of one session."""

    def __init__(self) -> None:
        self._running: dict[str, Job] = {}

    def start(
        self,
        client: Client,
        work: Callable[[Job], Awaitable[Outcome]],
        *,
        action: str,
        uri: str | None,
        tag: str | None,
        title: str,
        waited: bool,
        events: bool,
        language: str,
    ) -> Job:
        """Begin a job and come back at once."""
        name = uuid.uuid4().hex[:12]
        feed = Feed(client, name, action, events=events)
        job = Job(name, action, uri, waited, language, feed)
        job.message = job.say("job.started")
        self._running[name] = job
        feed.begin(title, job.message, uri, tag)
        quiet = waited or events
        # A task of its own: one cancelled before its first step would never reach its end.
        job.work = asyncio.ensure_future(work(job))
        job.end = asyncio.create_task(self._run(job, client, quiet=quiet))
        return job

    def cancel(self, name: str | None = None) -> list[str]:
        """Stop one job or all; the ids of those that were running."""
        stopped = [job for job in self._running.values() if name in (None, job.id)]
        for job in stopped:
            job.work.cancel()
        return [job.id for job in stopped]

    def cancel_progress(self, token: object) -> None:
        """Stop the job whose progress the person cancelled."""
        if isinstance(token, str) and token.startswith("kimi-"):
            self.cancel(token.removeprefix("kimi-"))

    def listing(self) -> list[dict[str, Any]]:
        """The running jobs, oldest first."""
        now = time.monotonic()
        return [
            {
                "job": job.id,
                "action": job.action,
                **({"uri": job.uri} if job.uri else {}),
                "seconds": round(now - job.started, 1),
                "message": job.message,
            }
            for job in self._running.values()
        ]

    def running(self) -> tuple[asyncio.Task[Outcome], ...]:
        """The ends of the jobs that are running."""
        return tuple(job.end for job in self._running.values())

    async def wait(self, job: Job) -> Outcome:
        """The end of a job; cancelling the wait cancels the job."""
        try:
            return await asyncio.shield(job.end)
        except asyncio.CancelledError:
            job.work.cancel()
            raise

    async def _run(self, job: Job, client: Client, *, quiet: bool) -> Outcome:
        try:
            outcome = await job.work
        except asyncio.CancelledError:
            outcome = Outcome("cancelled", message=job.say("job.cancelled"))
        except KimiError as error:
            outcome = Outcome("failed", error.reason, error.text(job.language))
        except Exception as error:  # noqa: BLE001 - one job's fault must not take the server down
            where = error.__traceback__
            while where and where.tb_next:
                where = where.tb_next
            place = f"{where.tb_frame.f_code.co_qualname}:{where.tb_lineno}" if where else "?"
            log.error("job %s failed: %s at %s", job.action, type(error).__name__, place)
            outcome = Outcome("failed", "internal", job.say("job.internal"))
        del self._running[job.id]
        job.feed.end(outcome.to_json(), outcome.message or _receipt(job, outcome))
        if outcome.state != "done" and not quiet:
            client.show("info" if outcome.state == "cancelled" else "warning", outcome.message)
        return outcome


def _receipt(job: Job, outcome: Outcome) -> str:
    """The last report of a job that is done: what it took, and what it went without."""
    receipt = _cost(job, outcome)
    if outcome.trimmed:
        return job.say("job.done.trimmed", receipt=receipt, lines=outcome.trimmed)
    return receipt


def _cost(job: Job, outcome: Outcome) -> str:
    if outcome.again:
        return job.say("job.done.again")
    usage = outcome.usage
    if usage is None:
        return job.say("job.done")
    tokens = usage.prompt_tokens + usage.completion_tokens
    if usage.usd is None:
        return job.say("job.done.tokens", tokens=tokens)
    return job.say("job.done.usd", tokens=tokens, usd=f"{usage.usd:.4f}")
