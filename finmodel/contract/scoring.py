"""From an improvement to a score, and a figure pooled over years (docs/model.md, "Outcomes")."""

from __future__ import annotations

from typing import Protocol

from finmodel.lines import Expr, Period, Sheet, curve, reached, steps, where
from finmodel.scenario import MeanOutcome, Outcome
from finmodel.units import POINT, PURE, Unit


class Given(Protocol):
    """Writes a stated number as an input line, once."""

    def __call__(self, name: str, value: float, unit: Unit, label: str) -> Expr: ...


def by_improvement(given: Given, path: str, outcome: Outcome, improvement: Expr) -> Expr:
    """The score by points or tiers, and the bonus above them."""
    unit = POINT if isinstance(outcome, MeanOutcome) else PURE

    def at(name: str, amount: float, label: str) -> Expr:
        return given(f"{path}.{name}", amount, unit, label)

    if outcome.score is not None:
        label = "Improvement at a point of the score"
        score = curve(improvement, [(at(f"score_at_{n}", x, label), y) for n, (x, y) in enumerate(outcome.score, 1)])
    else:
        assert outcome.tiers is not None
        tiers = [(at(f"tier_{n}", x, "Improvement at a tier"), y) for n, (x, y) in enumerate(outcome.tiers, 1)]
        score = steps(improvement, 0, tiers)
    bonus = outcome.bonus
    if bonus is None:
        return score
    start = at("bonus.from", bonus.start.amount, "Improvement from which a bonus is earned")
    above = given(f"{path}.bonus.share", bonus.share.amount, PURE, "Largest score, with the bonus") - 1
    if bonus.to is None:
        return score + where(reached(improvement, start), above, 0)
    end = at("bonus.to", bonus.to.amount, "Improvement at which all of the bonus is earned")
    return score + above * curve(improvement, [(start, 0), (end, 1)])


def people_pooled(sheet: Sheet, path: str, number: Expr, years: int) -> Expr:
    """The sample size of the last years together; before contract year 1 nobody is measured (a lag reads 0)."""
    name = f"{path}.number_pooled"
    if name in sheet:
        return sheet.ref(name)
    total = _last(sheet, f"{path}.number_of_year", number, years, "Sample size of the year")
    return sheet.add(name, total, label=f"Sample size of {years} years")


def mean_pooled(sheet: Sheet, name: str, value: Expr, number: Expr, years: int, label: str, people: Expr) -> Expr:
    """The mean of a figure over the last years, each weighing by its people; the year's own where nobody is left."""
    line = f"{name}_pooled"
    if line in sheet:
        return sheet.ref(line)
    total = _last(sheet, f"{name}_times_number", number * value, years, f"{label}, times sample size")
    some = people > 0
    return sheet.add(line, where(some, total / where(some, people, 1), value), label=f"{label}, {years} years pooled")


def _last(sheet: Sheet, name: str, of_year: Expr, years: int, label: str) -> Expr:
    each = sheet.add(name, of_year, label=label, period=Period.CONTRACT_YEAR)
    total: Expr = each
    for before in range(1, years):
        total = total + each.lag(before)
    return total
