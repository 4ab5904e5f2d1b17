"""A rate by the number of people: straight between stated points, flat outside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from finmodel.contract.payment.mechanism import Surroundings
from finmodel.lines import Expr, curve
from finmodel.scenario import Constant, Problem
from finmodel.scenario.fields import PEOPLE, SHARE
from finmodel.scenario.parts import checked
from finmodel.scenario.problems import shown
from finmodel.units import PERSON

_PAIR = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 2}
_SCHEMA = {"type": "array", "items": _PAIR, "minItems": 2}


@dataclass(frozen=True)
class Scale:
    """Points of people and the share there; people rise."""

    points: tuple[tuple[float, float], ...]


def _read(written: Any) -> Scale:
    if isinstance(written, Scale):
        return written
    if not isinstance(written, list) or len(written) < 2:
        raise Problem(f"expected at least two points [people, share], got {shown(written)}")
    found: list[tuple[float, float]] = []
    for at, point in enumerate(written):
        if not isinstance(point, list) or len(point) != 2:
            raise Problem(f"expected a point [people, share], got {shown(point)}", (at,))
        pair = []
        for place, (field, item) in enumerate(zip((PEOPLE, SHARE), point, strict=True)):
            try:
                pair.append(field.amount(item))
            except Problem as problem:
                raise Problem(problem.message, (at, place)) from None
        if found and pair[0] <= found[-1][0]:
            raise Problem("each number of people must be larger than the one before", (at, 0))
        found.append((pair[0], pair[1]))
    return Scale(tuple(found))


PeopleScale = Annotated[Scale, checked(_read, _SCHEMA)]


def rate_for(around: Surroundings, people: Expr, points: Sequence[tuple[float, float]], key: str) -> Expr:
    """The rate for so many people."""
    lines: list[tuple[Expr, Expr]] = [
        (
            around.value(Constant(number, PERSON), f"{key}_people_{at}", "People at a point of the scale"),
            around.given(f"{key}_rate_{at}", rate, "Rate at a point of the scale"),
        )
        for at, (number, rate) in enumerate(points, start=1)
    ]
    return curve(people, lines)
