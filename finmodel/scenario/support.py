"""Where the values of a distribution lie, year by year, and whether a field can hold them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from finmodel.scenario.values import ByYear, Calculated, Constant, Limits, Named, Parameter, Ramp, Uncertain, Value

OWN_LISTS = frozenset({"discrete", "empirical", "mixture"})
"""Kinds whose lists are values, observations or weights, not one entry a year."""

RARE = 1e-6
"""Values beyond limits on both sides that come less often than this are let pass."""


@dataclass(frozen=True)
class OneYear:
    """The distribution of one year: plain numbers (tuples only for the kinds with lists of their own)."""

    kind: str
    parameters: Mapping[str, Any]
    shift: float
    within: tuple[float, float]
    parts: tuple[OneYear, ...]

    def own_support(self) -> tuple[float, float]:
        """The least and the greatest value before shift and bounds."""
        p = self.parameters
        if self.kind == "normal":
            return -math.inf, math.inf
        if self.kind == "lognormal":
            return 0.0, math.inf
        if self.kind == "bernoulli":
            return 0.0, 1.0
        if self.kind == "quantiles":
            below, above = p["mid"] - p["low"], p["high"] - p["mid"]
            end = p["mid"] - above / (above / below - 1) if above != below else math.inf
            return (end, math.inf) if above > below else (-math.inf, end)
        if self.kind == "mixture":
            ends = [part.support() for part in self.parts]
            return min(low for low, _ in ends), max(high for _, high in ends)
        values = p.get("values") or p.get("observations") or (p["min"], p["max"])
        return min(values), max(values)

    def support(self) -> tuple[float, float]:
        """The least and the greatest value."""
        low, high = self.own_support()
        return max(low + self.shift, self.within[0]), min(high + self.shift, self.within[1])

    def placed(self) -> Iterator[float]:
        """The amounts that place the distribution: means, modes and stated ends; within its bounds."""
        p = self.parameters
        names = ("mean", "low", "min", "mode", "mid", "max", "high", "values", "observations", "p")
        found = [p[name] for name in names if name in p]
        amounts = [one for part in found for one in (part if isinstance(part, tuple) else (part,))]
        amounts += [amount for part in self.parts for amount in part.placed()]
        for amount in amounts:
            yield min(max(amount + self.shift, self.within[0]), self.within[1])

    def share(self, low: float, high: float) -> float:
        """The probability of a value from `low` to `high`."""
        bottom, top = self.within
        inside = self._own_share(max(low, bottom) - self.shift, min(high, top) - self.shift)
        whole = self._own_share(bottom - self.shift, top - self.shift)
        return inside / whole if whole > 0 else 1.0  # bounds that hold nothing are refused elsewhere

    def _own_share(self, low: float, high: float) -> float:
        if low >= high:
            return 0.0
        if self.kind == "mixture":
            weights = self.parameters["weights"]
            return math.fsum(w * part.share(low, high) for w, part in zip(weights, self.parts, strict=True))
        if self.kind in ("normal", "lognormal", "quantiles"):
            return max(_below(self._score(high)) - _below(self._score(low)), 0.0)
        # A kind between two ends of its own: those are held to the limits, so how it lies between is no matter.
        first, last = self.own_support()
        return 1.0 if low < last and first < high else 0.0

    def _score(self, value: float) -> float:
        """The normal score of a value, for the kinds without two ends."""
        p = self.parameters
        if math.isinf(value):
            return value
        if self.kind == "normal":
            return float((value - p["mean"]) / p["sd"])
        if self.kind == "lognormal":
            variance = math.log1p((p["sd"] / p["mean"]) ** 2)
            return (math.log(value / p["mean"]) + variance / 2) / math.sqrt(variance) if value > 0 else -math.inf
        below, above = p["mid"] - p["low"], p["high"] - p["mid"]
        bend = math.log1p((above - below) / below)
        if bend == 0:
            return float((value - p["mid"]) / above * p["score"])
        part = (value - p["mid"]) * math.expm1(bend) / above
        return math.copysign(math.inf, -bend) if part <= -1 else float(math.log1p(part) / bend * p["score"])


def in_years(value: Uncertain) -> list[OneYear]:
    """The distribution of each year; one entry where no parameter is a list."""
    return [_of_year(value, year) for year in range(_years(value))]


def _years(value: Uncertain) -> int:
    named = () if value.kind in OWN_LISTS else value.parameters.values()
    lengths = [len(part) for part in (*named, value.shift, *value.within) if isinstance(part, tuple)]
    return max([*lengths, *map(_years, value.parts)], default=1)


def _of_year(value: Uncertain, year: int) -> OneYear:
    def one(part: Parameter) -> float:
        return part[min(year, len(part) - 1)] if isinstance(part, tuple) else part

    parameters = {name: part if value.kind in OWN_LISTS else one(part) for name, part in value.parameters.items()}
    parts = tuple(_of_year(part, year) for part in value.parts)
    return OneYear(value.kind, parameters, one(value.shift), (one(value.within[0]), one(value.within[1])), parts)


def support(value: Uncertain) -> tuple[float, float]:
    """The least and the most the distribution can give in any year."""
    ends = [year.support() for year in in_years(value)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def amounts_of(value: Value) -> tuple[float, ...]:
    """The amounts by which limits are checked: all that are stated, for a distribution those that place it."""
    if isinstance(value, Constant):
        return (value.amount,)
    if isinstance(value, ByYear):
        return value.amounts
    if isinstance(value, Ramp):
        return (value.start_amount, value.end_amount)
    if isinstance(value, (Named, Calculated)):
        return ()
    central = () if value.central is None else (value.central,)
    return (*(amount for year in in_years(value) for amount in year.placed()), *central)


def _end_beyond(value: Uncertain, limits: Limits) -> float | None:
    """A stated end of a distribution (a bound, a shift) that the limits do not hold; None where they hold all.

    An end equal to an open limit is held: the end itself never comes.
    """
    for year in in_years(value):
        for one in (year, *year.parts):
            low, high = one.own_support()
            low = low if math.isfinite(low) and one.kind != "quantiles" else -math.inf
            high = high if math.isfinite(high) and one.kind != "quantiles" else math.inf
            low, high = max(low + one.shift, one.within[0]), min(high + one.shift, one.within[1])
            if one is not year:  # the mixture's own shift and bounds hold for its parts
                low, high = (min(max(end + year.shift, year.within[0]), year.within[1]) for end in (low, high))
            for end in (low, high):
                if math.isfinite(end) and end != limits.least and not limits.hold(end):
                    return end
    return None


def beyond(value: Value, limits: Limits, say: Callable[[float], str]) -> str | None:
    """How a distribution reaches beyond limits that hold what places it, in words; None where it does not.

    Beyond limits on both sides one value in a million may lie. A limit on one side is for what is stated: a normal has
    no end of its own.
    """
    if not isinstance(value, Uncertain):
        return None
    end = _end_beyond(value, limits)
    if end is not None:
        sides = [(" at least ", limits.least), (" at most ", limits.most)]
        words = " and".join(f"{word}{say(side)}" for word, side in sides if side is not None)
        return f"the values of this distribution end at {say(end)}; expected{words}"
    if limits.least is None or limits.most is None:
        return None
    chance = max(1.0 - year.share(limits.least, limits.most) for year in in_years(value))
    if chance <= RARE:
        return None
    least, most = (say(end).replace(",", "") for end in (limits.least, limits.most))
    return (
        f"{100 * chance:.2g}% of this distribution lies beyond {least} to {most}; keep it there with "
        f"within: [{least}, {most}] beside {value.kind}"
    )


def _below(score: float) -> float:
    return math.erfc(-score / math.sqrt(2)) / 2
