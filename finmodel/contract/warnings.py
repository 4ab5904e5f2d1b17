"""Questionable but legal things in a scenario: each kind has a code, and can be accepted with a reason.

`accepted: {W02: why it is right here}` in the scenario silences a kind; an entry for a kind that does not occur is a
mistake, as anything unused is. docs/reference/warnings.md says what each means and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from finmodel.contract.inputs import driver_of
from finmodel.contract.optimism import optimism_twice
from finmodel.contract.payment.outcome_withhold import OutcomeWithhold
from finmodel.contract.warnings_numbers import below_zero, without_source
from finmodel.errors import InputError, Mistake, Span, nearest
from finmodel.scenario import ByYear, Calculated, Constant, Outcome, Ramp, Scenario, Uncertain, Value
from finmodel.uncertainty import central_values

TITLES = {
    "W01": "VAT is nothing, without a source",
    "W02": "noise is larger than the effect",
    "W03": "much money on an outcome that is mostly noise",
    "W04": "target and cost carry different efficiency",
    "W05": "a large withhold",
    "W06": "a commissioner that pays has no allocation",
    "W07": "savings are large",
    "W08": "a distribution reaches below zero",
    "W09": "a number that matters has no source",
    "W10": "optimism is counted twice",
}
_WITHHOLD, _WEIGHT, _SAVINGS = 0.10, 0.25, 0.05


@dataclass(frozen=True)
class Caution:
    """One thing worth a second look: its code, what and why, and where it is written."""

    code: str
    message: str
    path: str
    span: Span
    accepted: str | None = None

    def __str__(self) -> str:
        return f"{self.span}: {self.code} {self.path}: {self.message}"


def warnings_of(scenario: Scenario) -> tuple[Caution, ...]:
    """Every warning, in the order of codes; InputError where `accepted` names one that does not occur."""
    found = [
        Caution(code, message, path, scenario.span(path), scenario.accepted.get(code))
        for code, path, message in _found(scenario)
    ]
    occurring = {one.code for one in found}
    mistakes = []
    for code in scenario.accepted:
        path = f"accepted.{code}"
        if code not in TITLES:
            message = f"there is no warning '{code}'"
            mistakes.append(Mistake(message, scenario.span(path), path, nearest(code, TITLES)))
        elif code not in occurring:
            message = f"the warning '{code}' ({TITLES[code]}) does not occur, so there is nothing to accept"
            mistakes.append(Mistake(message, scenario.span(path), path))
    if mistakes:
        raise InputError(mistakes)
    return tuple(found)


def means(scenario: Scenario, value: Value) -> list[float]:
    """The mean of a number in each contract year; NaN for a formula: known only in a run, it warns of nothing."""
    years = scenario.contract.years
    stated = scenario.value_of(value)
    if isinstance(stated, Constant):
        return [stated.amount] * years
    if isinstance(stated, ByYear):
        return list(stated.amounts)
    if isinstance(stated, Ramp):
        share = [
            min(max((year - stated.start) / (stated.end - stated.start), 0.0), 1.0) for year in range(1, years + 1)
        ]
        return [stated.start_amount + part * (stated.end_amount - stated.start_amount) for part in share]
    if isinstance(stated, Calculated):
        return [math.nan] * years
    assert isinstance(stated, Uncertain)
    return [float(one) for one in central_values(driver_of(stated, stated.path), years)]


Found = tuple[str, str, str]


def _found(scenario: Scenario) -> Iterator[Found]:
    yield from _vat(scenario)
    yield from _noise(scenario)
    yield from _wedge(scenario)
    yield from _withholds(scenario)
    yield from _allocations(scenario)
    yield from _savings(scenario)
    yield from below_zero(scenario)
    yield from without_source(scenario)
    yield from optimism_twice(scenario)


def _vat(scenario: Scenario) -> Iterator[Found]:
    integrator = scenario.parties.integrator
    path = "parties.integrator.vat_leakage"
    if integrator is None or not isinstance(integrator.vat_leakage, Constant) or integrator.vat_leakage.amount:
        return  # tiers say by themselves what each recovers
    if not any(path == one or path.startswith(f"{one}.") for one in scenario.sources):
        yield (
            "W01",
            path,
            "0 without a source: a body outside the NHS cannot recover VAT as the NHS does; say why it is 0",
        )


def _noise(scenario: Scenario) -> Iterator[Found]:
    for name, outcome in scenario.outcomes.items():
        if outcome.evidence == "unsourced" or outcome.weight.amount == 0:
            continue
        phase = scenario.contract.phases[outcome.effect_phase]
        effects = means(scenario, outcome.effect)
        last = min(phase.last, scenario.contract.years)
        effect = abs(effects[last - 1]) * (last - phase.first + 1)
        noise = change_error(scenario, outcome, last)
        if noise is None or noise <= effect:
            continue
        of_noise, of_effect = (_said(amount, outcome) for amount in (noise, effect))
        message = (
            f"the measured change of year {last} has a standard deviation of {of_noise}, more than the mean "
            f"effect by then, {of_effect}: what is earned is mostly chance"
        )
        yield "W02", f"outcomes.{name}", message
        counted = [o for o in scenario.outcomes.values() if o.service == outcome.service and o.evidence == "sourced"]
        weight = outcome.weight.amount / sum(one.weight.amount for one in counted)
        if weight > _WEIGHT:
            yield (
                "W03",
                f"outcomes.{name}.weight",
                f"{weight:.0%} of the service's outcome money rests on a measure that is mostly chance",
            )


def _said(amount: float, outcome: Outcome) -> str:
    return f"{amount:.2f} points" if outcome.measure == "mean" else f"{100 * amount:.1f}pp"


def change_error(scenario: Scenario, outcome: Outcome, year: int) -> float | None:
    """The standard deviation of (measured in `year`, pooled) - (measured baseline), at the baseline's level."""
    pooled = range(max(1, year - outcome.pooled_years + 1), year + 1)
    people = sum(_measured(scenario, outcome, one) for one in pooled)
    if people <= 0:
        return None
    level = outcome.baseline.value.amount
    each = level * (1 - level) if outcome.sd is None else outcome.sd.amount**2
    each *= outcome.overdispersion.amount
    return math.sqrt(each / people + each / outcome.baseline.people.amount)


def _measured(scenario: Scenario, outcome: Outcome, year: int) -> float:
    cohort = outcome.cohort
    if cohort.people is not None:
        return means(scenario, cohort.people)[year - 1]
    sites = scenario.services[outcome.service].sites
    chosen = sites.values() if cohort.site == "all" else [sites[str(cohort.site)]]
    return sum(_people(scenario, site, year) for site in chosen) * means(scenario, cohort.coverage)[year - 1]


def _people(scenario: Scenario, site: Any, year: int) -> float:
    grown: float = means(scenario, site.people)[0]
    for rate in means(scenario, site.growth)[1:year]:
        grown *= 1 + rate
    return grown


def _wedge(scenario: Scenario) -> Iterator[Found]:
    target, cost = scenario.contract.target.index, scenario.contract_register.cost_index
    of_target = sum(means(scenario, scenario.indices[target].efficiency)) / scenario.contract.years
    of_cost = sum(means(scenario, scenario.indices[cost].efficiency)) / scenario.contract.years
    if of_target > of_cost + 1e-12:
        message = (
            f"the target's index takes off {of_target:.2%} a year for efficiency, '{cost}' for cost {of_cost:.2%}: "
            "the target falls behind cost every year by the difference"
        )
        yield "W04", f"indices.{target}.efficiency", message


def _withholds(scenario: Scenario) -> Iterator[Found]:
    for name, model in scenario.payment_models.items():
        for phase, terms in model.phases.items():
            years = scenario.contract.phases[phase].years
            for term in terms:
                if not isinstance(term, OutcomeWithhold):
                    continue
                most = max(means(scenario, term.rate)[year - 1] for year in years)
                if most > _WITHHOLD + 1e-12:
                    path = f"payment_models.{name}.phases.{phase}.{term.name}.rate"
                    yield (
                        "W05",
                        path,
                        f"up to {most:.1%} is kept back: more than 10% strains an integrator's cash and capital",
                    )


def _allocations(scenario: Scenario) -> Iterator[Found]:
    paying = {row.commissioner for row in scenario.register if row.annual_value > 0}
    for name, commissioner in scenario.commissioners.items():
        if name in paying and commissioner.allocation is None:
            message = "it pays for contracts but has no allocation, so whether it can afford them is not measured"
            yield "W06", f"parties.commissioners.{name}", message


def _savings(scenario: Scenario) -> Iterator[Found]:
    savings = scenario.savings
    if savings is None:
        return
    claimed, realised = means(scenario, savings.claimed), means(scenario, savings.realised)
    shares = [a * b for a, b in zip(claimed, realised, strict=True)]
    most = max(shares)
    if most > _SAVINGS:
        message = (
            f"{most:.1%} of payments to providers is saved on average in year {shares.index(most) + 1}: more than 5% "
            "needs evidence from a contract like this one"
        )
        yield "W07", "savings", message
