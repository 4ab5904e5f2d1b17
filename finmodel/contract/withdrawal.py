"""Measures that are withdrawn: from when, what is paid by then, and who takes over their weight."""

from __future__ import annotations

from finmodel.contract.inputs import Inputs
from finmodel.lines import Expr, Family, Sheet, literal, maximum, sum_over, where
from finmodel.scenario import Outcome, Scenario
from finmodel.units import PURE, Unit


def write_withdrawn(inputs: Inputs, name: str, outcome: Outcome) -> Expr | None:
    """1 in the years in which the outcome is no longer measured, else 0; None where it always is."""
    if outcome.withdrawn is None:
        return None
    sheet, line, label = inputs.sheet, f"outcomes.{name}.withdrawn", f"{outcome.label}: no longer measured (1: yes)"
    if line in sheet:
        return sheet.ref(line)
    first, chance = outcome.withdrawn.start, outcome.withdrawn.chance
    if chance is None or chance.amount >= 1:
        return sheet.given(line, [0.0] * (first - 1) + [1.0], PURE, label=label)
    happens = inputs.event(f"outcomes.{name}.withdrawal", chance.amount, f"{outcome.label}: withdrawn in this year")
    earlier = sheet.promise(line, PURE, opening=0.0)
    gone = maximum(earlier.lag(), happens)
    return sheet.add(line, gone if first == 1 else where(inputs.year >= first, gone, 0), label=label, service=False)


def kept(sheet: Sheet, name: str, now: Expr, withdrawn: Expr | None, unit: Unit, label: str) -> Expr:
    """A figure, and from when it is withdrawn the last one that was measured (0 if none ever was): a line."""
    if withdrawn is None:
        return sheet.add(name, now, unit=unit, label=label)
    before = sheet.promise(name, unit, opening=0.0).lag()
    return sheet.add(name, where(withdrawn > 0, before, now), unit=unit, label=label)


def write_weights(scenario: Scenario, inputs: Inputs, service: str) -> dict[str, Expr]:
    """The weights of the service's outcomes, by year, where some may pass to others; nothing where none can."""
    counted = counted_outcomes(scenario, service)
    total = sum(outcome.weight.amount for outcome in counted.values())
    passing = {n: o for n, o in counted.items() if o.withdrawn is not None and o.withdrawn.weight == "others"}
    if not passing:
        return {}
    sheet, found = inputs.sheet, dict[str, Expr]()
    gone: dict[str, Expr] = {}
    for name, outcome in passing.items():
        withdrawn = write_withdrawn(inputs, name, outcome)
        assert withdrawn is not None
        gone[name] = withdrawn * (outcome.weight.amount / total)
    line = f"outcomes_weight_left[{service}]"
    left = (
        sheet.ref(line)
        if line in sheet
        else sheet.add(line, 1 - sum_over(Family("outcome", gone)), unit=PURE, label="Weight of what is measured")
    )
    for name, outcome in counted.items():
        line = f"outcomes.{name}.weight_now"
        own = literal(outcome.weight.amount / total)
        still = own - gone[name] if name in gone else own
        label = f"{outcome.label}: weight, with those withdrawn shared out"
        found[name] = sheet.ref(line) if line in sheet else sheet.add(line, still / left, unit=PURE, label=label)
    return found


def counted_outcomes(scenario: Scenario, service: str) -> dict[str, Outcome]:
    """The sourced outcomes of a service that have a weight."""
    return {
        name: outcome
        for name, outcome in scenario.outcomes.items()
        if outcome.service == service and outcome.evidence == "sourced" and outcome.weight.amount > 0
    }
