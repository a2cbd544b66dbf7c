"""What each family of models allows and costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Models of one contract, by the beginning of their ids.

    ``context`` is prompt and answer together, ``answer`` the answer's default bound, both in
    tokens; ``price`` is US dollars a million tokens: cached prompt, prompt, answer; ``tool_id`` is
    how calls are named where it is not as with the others.
    """

    prefix: str
    context: int = 262_144
    answer: int = 32_768
    keeps: bool = False
    always_thinks: bool = False
    efforts: tuple[str, ...] = ()
    price: tuple[float, float, float] = (0.10, 0.60, 3.00)
    tool_id: str = ""


K25 = Family("kimi-k2.5")
FAMILIES = (
    K25,
    Family("kimi-k2.6", keeps=True, price=(0.16, 0.95, 4.00)),
    Family("kimi-k2.7-code", always_thinks=True, price=(0.19, 0.95, 4.00)),
    Family(
        "kimi-k3",
        context=1_048_576,
        answer=131_072,
        always_thinks=True,
        efforts=("low", "high", "max"),
        price=(0.30, 3.00, 15.00),
        tool_id="{name}_{number}",
    ),
)
AFTER_RETIREMENT = ("kimi-k3", "kimi-k2.7-code", "kimi-k2.7-code-highspeed", "kimi-k2.6")
"""What the official hosts list since they retired ``kimi-k2.5``."""


def family(model: object) -> Family:
    """The contract of a model; one that is not known is taken for K2.5."""
    name = str(model).rsplit("/", 1)[-1].lower()
    return next((one for one in FAMILIES if name.startswith(one.prefix)), K25)


def usd(model: str, prompt: int, cached: int, answer: int) -> float:
    """What a call costs, from its tokens."""
    counts = (cached, prompt - cached, answer)
    prices = family(model).price
    return sum(count * price for count, price in zip(counts, prices, strict=True)) / 1_000_000
