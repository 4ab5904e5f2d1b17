"""What all payment models of a contract share, as lines. Formulas and symbols: docs/model.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from finmodel.contract.care import Care, write_care
from finmodel.contract.demand import Demand, write_demand
from finmodel.contract.inputs import Inputs
from finmodel.contract.prices import write_index, write_indices
from finmodel.contract.target import Target, write_target
from finmodel.lines import Expr, Sheet
from finmodel.scenario import RegisterRow, Scenario


@dataclass(frozen=True)
class Shared:
    """Lines that every payment model reads."""

    scenario: Scenario
    sheet: Sheet
    inputs: Inputs
    rows: Mapping[str, RegisterRow]
    indices: Mapping[str, Expr]
    population: Expr
    demand: Demand
    care: Care
    target: Target


def write_shared(scenario: Scenario, sheet: Sheet) -> Shared:
    """Write the shared lines into an empty sheet."""
    inputs = Inputs(scenario, sheet)
    inputs.early["population"] = partial(_write_population, inputs)
    inputs.early |= {f"index.{name}": partial(write_index, inputs, name) for name in scenario.indices}
    inputs.write_calculated()
    indices = write_indices(inputs)
    population = _write_population(inputs)
    demand = write_demand(inputs)
    care = write_care(inputs, demand, indices)
    target = write_target(inputs, care.planned, indices)
    rows = {row.contract: row for row in scenario.register}
    return Shared(scenario, sheet, inputs, rows, indices, population, demand, care, target)


def _write_population(inputs: Inputs) -> Expr:
    if "population" in inputs.sheet:
        return inputs.sheet.ref("population")
    contract = inputs.scenario.contract
    first = inputs.value(contract.population, "contract.population", "Population in year 1")
    label = "Growth of population a year"
    growth = inputs.value(contract.population_growth, "contract.population_growth", label)
    return inputs.grown("population", first, growth, "Population")
