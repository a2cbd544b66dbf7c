"""How the hosts of the model differ: data, read by the rules, the stream and the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kimi_lsp.simulator.models import family
from kimi_lsp.simulator.refusals import Refusal


@dataclass(frozen=True)
class Dialect:
    """A host's ways.

    ``reasoning`` names the member that carries thoughts; ``strict`` says that the official API's
    rules hold; ``tool_id`` builds the id of a call from the function's name and a counter.
    """

    name: str
    owner: str
    reasoning: str
    strict: bool = False
    needs_key: bool = False
    tool_id: str = "functions.{name}:{number}"

    @property
    def cluster(self) -> bool:
        """Whether the weights are served by an engine of one's own."""
        return self.name in ("vllm", "sglang")


DIALECTS = {
    one.name: one
    for one in (
        Dialect(
            "moonshot",
            owner="moonshot",
            reasoning="reasoning_content",
            strict=True,
            needs_key=True,
            tool_id="{name}:{number}",
        ),
        Dialect("vllm", owner="vllm", reasoning="reasoning"),
        Dialect("sglang", owner="sglang", reasoning="reasoning_content"),
        Dialect("openrouter", owner="moonshot", reasoning="reasoning", needs_key=True),
    )
}


def mapping(value: object) -> Mapping[str, Any]:
    """A member that should be an object; an empty one where it is not."""
    return value if isinstance(value, Mapping) else {}


def thinks(body: Mapping[str, Any], dialect: Dialect) -> bool:
    """Whether the request leaves thinking on; each host reads its own switch and no other."""
    if dialect.cluster:
        switch = mapping(body.get("chat_template_kwargs"))
        return switch.get("thinking", switch.get("enable_thinking")) is not False
    if dialect.name == "openrouter":
        return mapping(body.get("reasoning")).get("enabled") is not False
    if family(body.get("model")).always_thinks:
        return True
    return mapping(body.get("thinking")).get("type") != "disabled"


def spoken(refusal: Refusal, dialect: Dialect) -> Mapping[str, Any]:
    """The body of an error answer as this host writes it."""
    if not dialect.cluster or refusal.payload is not None:
        return refusal.body()
    if refusal.status == 401:
        return {"error": "Unauthorized"}
    kinds = {400: "BadRequestError", 404: "NotFoundError", 429: "TooManyRequestsError"}
    inner = {
        "message": refusal.message,
        "type": kinds.get(refusal.status, refusal.type or "InternalServerError"),
        "param": "model" if refusal.status == 404 else None,
        "code": refusal.status,
    }
    if dialect.name == "sglang":
        return {"object": "error", **inner, "param": None}
    return {"error": inner}
