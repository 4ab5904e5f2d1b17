"""Limits of an amount, in £ of the year or as a share of the target or of earlier terms: of collar and stop-loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from finmodel.contract.payment.mechanism import Surroundings
from finmodel.lines import Expr, Family, is_zero, maximum, sum_over
from finmodel.scenario import Constant, Problem, Value

Sides = tuple[Value | None, Value | None]
"""A limit as it is written: in £, or as a share."""


def one_way(key: str, sides: Sides) -> None:
    """A limit is written in one way; Problem where it is written in both."""
    if None not in sides:
        raise Problem(f"expected either {key} in £ or {key}_share, not both", (f"{key}_share",))


def rising(low_key: str, low: Sides, high_key: str, high: Sides) -> None:
    """The lower limit lies below the upper one, where both are plain numbers of one sort; else Problem."""
    for suffix, one, other in zip(("", "_share"), low, high, strict=True):
        if isinstance(one, Constant) and isinstance(other, Constant) and one.amount > other.amount:
            raise Problem(f"the {low_key} lies above the {high_key}", (f"{low_key}{suffix}",))


def of_services(amounts: Family, services: Sequence[str] | None) -> Expr:
    """The sum over the services that a term is for."""
    own = amounts.members if services is None else {s: amounts[s] for s in amounts if s in services}
    return sum_over(Family(amounts.set_name, own))


def acted_on(around: Surroundings, on: Sequence[str] | None, services: Sequence[str] | None) -> Expr:
    """The sum of the earlier terms in `on`; where it is left out, of all terms above between the same parties."""
    names = on if on is not None else around.above()
    if not names:
        raise around.mistake("no term above is paid between these parties; say in 'on' what this term acts on")
    found = of_services(around.earlier(names), services)
    if is_zero(found):
        raise around.mistake("these terms pay nothing for the services of this term", "on" if on else "")
    return found


def reference(around: Surroundings, of: Sequence[str] | None, services: Sequence[str] | None) -> Expr:
    """What shares are of: earlier terms, or nothing where their sum is negative; else the expenditure target."""
    if of is None:
        return of_services(around.shared.target.by_service, services)
    return maximum(of_services(around.earlier(of), services), 0)


def limit(around: Surroundings, key: str, sides: Sides, size: Callable[[], Expr], label: str) -> Expr | None:
    """The limit in £ of the year, or None where there is none. `size`: what a share is of."""
    amount, share = sides
    if amount is not None:
        return around.value(amount, key, label)
    if share is not None:
        return around.value(share, f"{key}_share", f"{label}, as a share") * size()
    return None
