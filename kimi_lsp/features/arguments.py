"""The arguments of commands, parsed once at the door. Unknown members are ignored."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from kimi_lsp.wire.errors import INVALID_PARAMS, LspError

Unsigned = Field(ge=0, le=2**31 - 1)


class _Arguments(BaseModel):
    model_config = ConfigDict(
        extra="ignore", strict=True, alias_generator=to_camel, populate_by_name=False
    )


class Position(_Arguments):
    line: int = Unsigned
    character: int = Unsigned


class Range(_Arguments):
    start: Position
    end: Position


class Image(_Arguments):
    """A picture, given in exactly one of its ways."""

    path: str | None = None
    data_url: str | None = None
    clipboard: bool | None = None
    screen: bool | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Image:
        if len([value for value in self.__dict__.values() if value]) != 1:
            raise ValueError("name exactly one of path, dataUrl, clipboard, screen, url")
        return self


class Job(_Arguments):
    """What every command that starts a job takes."""

    version: int | None = None
    model: str | None = None
    thinking: Literal["auto", "on", "off"] | bool | None = None
    tag: str | None = None
    wait: bool = False
    preview: bool = False
    images: list[Image] = Field(default_factory=list[Image])


class Explain(Job):
    uri: str
    range: Range
    instruction: str = ""


class Fix(Job):
    uri: str
    range: Range
    diagnostics: list[dict[str, Any]] | None = None
    apply: Literal["now", "hold"] | None = None


class Edit(Job):
    uri: str
    range: Range | None = None
    instruction: str = Field(min_length=1)
    apply: Literal["now", "hold"] | None = None


class Component(Job):
    """With neither ``position`` nor ``range``, a new file is meant; with both, the range."""

    uri: str
    position: Position | None = None
    range: Range | None = None
    instruction: str = ""
    name: str = ""
    verify: bool | None = None
    apply: Literal["now", "hold"] | None = None


class VisualFix(Job):
    uri: str
    range: Range | None = None
    target: Image | None = None
    instruction: str = ""
    apply: Literal["now", "hold"] | None = None


class Question(Job):
    text: str = Field(min_length=1)
    conversation: str | None = None
    uri: str | None = None
    range: Range | None = None


class Apply(Job):
    """A held edit, whole or some hunks; or a code block of an answer, counted from 1."""

    job: str
    hunks: list[str] | None = None
    confirmed: bool = False
    block: int | None = Field(default=None, ge=1)
    uri: str | None = None
    range: Range | None = None
    apply: Literal["now", "hold"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Apply:
        if self.block is not None and self.uri is None:
            raise ValueError("a block needs the uri of the document it goes to")
        return self


class Show(_Arguments):
    job: str
    what: Literal["reply", "diff"]


class Cancel(_Arguments):
    job: str | None = None


Parsed = TypeVar("Parsed", bound=BaseModel)


def parse(kind: type[Parsed], arguments: list[Any]) -> Parsed:
    """The first argument as a value of a kind.

    Raises ``LspError`` -32602 that names the first member that is missing or of a wrong type.
    """
    given = arguments[0] if arguments else {}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "argument"
        raise LspError(INVALID_PARAMS, f"{place}: {first['msg']}") from None
