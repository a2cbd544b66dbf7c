"""What the model is told of an attempt, in words: numbers, where it is off, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kimi_lsp.vision.course import Attempt
from kimi_lsp.vision.rendering import Box
from kimi_lsp.vision.scored import Region

MOST_REGIONS = 12
MOST_ERRORS = 6
MOST_BOXES = 60

_PARTS = 3
"""How many of the weakest parts of the score are named."""

SHOWN_STYLES = ("color", "background-color", "font-size", "font-weight", "padding", "margin", "gap")


def notes(best: Attempt | None, last: Attempt) -> str:
    """What is wrong with the best attempt, and what kept the last one from being better."""
    lines = list[str]()
    if last is not best:
        lines += ["Your last answer was not used:", *_refusal(last, best)]
    if best is not None:
        lines += _state(best)
    return "\n".join(lines)


def _refusal(last: Attempt, best: Attempt | None) -> Iterator[str]:
    if last.code is None:
        yield "- it held no code block."
    elif best is not None and best.code is not None and last.code.strip() == best.code.strip():
        yield "- it was the same code as the best so far."
    elif last.worth == 0:
        yield "- it could not be drawn."
    elif best is not None:
        yield f"- it scored {last.worth:.2f}, the best so far scores {best.worth:.2f}."
    if last.problem:
        yield f"- {last.problem}"
    yield from _errors(last)


def _state(best: Attempt) -> Iterator[str]:
    score, rendering = best.score, best.rendering
    if score is None or rendering is None:
        return
    weak = sorted(score.parts.items(), key=lambda part: part[1])[:_PARTS]
    said = ", ".join(f"{name} {value:.2f}" for name, value in weak)
    yield f"The best so far scores {score.total:.2f} of 1 (weakest: {said})."
    yield from _errors(best)
    if score.regions:
        yield "Where it differs, in pixels of the target:"
        yield from (f"- {_place(one)}" for one in score.regions[:MOST_REGIONS])
    near = [box for box in rendering.boxes if any(_touch(box, one) for one in score.regions)]
    if near:
        yield "Elements there, as they are drawn:"
        yield from describe(near[: MOST_REGIONS * 2])


def _errors(attempt: Attempt) -> Iterator[str]:
    if attempt.rendering is not None:
        yield from (f"- error: {one}" for one in attempt.rendering.errors[:MOST_ERRORS])


def _place(one: Region) -> str:
    at = f"x={one.x} y={one.y} {one.width}x{one.height}"
    match one.fault:
        case "missing":
            return f"missing: {at}"
        case "extra":
            return f"not in the target: {at}"
        case "off":
            return f"off: {at} is moved by ({one.dx}, {one.dy}), its size by ({one.dw}, {one.dh})"
        case "colour":
            return f"colour: {at} is {one.rendering}, in the target {one.target}"


def describe(boxes: Iterable[Box], most: int = MOST_BOXES) -> Iterator[str]:
    """One line an element: where it is, what it is drawn with, and whether its content is cut."""
    for number, box in enumerate(boxes):
        if number >= most:
            return
        styles = "; ".join(
            f"{name}: {box.styles[name]}" for name in SHOWN_STYLES if _said(box, name)
        )
        faults = "".join([" CLIPPED" * box.clipped, " OUTSIDE THE PAGE" * box.outside])
        text = f' "{box.text}"' if box.text else ""
        place = f"x={box.x} y={box.y} {box.width}x{box.height}"
        yield f"- {box.element}{text} {place}{faults} {{{styles}}}"


def _said(box: Box, name: str) -> bool:
    return box.styles.get(name, "") not in ("", "0px", "normal", "rgba(0, 0, 0, 0)")


def _touch(box: Box, one: Region) -> bool:
    return (
        box.x < one.x + one.width
        and one.x < box.x + box.width
        and box.y < one.y + one.height
        and one.y < box.y + box.height
    )
