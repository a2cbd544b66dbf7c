"""The loop with scripted answers, drawn and scored for real: what is picked, and why it ended."""

from __future__ import annotations

import asyncio

import pytest

from kimi_lsp.errors import KimiError
from kimi_lsp.vision.browser import Browser, NoBrowser
from kimi_lsp.vision.course import Course, Limits
from kimi_lsp.vision.loop import Turn, improve
from kimi_lsp.vision.rendering import Candidate, View
from kimi_lsp.vision.studio import Studio

VIEW = View(640, 400)

PAGE = """<!doctype html><style>
body{margin:0;font-family:sans-serif;background:#f8fafc;color:#1f2937}
header{background:#4338ca;color:#fff;padding:14px 24px;display:flex;gap:24px}
main{display:grid;grid-template-columns:1fr 1fr;gap:16px;padding:24px}
section{background:#fff;border:1px solid #ddd;border-radius:8px;padding:16px}
button{background:#16a34a;color:#fff;border:0;padding:10px 20px}
</style><header><b>Acme</b><span>Home</span><span>Pricing</span></header>
<main><section><h2>Starter</h2><p>One project and support</p><button>Buy it</button></section>
<section><h2>Enterprise</h2><p>Single sign on and audit</p><button>Call us</button></section></main>
"""
NEAR = PAGE.replace("#4338ca", "#4f46e5")
FAR = PAGE.replace("display:grid", "display:block")
UNSTYLED = PAGE[PAGE.index("<header>") :]
THROWS = PAGE + "<script>throw new Error('no such thing')</script>"
HANGS = PAGE + "<script>while (true) {}</script>"

Answer = str | None | KimiError

NO_MONEY = KimiError("budget", "till.usd", cost="1", left="0", bound="5")

CASES: dict[str, tuple[list[Answer], Limits, int | None, str]] = {
    "climb": ([UNSTYLED, FAR, NEAR, PAGE], Limits(threshold=0.9999, gain=0), 3, "threshold"),
    "exact at once": ([PAGE], Limits(), 0, "threshold"),
    "regress": ([NEAR, FAR, UNSTYLED], Limits(threshold=0.999), 0, "plateau"),
    "no code": ([None, NEAR], Limits(threshold=0.8), 1, "threshold"),
    "throws": ([THROWS, FAR, PAGE], Limits(), 2, "threshold"),
    "hangs": ([HANGS, PAGE], Limits(), 1, "threshold"),
    "all bad": ([None, HANGS, None], Limits(rounds=3), None, "rounds"),
    "budget": ([FAR, NO_MONEY], Limits(threshold=0.999), 0, "budget"),
    "repeat": ([FAR, FAR, FAR], Limits(threshold=0.999), 0, "plateau"),
    "rounds": ([UNSTYLED, FAR], Limits(threshold=0.999, rounds=2), 1, "rounds"),
    "the model fails": ([FAR, KimiError("offline", "provider.offline", host="h")], Limits(), 0,
                        "failed"),
}  # fmt: skip


def html(code: str) -> Candidate:
    return Candidate(code, view=VIEW)


class Script:
    """Answers in their order; ``turns`` is what was asked."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = list(answers)
        self.turns: list[Turn] = []

    async def __call__(self, turn: Turn) -> str | None:
        self.turns.append(turn)
        answer = self.answers.pop(0)
        if isinstance(answer, KimiError):
            raise answer
        return answer


async def drawn(studio: Studio, code: str = PAGE) -> bytes:
    rendering = await studio.render(html(code))
    assert rendering.png is not None, rendering.errors
    return rendering.png


@pytest.mark.timeout(400)
async def test_scripted_answers(browser: Browser) -> None:
    studio = Studio(browser, page_seconds=5)
    try:
        target = await drawn(studio)
        for name, (answers, limits, pick, stop) in CASES.items():
            script = Script(answers)
            course = await improve(studio, target, script, html, limits=limits)
            assert course.stop == stop, name
            best = course.best
            assert (best is None) == (pick is None), name
            if best is not None and pick is not None:
                assert best is course.attempts[pick], name
                assert best.code == answers[pick], name
            assert not script.answers, f"{name} stopped early"
            for turn in script.turns[1:]:
                so_far = Course(limits, course.attempts[: turn.round - 1])
                assert turn.best is so_far.best, f"{name}: not from the best so far"
    finally:
        await studio.close()


async def test_what_the_model_is_told(studio: Studio) -> None:
    target = await drawn(studio)
    worse = PAGE.replace("<button>Buy it</button>", "") + "<script>throw Error('boo')</script>"
    script = Script([FAR, worse, None, PAGE])
    course = await improve(studio, target, script, html, limits=Limits(threshold=0.999, patience=9))
    first, second, third, fourth = script.turns
    assert first.notes == ""
    assert first.best is None
    assert "The best so far scores" in second.notes
    assert "px" in second.notes
    assert "off: x=" in second.notes or "missing: x=" in second.notes
    assert "boo" in third.notes
    assert "no code" in fourth.notes
    for turn in (second, third, fourth):
        assert turn.best is not None
        assert turn.best.score is not None
        assert turn.best.score.crops
    assert course.stop == "threshold"


async def test_cancelled_in_the_middle(browser: Browser) -> None:
    """What was best is told, the process is gone, and the studio still works."""
    studio = Studio(browser)
    seen: list[Course] = []
    asked = asyncio.Event()

    async def ask(turn: Turn) -> str | None:
        if turn.round == 1:
            return FAR
        asked.set()
        await asyncio.Event().wait()
        return None

    try:
        target = await drawn(studio)
        loop = improve(studio, target, ask, html, limits=Limits(threshold=0.999), seen=seen.append)
        task = asyncio.create_task(loop)
        await asyncio.wait_for(asked.wait(), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert seen[-1].stop == "cancel"
        assert seen[-1].best is not None
        assert seen[-1].best.code == FAR
        assert await drawn(studio) == target
    finally:
        await studio.close()


async def check_before_any_code(answer: Answer, expected: type[BaseException]) -> None:
    with pytest.raises(expected):
        await improve(Studio(NoBrowser()), b"", Script([answer]), html)


async def test_an_error_before_any_code_is_the_error() -> None:
    await check_before_any_code(NO_MONEY, KimiError)


async def test_code_is_kept_where_nothing_can_be_drawn() -> None:
    course = await improve(Studio(NoBrowser()), b"", Script([PAGE]), html)
    assert course.stop == "unverified"
    assert course.error is not None
    assert course.error.reason == "unsupported"
    assert course.latest is not None
    assert course.latest.code == PAGE
