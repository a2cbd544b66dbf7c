"""Sampling is fixed by the mode; the switch of the mode has one shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kimi_lsp.simulator.dialects import DIALECTS, thinks
from kimi_lsp.simulator.models import family
from kimi_lsp.simulator.refusals import Refusal, invalid

FIXED = {"top_p": 0.95, "n": 1, "presence_penalty": 0, "frequency_penalty": 0}


def refused(body: Mapping[str, Any]) -> Refusal | None:
    """What is wrong with sampling, then with ``thinking``."""
    temperature = 1 if thinks(body, DIALECTS["moonshot"]) else 0.6
    for name, only in {"temperature": temperature, **FIXED}.items():
        value = body.get(name)
        if value is not None and (isinstance(value, bool) or value != only):
            return invalid(f"invalid {name}: only {only} is allowed for this model")
    rules = family(body.get("model"))
    if rules.efforts and body.get("logprobs"):
        return invalid("invalid logprobs: only false is allowed for this model")
    return _thinking(body)


def _thinking(body: Mapping[str, Any]) -> Refusal | None:
    rules, thinking = family(body.get("model")), body.get("thinking")
    effort = body.get("reasoning_effort")
    if thinking is not None:
        if not isinstance(thinking, Mapping):
            return invalid("invalid thinking: must be an object")
        if rules.always_thinks and thinking.get("type") != "enabled":
            return invalid("invalid thinking: only type=enabled is allowed for this model")
        if thinking.get("type") not in ("enabled", "disabled"):
            return invalid("invalid thinking: type must be enabled or disabled")
        unknown = sorted(set(thinking) - {"type"} - ({"keep"} if rules.keeps else set()))
        if unknown:
            return invalid(f"invalid thinking: {unknown[0]} is not allowed for this model")
        if thinking.get("keep") not in (None, "all"):
            return invalid("invalid thinking: keep must be null or all")
        if effort is not None:
            return invalid("cannot specify both 'thinking' and 'reasoning_effort'")
    if rules.efforts and effort is not None and effort not in rules.efforts:
        allowed = ", ".join(rules.efforts)
        return invalid(f"invalid reasoning_effort: only {allowed} are allowed for this model")
    return None
