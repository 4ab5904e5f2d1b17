"""How much each outcome counts within its service: as stated, over all that count, by year where some go."""

from __future__ import annotations

from finmodel.contract.inputs import Inputs
from finmodel.contract.withdrawal import write_withdrawn
from finmodel.lines import Expr, Family, sum_over
from finmodel.scenario import Outcome, Scenario
from finmodel.units import PURE


def counted_outcomes(scenario: Scenario, service: str) -> dict[str, Outcome]:
    """The sourced outcomes of a service that have a weight."""
    return {
        name: outcome
        for name, outcome in scenario.outcomes.items()
        if outcome.service == service and outcome.evidence == "sourced" and outcome.weight.amount > 0
    }


def stated_weight(inputs: Inputs, name: str) -> Expr:
    """The weight as written."""
    sheet, line, outcome = inputs.sheet, f"outcomes.{name}.weight", inputs.scenario.outcomes[name]
    if line in sheet:
        return sheet.ref(line)
    return sheet.given(line, outcome.weight.amount, PURE, label=f"{outcome.label}: weight as stated")


def write_weights(inputs: Inputs, service: str) -> dict[str, Expr]:
    """The weights of a service's outcomes, made to add up to one."""
    sheet, counted = inputs.sheet, counted_outcomes(inputs.scenario, service)
    stated = {name: stated_weight(inputs, name) for name in counted}
    if not stated:
        return {}
    line, label = f"outcome_weights[{service}]", "Weights of the service's outcomes that count, as stated"
    total = sheet.ref(line) if line in sheet else sheet.add(line, sum_over(Family("outcome", stated)), label=label)
    found: dict[str, Expr] = {}
    for name, outcome in counted.items():
        line, label = f"outcomes.{name}.share_of_weights", f"{outcome.label}: weight over those of the service"
        found[name] = sheet.ref(line) if line in sheet else sheet.add(line, stated[name] / total, label=label)
    return found


def write_weights_by_year(inputs: Inputs, service: str, weights: dict[str, Expr]) -> dict[str, Expr]:
    """The weights of the service's outcomes, by year, where some may pass to others; nothing where none can."""
    counted = counted_outcomes(inputs.scenario, service)
    passing = {n: o for n, o in counted.items() if o.withdrawn is not None and o.withdrawn.weight == "others"}
    if not passing:
        return {}
    sheet, found = inputs.sheet, dict[str, Expr]()
    gone: dict[str, Expr] = {}
    for name, outcome in passing.items():
        withdrawn = write_withdrawn(inputs, name, outcome)
        assert withdrawn is not None
        gone[name] = withdrawn * weights[name]
    line = f"outcomes_weight_left[{service}]"
    left = (
        sheet.ref(line)
        if line in sheet
        else sheet.add(line, 1 - sum_over(Family("outcome", gone)), unit=PURE, label="Weight of what is measured")
    )
    for name, outcome in counted.items():
        line = f"outcomes.{name}.weight_now"
        still = weights[name] - gone[name] if name in gone else weights[name]
        label = f"{outcome.label}: weight, with those withdrawn shared out"
        found[name] = sheet.ref(line) if line in sheet else sheet.add(line, still / left, unit=PURE, label=label)
    return found
