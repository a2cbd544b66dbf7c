"""What the API refuses, in its words and in its order; the first failure wins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kimi_lsp.simulator.models import family
from kimi_lsp.simulator.refusals import Refusal, invalid, no_such_model
from kimi_lsp.simulator.rules import conversation, messages, outputs, sampling, tools
from kimi_lsp.simulator.rules.service import Service
from kimi_lsp.simulator.tokens import answer_bound, segments, total

__all__ = ["Service", "authorized", "refused", "refused_prompt"]


def authorized(header: str | None, key: str | None, *, needed: bool) -> Refusal | None:
    """Whether a bearer key opens the door; with no ``key`` set, any does."""
    scheme, _, given = (header or "").partition(" ")
    given = given.strip() if scheme.lower() == "bearer" else ""
    if not given and (needed or key):
        return Refusal(401, "incorrect_api_key_error", "Incorrect API key provided")
    if key and given != key:
        return Refusal(401, "invalid_authentication_error", "Invalid Authentication")
    return None


def refused(body: Any, service: Service) -> Refusal | None:
    """What is wrong with a chat request, before its account is looked at."""
    strict = service.dialect.strict
    wrong = refused_prompt(body, service) or outputs.bound(body)
    if wrong is None and strict:
        wrong = (
            sampling.refused(body)
            or tools.refused(body, service)
            or conversation.refused(body)
            or outputs.refused(body, service)
        )
    return wrong or _too_long(body, service)


def refused_prompt(body: Any, service: Service) -> Refusal | None:
    """What is wrong with the model or the messages of a request."""
    if not isinstance(body, Mapping):
        return invalid("Invalid request: the body must be a JSON object")
    model = body.get("model")
    if model not in service.models:
        if service.dialect.cluster:
            return Refusal(404, "NotFoundError", f"The model `{model}` does not exist.")
        return no_such_model(model)
    return messages.refused(body, service) or _too_heavy(body, service)


def _too_heavy(body: Mapping[str, Any], service: Service) -> Refusal | None:
    if service.message_bytes is None:
        return None
    size = len(json.dumps(body["messages"], ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size <= service.message_bytes:
        return None
    return invalid(
        f"Invalid request: total message size {size} exceeds limit {service.message_bytes}"
    )


def _too_long(body: Mapping[str, Any], service: Service) -> Refusal | None:
    context = family(body["model"]).context
    prompt, answer = total(segments(body, service.lookup)), answer_bound(body)
    if prompt + answer <= context:
        return None
    if service.dialect.cluster:
        return invalid(
            f"This model's maximum context length is {context} tokens. However, you requested "
            f"{answer} output tokens and your prompt contains {prompt} input tokens."
        )
    return invalid(
        f"Invalid request: Your request exceeded model token limit: {context} "
        f"(requested: {prompt + answer})"
    )
