"""A Scenario becomes a Contract: one sheet for all chosen payment models, the drivers, and a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from finmodel.contract.flows import ModelLines
from finmodel.contract.inputs import Inputs
from finmodel.contract.model import ModelBuilder
from finmodel.contract.outcomes import Outcomes
from finmodel.contract.results import Output, outputs_of, run_off_years, write_results
from finmodel.contract.shared import write_shared
from finmodel.errors import InputError, Mistake, nearest
from finmodel.lines import Calendar, Plan, Sheet, UnitError, compile_plan
from finmodel.scenario import Scenario
from finmodel.uncertainty import Driver


@dataclass(frozen=True)
class Contract:
    """A compiled scenario. Plain data: a worker process receives it and binds its own buffers."""

    scenario: Scenario
    sheet: Sheet
    calendar: Calendar
    plan: Plan
    drivers: tuple[Driver, ...]
    correlations: tuple[tuple[str, str, float], ...]
    outputs: tuple[Output, ...]
    models: tuple[str, ...]
    notes: tuple[str, ...]
    seed: int

    @property
    def correlations_used(self) -> tuple[tuple[str, str, float], ...]:
        """The correlations among the drivers that are drawn."""
        names = {driver.name for driver in self.drivers}
        return tuple(c for c in self.correlations if c[0] in names and c[1] in names)

    def with_seed(self, seed: int) -> Contract:
        """The same contract under another seed."""
        return replace(self, seed=seed)


def compile_contract(scenario: Scenario, models: Sequence[str] | None = None) -> Contract:
    """Write the lines of the chosen payment models (by default all) and plan the stored figures.

    Raises InputError for an unknown payment model and for every term that cannot be calculated.
    """
    chosen = _chosen(scenario, models)
    sheet = Sheet()
    shared = write_shared(scenario, sheet)
    outcomes = Outcomes(shared)
    written: list[ModelLines] = []
    mistakes: list[Mistake] = []
    for name in chosen:
        try:
            lines = ModelBuilder(shared, outcomes, name, scenario.payment_models[name]).build()
            write_results(shared, lines)
        except InputError as error:
            mistakes += error.mistakes
        except UnitError as error:  # the name of a payment model and that of an index, an outcome … make one line
            path = f"payment_models.{name}"
            mistakes.append(Mistake(f"{error}; rename the payment model", scenario.span(path), path))
        else:
            written.append(lines)
    if mistakes:
        raise InputError(mistakes)
    sheet.close()
    start = scenario.contract.start
    aligned = Calendar(start, scenario.contract.years)
    calendar = replace(aligned, run_off=run_off_years(aligned.offset, written))
    outputs = outputs_of(shared, written, calendar)
    plan = compile_plan(sheet, calendar, [(output.line, (output.period,)) for output in outputs])
    correlations = tuple((c.between[0], c.between[1], c.rank) for c in scenario.correlations)
    drivers = _drivers(shared.inputs, plan, scenario)
    return Contract(
        scenario,
        sheet,
        calendar,
        plan,
        drivers,
        correlations,
        outputs,
        tuple(chosen),
        _notes(scenario, chosen),
        scenario.simulation.seed,
    )


def _chosen(scenario: Scenario, models: Sequence[str] | None) -> list[str]:
    if not models:
        return list(scenario.payment_models)
    mistakes = [
        Mistake(
            f"there is no payment model '{name}' in {scenario.name}", suggestion=nearest(name, scenario.payment_models)
        )
        for name in models
        if name not in scenario.payment_models
    ]
    if mistakes:
        raise InputError(mistakes)
    return [name for name in scenario.payment_models if name in models]


def _drivers(inputs: Inputs, plan: Plan, scenario: Scenario) -> tuple[Driver, ...]:
    """The drivers that the plan reads, and those that they are correlated with: a group is drawn together."""
    needed = set(plan.drivers)
    pairs = [correlation.between for correlation in scenario.correlations]
    grown = True
    while grown:
        grown = False
        for a, b in pairs:
            if (a in needed) != (b in needed):
                needed |= {a, b}
                grown = True
    known = dict(inputs.drivers)
    for name, value in scenario.uncertain().items():
        if name in needed and name not in known:
            known[name] = Driver(
                name, value.kind, value.parameters, value.vary == "yearly", value.persistence, value.central
            )
    return tuple(known[name] for name in sorted(needed))


def _notes(scenario: Scenario, chosen: list[str]) -> tuple[str, ...]:
    """Things that a reader of any result must know, said aloud."""
    pool = sum(service.pool.amount for service in scenario.services.values())
    years = scenario.contract.years
    notes = [f"The pool of £{pool / 1e6:,.0f}m is read as {years} years at the constant prices and activity of year 1."]
    illustrative = sum("illustrative" in row.note.lower() for row in scenario.register)
    if illustrative:
        notes.append(f"{illustrative} of the register's {len(scenario.register)} contracts are illustrative.")
    for service, part in scenario.services.items():
        label = part.label
        outcomes = {n: o for n, o in scenario.outcomes.items() if o.service == service}
        left_out = [o for o in outcomes.values() if o.evidence == "unsourced"]
        counted = [o for o in outcomes.values() if o.evidence == "sourced"]
        if not any(o.weight.amount > 0 for o in counted):
            notes.append(f"{label}: no sourced outcome, so no outcome money is withheld or earned there.")
        elif left_out:
            total = sum(o.weight.amount for o in counted)
            weights = ", ".join(f"{o.label} {o.weight.amount / total:.1%}" for o in counted)
            names = ", ".join(o.label for o in left_out)
            notes.append(
                f"{label}: left out for want of a sourced baseline: {names}; weights renormalised to {weights}."
            )
    if any(scenario.payment_models[name].effect for name in chosen):
        notes.append(
            "Outcomes differ between payment models only because the scenario says so: effort follows no incentive."
        )
    return tuple(notes)
