"""Warnings about numbers wherever they stand: distributions that reach below zero, and numbers without a source."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from finmodel.scenario import Limits, Named, NumberField, Scenario, Uncertain, Value
from finmodel.scenario.document import raw_path, values_within
from finmodel.scenario.support import in_years

_BELOW = 0.001  # of a distribution; less than that may lie below zero
_MATTER = {"pool", "population", "per_person"}  # keys of numbers that decide what is paid

Found = tuple[str, str, str]


def below_zero(scenario: Scenario) -> Iterator[Found]:
    """Distributions of which more than 0.1% lies below zero where a number must not; each told once.

    Beyond limits on both sides (a share) a distribution is refused when it is read.
    """
    told: set[str] = set()
    for used_at, value, limits in _limited(scenario):
        stated = scenario.value_of(value)
        if limits.least is None or limits.least < 0 or limits.most is not None or not isinstance(stated, Uncertain):
            continue
        chance = max(1.0 - year.share(limits.least, math.inf) for year in in_years(stated))
        if chance > _BELOW and stated.path not in told:
            told.add(stated.path)
            where = f", and {used_at} cannot be negative" if isinstance(value, Named) else ", which cannot be"
            hint = f"keep it there with within: [0, none] beside {stated.kind}, or choose one with a least value"
            yield "W08", stated.path, f"{chance:.2%} of this distribution lies below 0{where}; {hint}"


def _limited(part: Any) -> Iterator[tuple[str, Value, Limits]]:
    """Every number that may be uncertain, where it stands, and the limits of its field."""
    if isinstance(part, BaseModel):
        for name, field in type(part).model_fields.items():
            below = getattr(part, name)
            if isinstance(below, Named):
                yield below.path, below, below.limits
            elif isinstance(below, Uncertain):
                limits = _limits(field.metadata) or _limits(field.annotation)
                if limits is not None:
                    yield below.path, below, limits
            else:
                yield from _limited(below)
    elif isinstance(part, dict):
        for below in part.values():
            yield from _limited(below)
    elif isinstance(part, (list, tuple)):
        for below in part:
            yield from _limited(below)


def _limits(annotation: Any) -> Limits | None:
    """The limits of the number field in a field's annotation or metadata."""
    if isinstance(annotation, NumberField):
        return annotation.limits
    parts = annotation if isinstance(annotation, list) else get_args(annotation)
    return next((found for one in parts if (found := _limits(one)) is not None), None)


def without_source(scenario: Scenario) -> Iterator[Found]:
    """Numbers that decide what is paid, but for which neither they nor a block around them states a source."""
    sourced = {raw_path(name, scenario.data)[0] for name in scenario.sources}
    for path, what in _that_matter(scenario):
        raw = raw_path(path, scenario.data)[0]
        if not any(raw[:length] in sourced for length in range(1, len(raw) + 1)):
            yield "W09", path, f"{what} has no source: name the publication in `sources`, or say 'Assumption:' and why"


def _that_matter(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """The paths of such numbers and what they are; the name of an assumption is left out, for that has its source."""
    yield "contract.start", "the start"
    for path, value in values_within(scenario, ()):
        if path[-1] in _MATTER and path[0] != "assumptions" and not isinstance(value, Named):
            yield value.path, f"the {str(path[-1]).replace('per_person', 'price a person')}"
    yield "contract_register.file", "what the contracts are worth"
    for name, outcome in scenario.outcomes.items():
        if outcome.evidence == "sourced":  # the others say so themselves, and earn nothing
            yield f"outcomes.{name}.baseline.value", "the baseline"
