"""``kimi-lsp login`` and ``logout``: the key into and out of the system's keyring."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
import warnings
from collections.abc import Mapping, Sequence

from kimi_lsp.errors import KimiError
from kimi_lsp.keys import ring
from kimi_lsp.messages import say
from kimi_lsp.provider.endpoint import Endpoint, environment_variable, key_of, parse
from kimi_lsp.provider.reach import reach
from kimi_lsp.provider.settings import ProviderSettings, provider_settings
from kimi_lsp.settings import parse as parse_settings
from kimi_lsp.sources import layers


def login(argv: Sequence[str] | None = None) -> int:
    """Ask for a key, try it, and keep it with its origin; 1 where it is not kept."""
    options = _parser("login", "keep an API key in the system's keyring").parse_args(argv)
    try:
        endpoint, settings = _endpoint(options.base_url, os.environ)
        # Nobody is to type a key that cannot be kept.
        ring.check()
        key = key_of(_typed(endpoint))
        if key is None:
            raise KimiError("no_key", "login.nothing")
        tried = _tried(settings, endpoint, key)
        ring.store(endpoint.name, key)
    except KimiError as error:
        sys.stderr.write(f"kimi-lsp login: {error}\n")
        return 1
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write("\n")
        return 1
    sys.stdout.write(say("login.kept", origin=endpoint.name, tried=tried) + "\n")
    if name := environment_variable(os.environ, endpoint):
        sys.stdout.write(say("login.environment", name=name) + "\n")
    return 0


def logout(argv: Sequence[str] | None = None) -> int:
    """Forget the key of an origin; 1 where the keyring cannot be used."""
    options = _parser("logout", "remove an API key from the system's keyring").parse_args(argv)
    try:
        endpoint, _ = _endpoint(options.base_url, os.environ)
        there = ring.remove(endpoint.name)
    except KimiError as error:
        sys.stderr.write(f"kimi-lsp logout: {error}\n")
        return 1
    said = say("logout.removed" if there else "logout.none", origin=endpoint.name)
    sys.stdout.write(said + "\n")
    return 0


def _parser(name: str, meaning: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"kimi-lsp {name}", description=meaning)
    parser.add_argument(
        "--base-url", metavar="URL", help="whose key it is; without it, the endpoint that is set"
    )
    return parser


def _endpoint(
    base_url: str | None, environment: Mapping[str, str]
) -> tuple[Endpoint, ProviderSettings]:
    settings = parse_settings(layers(environment)).settings
    return parse(base_url or settings.base_url), provider_settings(settings)


def _typed(endpoint: Endpoint) -> str:
    """What the person types, unseen, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    with warnings.catch_warnings():
        # It would go on and show what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(say("login.prompt", origin=endpoint.name))
        except getpass.GetPassWarning:
            raise KimiError("no_key", "login.seen") from None


def _tried(settings: ProviderSettings, endpoint: Endpoint, key: str) -> str:
    """What the endpoint said to the key. Raises ``KimiError`` where it was refused."""
    found = asyncio.run(reach(settings, endpoint, key))
    if found.key_accepted is False:
        raise KimiError("unauthorized", "login.refused", host=endpoint.host)
    return say("login.accepted" if found.key_accepted else "login.not_tried", host=endpoint.host)
