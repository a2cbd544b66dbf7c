"""``workspace/executeCommand``: every command, one object as its only argument."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kimi_lsp.actions import ACTIONS
from kimi_lsp.errors import KimiError
from kimi_lsp.features.preparation import Preparation
from kimi_lsp.session import converse, perform, review
from kimi_lsp.session.answers import Finished
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome, usage_json
from kimi_lsp.session.session import Session

if TYPE_CHECKING:
    from kimi_lsp.features import arguments as given
    from kimi_lsp.features.pictured import Picture

Handler = Callable[[list[Any]], Awaitable[Any]]
Work = Callable[[Job], Awaitable[Outcome]]

METHODS = {"kimi.visualFix": "visual_fix"}
NEED_NOTHING = ("kimi.cancel", "kimi.jobs", "kimi.usage", "kimi.models")


@dataclass(frozen=True)
class Commands:
    """What each command does with its arguments, for one session."""

    session: Session

    async def call(self, name: str, arguments: list[Any]) -> Any:
        """The outcome of a command; one called with nothing says what it is for."""
        if not arguments and name not in NEED_NOTHING:
            self.session.client.show("info", self.session.say(f"command.{name}"))
            return None
        handler: Handler = getattr(self, METHODS.get(name) or name.removeprefix("kimi."))
        return await handler(arguments)

    async def explain(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Explain, arguments)
        return await self._perform("explain", asked, asked.uri, asked.range)

    async def fix(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Fix, arguments)
        return await self._perform("fix", asked, asked.uri, asked.range)

    async def edit(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Edit, arguments)
        return await self._perform("edit", asked, asked.uri, asked.range)

    async def ask(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Question, arguments)
        prepare = Preparation(self.session, "ask", asked, asked.uri, asked.range)

        def turn(say: Callable[..., str]) -> converse.Turn | Outcome:
            return prepare.turn(say, asked.text, asked.conversation)

        if asked.preview:
            return await self._previewed(prepare, turn, converse.preview)

        async def work(job: Job) -> Outcome:
            made = turn(job.say)
            if isinstance(made, Outcome):
                return made
            made = await prepare.seeing(made, job.report)
            return await converse.converse(self.session, job, made)

        title = self.session.say("action.ask.progress")
        return await self._start("ask", title, asked, asked.uri, work)

    async def component(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given
        from kimi_lsp.features.pictured import Pictured

        asked = given.parse(given.Component, arguments)
        title = self.session.say("action.component.progress")
        return await self._seen("component", title, asked, Pictured(self.session).component(asked))

    async def visual_fix(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given
        from kimi_lsp.features.pictured import Pictured

        asked = given.parse(given.VisualFix, arguments)
        shown = self.session.roots.shown(asked.uri)
        title = self.session.say("action.visualFix.progress", path=shown)
        return await self._seen("visualFix", title, asked, Pictured(self.session).fix(asked))

    async def apply(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Apply, arguments)
        range_ = asked.range.model_dump() if asked.range else None

        async def work(job: Job) -> Outcome:
            if asked.block is None:
                return await review.apply_held(
                    self.session, job, asked.job, asked.hunks, confirmed=asked.confirmed
                )
            return await review.apply_block(
                self.session, job, asked.job, asked.block, asked.uri or "", range_, asked
            )

        title = self.session.say("action.apply.progress")
        return await self._start("apply", title, asked, asked.uri, work)

    async def show(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Show, arguments)
        return await review.show(self.session, asked.job, asked.what)

    async def cancel(self, arguments: list[Any]) -> Any:
        from kimi_lsp.features import arguments as given

        asked = given.parse(given.Cancel, arguments)
        return {"cancelled": self.session.jobs.cancel(asked.job)}

    async def jobs(self, arguments: list[Any]) -> Any:
        return {"jobs": self.session.jobs.listing()}

    async def usage(self, arguments: list[Any]) -> Any:
        try:
            run, today, left = await self.session.outlet.usage()
        except KimiError as error:
            return self._failed(error)
        bound = self.session.settings.budget.usd_per_day
        budget = {"usdPerDay": bound, "usdLeft": left if left < float("inf") else None}
        return {"run": usage_json(run), "today": usage_json(today), "budget": budget}

    async def models(self, arguments: list[Any]) -> Any:
        try:
            offered = await self.session.outlet.offered()
        except KimiError as error:
            return self._failed(error)
        models = [{"id": name} for name in offered.ids or ()]
        return {"models": models, "auto": offered.auto, "current": self.session.settings.model}

    def _failed(self, error: KimiError) -> dict[str, Any]:
        return Outcome("failed", error.reason, error.text(self.session.language)).to_json()

    async def _perform(
        self, name: str, asked: given.Job, uri: str, range_: given.Range | None
    ) -> Any:
        """Begin the job of an action, or say what it would send."""
        prepare = Preparation(self.session, name, asked, uri, range_)
        if asked.preview:
            return await self._previewed(prepare, prepare.task, perform.preview)

        async def work(job: Job) -> Outcome:
            made = prepare.task(job.say)
            if isinstance(made, Outcome):
                return made
            made = await prepare.seeing(made, job.report)
            return await perform.perform(self.session, job, made)

        shown = self.session.roots.shown(uri)
        title = self.session.say(f"{ACTIONS[name].title}.progress", path=shown)
        return await self._start(name, title, asked, uri, work)

    async def _seen(
        self, name: str, title: str, asked: given.Component | given.VisualFix, picture: Picture
    ) -> Any:
        """The same for a command that works by pictures, which take their time to read."""
        if not asked.preview:
            return await self._start(name, title, asked, asked.uri, picture.work)
        try:
            return await picture.preview(self.session.say)
        except KimiError as error:
            return self._failed(error)

    async def _start(
        self, name: str, title: str, asked: given.Job, uri: str | None, work: Work
    ) -> Any:
        """Begin a job; answer at once, or at its end where that is waited for."""
        session = self.session

        async def kept(job: Job) -> Outcome:
            outcome = await work(job)
            if outcome.text is not None and name != "apply":
                held = session.held.get(job.id)
                diff = held.diff() if held else ""
                session.answers.keep(Finished(job.id, name, uri, outcome.text, diff))
            return outcome

        job = session.jobs.start(
            session.client,
            kept,
            action=name,
            uri=uri,
            tag=asked.tag,
            title=title,
            waited=asked.wait,
            events=session.settings.job_events,
            language=session.language,
        )
        if not asked.wait:
            return {"job": job.id}
        outcome = await session.jobs.wait(job)
        return {"job": job.id, **outcome.to_json()}

    async def _previewed(
        self, prepare: Preparation, begin: Callable[..., Any], preview: Callable[..., Any]
    ) -> Any:
        """What a job would send, answered as if it was waited for; there is no job."""
        session = self.session
        try:
            made = begin(session.say)
            if isinstance(made, Outcome):
                return made.to_json()
            return {"preview": preview(session, await prepare.shown(made))}
        except KimiError as error:
            return self._failed(error)
