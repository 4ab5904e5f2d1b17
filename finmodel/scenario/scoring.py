"""How a measured figure becomes a score: points or tiers, a bonus above them, and gates on other outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from finmodel.scenario.fields import POINTS, SHARE, NumberField
from finmodel.scenario.parts import Name, Part, checked
from finmodel.scenario.problems import Problem, shown
from finmodel.scenario.quantities import Quantity, parse_quantity
from finmodel.scenario.values import Constant, Limits
from finmodel.units import PURE

if TYPE_CHECKING:
    from finmodel.scenario.outcomes import Outcome

Score = tuple[tuple[float, float], ...]
"""Pairs of an improvement and the share of the money that it earns; the improvements rise."""

IMPROVEMENT = NumberField(PURE, "an improvement such as 3pp")
_PAIR = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 2}
POINTS_SCHEMA = {"type": "array", "items": _PAIR, "minItems": 2}
TIERS_SCHEMA = {"type": "array", "items": _PAIR, "minItems": 1}


def _pairs(written: list[Any], improvement: NumberField, what: str) -> Score:
    found: list[tuple[float, float]] = []
    for at, point in enumerate(written):
        if not isinstance(point, list) or len(point) != 2:
            raise Problem(f"expected {what} [improvement, share of the money], got {shown(point)}", (at,))
        pair = []
        for place, (field, item) in enumerate(zip((improvement, SHARE), point, strict=True)):
            try:
                pair.append(field.amount(item))
            except Problem as problem:
                raise Problem(problem.message, (at, place)) from None
        if found and pair[0] <= found[-1][0]:
            raise Problem("each improvement must be larger than the one before", (at, 0))
        found.append((pair[0], pair[1]))
    return tuple(found)


def _curve(written: Any, improvement: NumberField) -> Score:
    if not isinstance(written, list) or len(written) < 2:
        raise Problem(f"expected at least two points [improvement, share of the money], got {shown(written)}")
    return _pairs(written, improvement, "a point")


def _tiers(written: Any, improvement: NumberField) -> Score:
    if not isinstance(written, list) or not written:
        raise Problem(f"expected at least one tier [improvement, share of the money], got {shown(written)}")
    found = _pairs(written, improvement, "a tier")
    before = 0.0
    for at, (_, share) in enumerate(found):
        if share <= before:
            raise Problem("each tier must pay more than the one before, the first more than 0%", (at, 1))
        before = share
    return found


def rate_score(written: Any) -> Score:
    """The points of a rate's score."""
    return _curve(written, IMPROVEMENT)


def mean_score(written: Any) -> Score:
    """The points of a mean's score."""
    return _curve(written, POINTS)


def rate_tiers(written: Any) -> Score:
    """The tiers of a rate's score."""
    return _tiers(written, IMPROVEMENT)


def mean_tiers(written: Any) -> Score:
    """The tiers of a mean's score."""
    return _tiers(written, POINTS)


_ABOVE = NumberField(PURE, "a share above 100% such as 120%", Limits(least=1.0, open_least=True), constant=True)
_LEVEL = NumberField(PURE, "a share such as 95%", Limits(0.5, 0.9999), constant=True, percent=True)
Significance = Annotated[Constant, _LEVEL]


class _Bonus(Part):
    share: Annotated[Constant, replace(_ABOVE, percent=True)] = Field(examples=["120%"])
    """The largest score, above 100%: so much of the outcome's money is earned at `to` and beyond."""


class RateBonus(_Bonus):
    """What is earned above 100%: straight from 100% at `from` to `share` at `to`, or `share` once `from` is reached."""

    start: Annotated[Constant, replace(IMPROVEMENT, constant=True)] = Field(alias="from", examples=["3pp"])
    """The improvement from which more than 100% is earned; not below the last point or tier."""
    to: Annotated[Constant, replace(IMPROVEMENT, constant=True)] | None = Field(default=None, examples=["5pp"])
    """The improvement at which all of the bonus is earned. Default: `from`, at once."""


class MeanBonus(_Bonus):
    """What is earned above 100%: straight from 100% at `from` to `share` at `to`, or `share` once `from` is reached."""

    start: Annotated[Constant, replace(POINTS, constant=True)] = Field(alias="from", examples=["0.3 points"])
    """The improvement from which more than 100% is earned, in points; not below the last point or tier."""
    to: Annotated[Constant, replace(POINTS, constant=True)] | None = Field(default=None, examples=["0.5 points"])
    """The improvement at which all of the bonus is earned, in points. Default: `from`, at once."""


def check_score(score: Score | None, tiers: Score | None, bonus: RateBonus | MeanBonus | None) -> None:
    """Problem unless there is either a score or tiers, and a bonus goes on where 100% is earned."""
    if (score is None) == (tiers is None):
        if score is None:
            raise Problem("the key 'score' is missing (or 'tiers')", on_key=True)
        message = "either score or tiers, not both (over another scenario, write score: {remove: true} as well)"
        raise Problem(message, ("tiers",), on_key=True)
    if bonus is None:
        return
    last, share = (score or tiers or ())[-1]
    if share != 1:
        raise Problem("a bonus begins where 100% is earned, but the last point or tier earns less", ("bonus",))
    if bonus.start.amount < last:
        raise Problem(
            "the bonus begins before 100% is earned; it starts at the last point or tier, or beyond", ("bonus", "from")
        )
    if bonus.to is not None and bonus.to.amount <= bonus.start.amount:
        raise Problem("'to' must be larger than 'from'; leave it out where all is earned at once", ("bonus", "to"))


def _threshold(written: Any) -> Quantity:
    if isinstance(written, Quantity):
        return written
    message = f"expected a score or an improvement or level of the outcome named, such as 50%, got {shown(written)}"
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise Problem(message)
    try:
        return parse_quantity(written)
    except ValueError as error:
        reason = "" if str(error) == "not a quantity" else f" ({error})"
        raise Problem(message + reason) from None


class Gate(Part):
    """Nothing is earned in a year in which another outcome has not reached a threshold."""

    outcome: Name = Field(examples=["safety"])
    """The outcome that must reach the threshold: one with a sourced baseline; its weight may be 0%."""
    figure: Literal["score", "improvement", "level"] = Field(default="score", examples=["level"])
    """What of it: its `score` (after its own gates), its measured `improvement`, or its measured `level`.
    Default: score.
    """
    at_least: Annotated[Quantity, checked(_threshold, {"type": ["string", "number"]})] = Field(examples=["50%"])
    """The threshold, in the unit of the figure: a share, or points of a mean. Exactly there counts as reached."""

    @model_validator(mode="after")
    def _more_than_nothing(self) -> Self:
        if self.figure == "score" and self.at_least.amount <= 0:
            raise Problem("every score is at least 0%: the gate would always be open", ("at_least",)).for_pydantic()
        return self


def gates_of(name: str, outcome: Outcome, services: Mapping[str, Any]) -> Sequence[tuple[tuple[str | int, ...], Gate]]:
    """The gates on an outcome with their paths: its own, then its service's, but for those that name it."""
    found: list[tuple[tuple[str | int, ...], Gate]] = [
        (("outcomes", name, "gates", at), gate) for at, gate in enumerate(outcome.gates)
    ]
    service = services.get(outcome.service)
    if service is not None:
        path = ("services", outcome.service, "outcome_gates")
        found += [((*path, at), gate) for at, gate in enumerate(service.outcome_gates) if gate.outcome != name]
    return found
