"""Every setting once: its name, type, default and meaning; and how its sources become one value.

A leaf of the import graph. pydantic checks the values and is imported only where there is one to
check, so that a start with nothing but defaults does not pay for it.
"""

from __future__ import annotations

import enum
import functools
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Annotated, Any, Literal, NamedTuple

from kimi_lsp.misplaced import is_key

OFFICIAL_BASE_URL = "https://api.moonshot.ai/v1"


class Bound(NamedTuple):
    """What a number must at least be, or, where ``above``, be greater than."""

    least: int
    above: bool = False


Count = Annotated[int, Bound(0)]
Seconds = Annotated[float, Bound(0, above=True)]


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class OwnAction:
    """An action of the person's own."""

    title: str
    instruction: str
    output: Literal["edit", "explain"] = "edit"


@dataclass(frozen=True)
class Budget:
    usd_per_day: Annotated[float, Bound(0)] = _setting(
        5.0, "Most US dollars a calendar day, over all of one person's servers."
    )
    tokens_per_request: Annotated[int, Bound(0, above=True)] = _setting(
        120_000, "Most tokens of one request: the prompt and the bound of its answer."
    )


@dataclass(frozen=True)
class Timeout:
    first_token_seconds: Seconds = _setting(
        120.0, "Longest wait from the sending of a request to its first token."
    )
    idle_seconds: Seconds = _setting(
        60.0, "Longest wait from one token to the next; reasoning counts, keep-alives do not."
    )


@dataclass(frozen=True)
class Edit:
    apply: Literal["now", "hold"] = _setting(
        "now", "`now` applies an edit when it is ready, `hold` keeps it until it is accepted."
    )


@dataclass(frozen=True)
class Explain:
    display: Literal["auto", "virtual", "file", "message", "hover"] = _setting(
        "auto", "Where an explanation is shown in an editor without a plugin of ours."
    )


@dataclass(frozen=True)
class Settings:
    """The settings in force. Immutable; a change makes a new one."""

    model: str = _setting("auto", "A model id, or `auto`: the K2.5 the endpoint lists, else K2.6.")
    base_url: str = _setting(OFFICIAL_BASE_URL, "The endpoint, any that speaks the OpenAI API.")
    dialect: Literal["auto", "moonshot", "vllm", "sglang", "openrouter", "openai"] = _setting(
        "auto", "How the endpoint spells thinking and reasoning; `auto` finds out."
    )
    thinking: Literal["auto", "on", "off"] = _setting(
        "auto", "Whether the model thinks before it answers; `auto` lets each action decide."
    )
    language: str = _setting(
        "auto", "Language of explanations and messages; `auto` is the editor's locale."
    )
    max_concurrency: Annotated[int, Bound(1)] = _setting(
        4, "Most requests at once to one endpoint."
    )
    requests_per_minute: Count = _setting(
        0, "Most requests a minute; 0 learns it from the endpoint's own refusals."
    )
    tokens_per_minute: Count = _setting(
        0, "Most tokens a minute; 0 learns it from the endpoint's own refusals."
    )
    budget: Budget = field(default_factory=Budget)
    timeout: Timeout = field(default_factory=Timeout)
    exclude: tuple[str, ...] = _setting(
        (), "Patterns in `.gitignore` syntax whose files never leave the machine."
    )
    edit: Edit = field(default_factory=Edit)
    explain: Explain = field(default_factory=Explain)
    actions: Mapping[str, OwnAction] = field(
        default_factory=dict,
        metadata={"meaning": "Your own actions: id to `{title, instruction, output}`."},
    )
    trusted: bool = _setting(False, "The workspace's own tooling may be run to render pages.")
    job_events: bool = _setting(False, "The client takes the notification `kimi/job`.")
    api_key_requests: bool = _setting(False, "The client answers the request `kimi/apiKey`.")


class Source(enum.Enum):
    """Where a value came from, in rising precedence."""

    DEFAULT = "default"
    CONFIG_FILE = "config file"
    ENVIRONMENT = "environment"
    INITIALIZATION_OPTIONS = "initializationOptions"
    CONFIGURATION = "workspace/configuration"


class Entry(NamedTuple):
    """One row of the table of settings."""

    key: str
    type: Any
    default: Any
    meaning: str


class Problem(NamedTuple):
    """A value that was not taken: ``kind`` says why, ``detail`` what would have been right."""

    source: Source
    key: str
    kind: Literal["unknown", "bad", "not_from_here", "secret"]
    detail: str = ""


class Layer(NamedTuple):
    """The raw values of one source."""

    source: Source
    raw: Mapping[str, Any]


class Parsed(NamedTuple):
    """The settings in force, what was wrong with the sources, and which source won each key."""

    settings: Settings
    problems: tuple[Problem, ...]
    sources: Mapping[str, Source]
    excludes: tuple[tuple[str, ...], ...] = ()
    """``exclude`` source by source: what one excludes no other takes back."""


# What an open repository may influence: nothing that decides where code goes or what it costs.
WORKSPACE_KEYS = frozenset(
    {
        "model",
        "thinking",
        "language",
        "explain.display",
        "edit.apply",
        "timeout.firstTokenSeconds",
        "timeout.idleSeconds",
        "exclude",
    }
)


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


@functools.cache
def table() -> tuple[Entry, ...]:
    """Every setting, nested ones with a dot, in the order they are documented."""
    return tuple(_entries(Settings, ""))


def _entries(owner: type, prefix: str) -> Iterator[Entry]:
    hints = typing.get_type_hints(owner, include_extras=True)
    defaults = owner()
    for item in fields(owner):
        key, kind = prefix + _camel(item.name), hints[item.name]
        if is_dataclass(kind) and isinstance(kind, type):
            yield from _entries(kind, key + ".")
        else:
            yield Entry(key, kind, getattr(defaults, item.name), item.metadata["meaning"])


def parse(layers: Sequence[Layer]) -> Parsed:
    """The settings that a sequence of sources gives; later ones win, ``exclude`` adds up.

    A bad value counts as not given; it and every unknown or forbidden key is a problem.
    """
    known = {entry.key: entry for entry in table()}
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    excludes: list[tuple[str, ...]] = []
    for source, raw in layers:
        for key, value in _flatten(raw, known):
            if key not in known:
                problems.append(Problem(source, key, "secret" if is_key(key, value) else "unknown"))
            elif source is Source.CONFIGURATION and key not in WORKSPACE_KEYS:
                problems.append(Problem(source, key, "not_from_here"))
            else:
                checked, wrong = _check(known[key], value)
                if wrong:
                    problems.append(Problem(source, key, "bad", wrong))
                    continue
                if key == "exclude":
                    excludes.append(tuple(checked))
                    checked = (*values.get(key, ()), *checked)
                values[key] = checked
                sources[key] = source
    return Parsed(_build(Settings(), values, ""), tuple(problems), sources, tuple(excludes))


def _flatten(
    raw: Mapping[str, Any], known: Mapping[str, Entry], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    for name, value in raw.items():
        key = prefix + str(name)
        nested = any(other.startswith(key + ".") for other in known)
        if nested and isinstance(value, Mapping):
            yield from _flatten(value, known, key + ".")
        else:
            yield key, value


def _check(entry: Entry, value: Any) -> tuple[Any, str]:
    from pydantic import Field, TypeAdapter, ValidationError

    kind: Any = entry.type
    for bound in getattr(kind, "__metadata__", ()):
        least = Field(gt=bound.least) if bound.above else Field(ge=bound.least)
        kind = Annotated[kind.__origin__, least]
    adapter = TypeAdapter(kind)
    # Lists and tables arrive as JSON, where strictness would refuse a list for a tuple.
    strict = not isinstance(value, list | Mapping)
    try:
        return adapter.validate_python(value, strict=strict), ""
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        return None, f"{place}: {first['msg']}" if place else first["msg"]


def _build(owner: Any, values: Mapping[str, Any], prefix: str) -> Any:
    changes: dict[str, Any] = {}
    for item in fields(owner):
        key, current = prefix + _camel(item.name), getattr(owner, item.name)
        if is_dataclass(current):
            changes[item.name] = _build(current, values, key + ".")
        elif key in values:
            changes[item.name] = values[key]
    return replace(owner, **changes)
