"""Whether the score of pictures agrees with what the documents say, on real pages with faults.

``python -m tests.vision.agreement`` prints it for the pages the score was not tuned on, with plain
SSIM beside it; with ``tuned``, for those it was; with ``fresh``, for pages that nobody had seen
when the score became what it is.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, Route, sync_playwright

from kimi_lsp.vision.browser import Browser, find
from kimi_lsp.vision.worker.content import kind_of
from kimi_lsp.vision.worker.score import score
from kimi_lsp.vision.worker.score.layout import similarity
from kimi_lsp.vision.worker.score.pictures import pair
from tests.vision.faults import FAULTS, Fault
from tests.vision.reference import EXTRACT, Texts, reference
from tests.vision.templates import FOLDER, FRESH, HELD_OUT, TUNED, package

WIDTH, HIGH = 1280, 1600
APART = 0.05
"""What two pages differ by in the reference, at least, for their order to be asked for."""


@dataclass(frozen=True)
class Judged:
    """One faulty page: by the pictures, by plain SSIM, and by the documents."""

    page: str
    fault: Fault
    score: float
    parts: Mapping[str, float]
    ssim: float
    reference: float
    seconds: float


def judged(
    pages: Mapping[str, Sequence[str]], program: str, faults: Sequence[Fault] = FAULTS
) -> Iterator[Judged]:
    """Draw each page with each fault and judge it."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=["--hide-scrollbars"]
        )
        for name, paths in pages.items():
            for path in paths:
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": 800}, reduced_motion="reduce"
                )
                page = context.new_page()
                page.route("**/*", _server(package(name)))
                seen = [(fault, *_drawn(page, path, fault)) for fault in faults]
                context.close()
                yield from _compared(f"{name}/{path}", seen)
        browser.close()


def _server(root: Path) -> Any:
    def serve(route: Route) -> None:
        address = route.request.url.removeprefix("http://page.invalid/").split("?")[0]
        file = root / address.split("#")[0]
        if route.request.url.startswith("http://page.invalid/") and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=kind_of(file.name))
        else:
            route.abort()

    return serve


def _drawn(page: Page, path: str, fault: Fault) -> tuple[bytes, Any]:
    """A picture of the page with the fault, and its texts."""
    page.goto(f"http://page.invalid/{path}", wait_until="load")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    page.evaluate(f"() => {{ {fault.script} }}")
    page.wait_for_timeout(50)
    texts = page.evaluate(EXTRACT.replace("HIGH", str(HIGH)))
    height = min(HIGH, max(800, int(texts["height"])))
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
    return page.screenshot(full_page=True, clip=clip, animations="disabled"), texts  # type: ignore[arg-type]


def _compared(name: str, seen: Sequence[tuple[Fault, bytes, Any]]) -> Iterator[Judged]:
    _, target, tree = seen[0]
    for fault, png, texts in seen:
        began = time.perf_counter()
        found = score(target, png, 0)
        seconds = time.perf_counter() - began
        both = pair(target, png)
        grey = [one @ np.array([0.299, 0.587, 0.114]) for one in (both.target, both.rendering)]
        plain = float(similarity(*grey).mean())
        by_texts = reference(Texts.of(tree), Texts.of(texts))
        yield Judged(name, fault, found.total, found.parts, plain, by_texts, seconds)


def order(found: Sequence[Judged], by: str = "score") -> tuple[int, int]:
    """Pairs of one page that the reference tells apart: in the same order, and all."""
    agreed = asked = 0
    for _, of in itertools.groupby(found, key=lambda one: one.page):
        for first, second in itertools.combinations(list(of), 2):
            apart = first.reference - second.reference
            if abs(apart) >= APART:
                asked += 1
                agreed += (getattr(first, by) - getattr(second, by)) * apart > 0
    return agreed, asked


def degrees(found: Sequence[Judged]) -> tuple[int, int]:
    """Faults of one kind on one page, in the order of their degrees, and all."""
    right = asked = 0
    kinds: dict[tuple[str, str], list[Judged]] = {}
    for one in found:
        kinds.setdefault((one.page, one.fault.name), []).append(one)
    for of in kinds.values():
        for first, second in itertools.pairwise(of):
            asked += 1
            right += first.score > second.score
    return right, asked


def of_kind(found: Sequence[Judged], name: str, by: str = "score") -> list[float]:
    return [getattr(one, by) for one in found if one.fault.name == name]


def report(found: Sequence[Judged]) -> None:
    for by in ("score", "ssim"):
        agreed, asked = order(found, by)
        blank, unstyled = (max(of_kind(found, name, by)) for name in ("blank", "unstyled"))
        print(
            f"{by:5}  agrees with the documents {agreed}/{asked} = {agreed / asked:.3f}; "
            f"worst blank {blank:.2f}, worst unstyled {unstyled:.2f}"
        )
    right, asked = degrees(found)
    print(f"degrees in order {right}/{asked} = {right / asked:.3f}")
    print(f"median {np.median([one.seconds for one in found]):.2f} s a score, {len(found)} scores")
    for fault in FAULTS:
        of = [one for one in found if one.fault == fault]
        values = [one.score for one in of]
        print(
            f"  {fault.name:9}{fault.degree}  {np.mean(values):.3f} "
            f"[{min(values):.3f} .. {max(values):.3f}]  "
            f"documents {np.mean([one.reference for one in of]):.3f}"
        )


def main() -> None:
    browser = find(os.environ)
    if not isinstance(browser, Browser):
        sys.exit("no browser")
    sets = {"tuned": TUNED, "held-out": HELD_OUT, "fresh": FRESH}
    name = sys.argv[1] if len(sys.argv) > 1 else "held-out"
    if name not in sets:
        sys.exit(f"one of {', '.join(sets)}")
    found = list(judged(sets[name], browser.path))
    report(found)
    kept = [{**vars(one), "fault": one.fault[:2]} for one in found]
    (FOLDER / f"{name}.json").write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
