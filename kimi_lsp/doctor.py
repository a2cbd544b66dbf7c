"""``kimi-lsp doctor``: what is set up, where it came from, and what is wrong with it."""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kimi_lsp import __version__
from kimi_lsp.errors import KimiError
from kimi_lsp.keys import ring
from kimi_lsp.keys.chain import trusted
from kimi_lsp.messages import say
from kimi_lsp.provider.endpoint import (
    Endpoint,
    environment_key,
    environment_variable,
    key_of,
    parse,
)
from kimi_lsp.provider.reach import Reached, reach
from kimi_lsp.provider.settings import provider_settings
from kimi_lsp.settings import Layer, Settings, Source, table
from kimi_lsp.settings import parse as parse_settings
from kimi_lsp.sources import layers, state_folder
from kimi_lsp.till.till import Bounds, Till
from kimi_lsp.vision.browser import Browser, NoBrowser, find
from kimi_lsp.vision.intake import clipboard

ASKED = "kimi/apiKey"
"""The source of a key that the editor is asked for."""

KEYRING = "keyring"

RING_SECONDS = 5.0
"""A keyring that asks for its password is told as locked, not waited for."""


@dataclass
class Access:
    """What was found out about an endpoint and its key; ``source`` is never the key."""

    source: str | None = None
    found: Reached = field(default_factory=Reached)
    confirmed: bool = True
    problems: list[str] = field(default_factory=list)


def report(
    environment: Mapping[str, str], options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What there is to say; ``problems`` are those that keep the main job from working.

    ``options`` are the ``initializationOptions`` that an editor gives.
    """
    base = given = layers(environment)
    if options:
        given = (*given, Layer(Source.INITIALIZATION_OPTIONS, options))
    parsed = parse_settings(given)
    problems = [
        say(f"settings.{one.kind}", key=one.key, source=one.source.value, detail=one.detail)
        for one in parsed.problems
    ]
    try:
        endpoint = parse(parsed.settings.base_url)
        confirmed = endpoint.official or endpoint.origin in trusted(base)
        access = _access(environment, parsed.settings, endpoint, confirmed=confirmed)
    except KimiError as error:
        access = Access(problems=[str(error)])
    found = access.found
    problems += access.problems
    if found.problem:
        problems.append(str(found.problem))
    budget, spent = _budget(environment, parsed.settings)
    problems += spent
    pictures, hints = _pictures(environment)
    chosen = {key: where.value for key, where in parsed.sources.items()}
    return {
        "version": __version__,
        "endpoint": parsed.settings.base_url,
        "reachable": found.reachable,
        "model": parsed.settings.model,
        "chosen": {"model": found.model, "dialect": found.dialect},
        "confirmed": access.confirmed,
        "key": {"source": access.source, "accepted": found.key_accepted},
        "budget": budget,
        "pictures": pictures,
        "settings": {entry.key: chosen.get(entry.key, Source.DEFAULT.value) for entry in table()},
        "problems": problems,
        "hints": hints,
    }


def _pictures(environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Whether pictures are opened, what reads the clipboard, and the browser that draws pages.

    Then what to install for more.
    """
    opens = importlib.util.find_spec("PIL") is not None
    browser = find(environment)
    place = clipboard.here()
    tool = next((tool.name for tool, _ in clipboard.found(place)), None)
    hints = [] if opens else [say("doctor.no_extra")]
    if place.tools and tool is None:
        hints.append(say("doctor.no_clipboard", tool=place.advice))
    if isinstance(browser, NoBrowser):
        key = "doctor.browser_missing" if browser.named else "doctor.no_browser"
        hints.append(say(key, path=browser.named))
    path = browser.path if isinstance(browser, Browser) else None
    return {"extra": opens, "clipboard": tool, "browser": path}, hints


def _budget(environment: Mapping[str, str], settings: Settings) -> tuple[dict[str, Any], list[str]]:
    """The bounds and what is left of today's, and why nothing can be spent, if nothing can."""
    bounds = Bounds(settings.budget.usd_per_day, settings.budget.tokens_per_request)
    found: dict[str, Any] = {
        "usdPerDay": bounds.usd_per_day,
        "tokensPerRequest": bounds.tokens_per_request,
        "usdLeft": None,
    }
    try:
        left = asyncio.run(_left(state_folder(environment), bounds))
    except KimiError as error:
        return found, [str(error)]
    found["usdLeft"] = left if left < math.inf else None
    return found, [] if left > 0 else [say("till.spent", bound=f"{bounds.usd_per_day:.2f}")]


async def _left(folder: Path, bounds: Bounds) -> float:
    return await Till(folder).left(bounds)


def _access(
    environment: Mapping[str, str], settings: Settings, endpoint: Endpoint, *, confirmed: bool
) -> Access:
    """Try what a job would send, but nothing that somebody has to be asked for.

    Raises ``KimiError`` for a key that cannot be one.
    """
    key = environment_key(environment, endpoint)
    access = Access(environment_variable(environment, endpoint), confirmed=confirmed)
    if not confirmed:
        return access
    wants = endpoint.official
    if key or not wants:
        access.found = asyncio.run(reach(provider_settings(settings), endpoint, key))
        wants = not key and access.found.key_accepted is False
    if not wants:
        return access
    if settings.api_key_requests:
        access.source, access.found = ASKED, Reached(access.found.reachable)
        return access
    try:
        key = key_of(asyncio.run(ring.find(endpoint.name, RING_SECONDS)) or "")
    except KimiError as error:
        access.problems.append(str(error))
    if key:
        access.source = KEYRING
        access.found = asyncio.run(reach(provider_settings(settings), endpoint, key))
    elif endpoint.official:
        access.problems.insert(0, say("provider.no_key"))
    return access


def _object(text: str) -> Mapping[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(text)
    return value


def main(argv: Sequence[str] | None = None) -> int:
    """Print the report; 1 where the main job would not work."""
    parser = argparse.ArgumentParser(prog="kimi-lsp doctor")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    parser.add_argument(
        "--options", type=_object, metavar="JSON", help="an editor's initializationOptions"
    )
    options = parser.parse_args(argv)
    found = report(os.environ, options.options)
    if options.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        sys.stdout.write("\n".join(_summary(found)) + "\n")
        for name, where in found["settings"].items():
            if where != Source.DEFAULT.value:
                sys.stdout.write(f"setting   {name} (from {where})\n")
        for hint in found["hints"]:
            sys.stdout.write(f"hint      {hint}\n")
        for problem in found["problems"]:
            sys.stdout.write(f"problem   {problem}\n")
    return 1 if found["problems"] else 0


def _summary(found: Mapping[str, Any]) -> Iterator[str]:
    key, chosen = found["key"], found["chosen"]
    reachable = {True: " (reachable)", False: " (not reachable)", None: ""}[found["reachable"]]
    accepted = {True: " (accepted)", False: " (not accepted)", None: ""}[key["accepted"]]
    yield f"kimi-lsp {found['version']}"
    asked = "" if found["confirmed"] else " (you are asked before anything is sent)"
    yield f"endpoint  {found['endpoint']}{reachable}{asked}"
    model = f" ({chosen['model']}, dialect {chosen['dialect']})" if chosen["model"] else ""
    yield f"model     {found['model']}{model}"
    yield f"key       {key['source'] or 'none'}{accepted if key['source'] else ''}"
    budget = found["budget"]
    left = "" if budget["usdLeft"] is None else f", ${budget['usdLeft']:.2f} left"
    tokens = f"{budget['tokensPerRequest']} tokens a request"
    yield f"budget    ${budget['usdPerDay']:.2f} a day{left}; {tokens}"
    pictures = found["pictures"]
    opens = "PNG, JPEG, WebP, GIF" if pictures["extra"] else "plain PNG and JPEG"
    yield f"pictures  {opens}; clipboard by {pictures['clipboard'] or 'none'}"
    yield f"browser   {pictures['browser'] or 'none'}"
