"""``kimi-lsp doctor``: what is set up, where it came from, and what is wrong with it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kimi_lsp import __version__
from kimi_lsp.errors import KimiError
from kimi_lsp.messages import say
from kimi_lsp.provider.client import provider_settings
from kimi_lsp.provider.endpoint import KEY_VARIABLES, environment_key, parse
from kimi_lsp.provider.reach import Reached, reach
from kimi_lsp.settings import Layer, Source, table
from kimi_lsp.settings import parse as parse_settings
from kimi_lsp.sources import layers


def report(
    environment: Mapping[str, str], options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What there is to say; ``problems`` are those that keep the main job from working.

    ``options`` are the ``initializationOptions`` that an editor gives.
    """
    given = layers(environment)
    if options:
        given = (*given, Layer(Source.INITIALIZATION_OPTIONS, options))
    parsed = parse_settings(given)
    problems = [
        say(f"settings.{one.kind}", key=one.key, source=one.source.value, detail=one.detail)
        for one in parsed.problems
    ]
    source, found = None, Reached()
    try:
        endpoint = parse(parsed.settings.base_url)
        key = environment_key(environment, endpoint)
        if key:
            source = next(name for name in KEY_VARIABLES if environment.get(name, "").strip())
        elif endpoint.official:
            raise KimiError("no_key", "provider.no_key")
        found = asyncio.run(reach(provider_settings(parsed.settings), endpoint, key))
    except KimiError as error:
        problems.append(str(error))
    if found.problem:
        problems.append(str(found.problem))
    chosen = {key: where.value for key, where in parsed.sources.items()}
    return {
        "version": __version__,
        "endpoint": parsed.settings.base_url,
        "reachable": found.reachable,
        "model": parsed.settings.model,
        "chosen": {"model": found.model, "dialect": found.dialect},
        "key": {"source": source, "accepted": found.key_accepted},
        "settings": {entry.key: chosen.get(entry.key, Source.DEFAULT.value) for entry in table()},
        "problems": problems,
    }


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
        for problem in found["problems"]:
            sys.stdout.write(f"problem   {problem}\n")
    return 1 if found["problems"] else 0


def _summary(found: Mapping[str, Any]) -> Iterator[str]:
    key, chosen = found["key"], found["chosen"]
    reachable = {True: " (reachable)", False: " (not reachable)", None: ""}[found["reachable"]]
    accepted = {True: " (accepted)", False: " (not accepted)", None: ""}[key["accepted"]]
    yield f"kimi-lsp {found['version']}"
    yield f"endpoint  {found['endpoint']}{reachable}"
    model = f" ({chosen['model']}, dialect {chosen['dialect']})" if chosen["model"] else ""
    yield f"model     {found['model']}{model}"
    yield f"key       {key['source'] or 'none'}{accepted if key['source'] else ''}"
