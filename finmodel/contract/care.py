"""What care costs its providers, and what the existing terms of each contract pay for it; both before savings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.contract.demand import Demand
from finmodel.contract.events import Events
from finmodel.contract.inputs import Inputs
from finmodel.contract.optimism import services_with_bias, write_factor
from finmodel.contract.prices import write_planned_activity, write_unit_cost
from finmodel.contract.register import annual_value
from finmodel.lines import Expr, Family, maximum, minimum
from finmodel.units import PERSON, POUND, PURE


@dataclass(frozen=True)
class Care:
    """Cost of care and existing terms, by contract.

    `existing` leaves out the contracts that are paid their cost: they are named in `at_cost`. `price` is a person's,
    `plan` the planned people. `planned` is each service's planned activity, 1 in year 1.
    """

    cost: Family
    existing: Family
    at_cost: tuple[str, ...]
    price: Family
    plan: Family
    planned: Mapping[str, Expr]


def write_care(inputs: Inputs, demand: Demand, indices: Mapping[str, Expr]) -> Care:
    """Write cost and existing terms into the sheet."""
    register = inputs.scenario.register
    values = Family("contract", {row.contract: annual_value(inputs.sheet, row) for row in register})
    planned = write_planned_activity(inputs)
    cost = _cost(inputs, demand, values, indices)
    price, plan = _price_and_plan(inputs, demand, values, planned, indices)
    existing = _existing(inputs, demand, values, planned, price, plan, indices)
    return Care(cost, existing, tuple(row.contract for row in register if row.kind == "cost"), price, plan, planned)


def _cost(inputs: Inputs, demand: Demand, values: Family, indices: Mapping[str, Expr]) -> Family:
    """K_c = value_c (1 + b_s) ((1 - v) + v A_c / B_c) R_s I_cost, and optimism bias where no driver carries it."""
    sheet, scenario = inputs.sheet, inputs.scenario
    real_cost = write_unit_cost(inputs)
    variable = inputs.value(
        scenario.contract_register.variable_cost,
        "contract_register.variable_cost",
        "Part of cost that varies with activity",
    )
    fixed = sheet.add("fixed_cost", 1 - variable, label="Part of cost that does not vary with activity")
    index = indices[scenario.contract_register.cost_index]
    factor: dict[str, Expr] = {}
    events, biased = Events(inputs), services_with_bias(scenario)
    for name, service in scenario.services.items():
        error = inputs.value(
            service.opening_error, f"services.{name}.opening_error", "True opening cost over the register's"
        )
        wrong = events.opening_error(name, error)
        label = "Nominal cost for a £ of the register, activity apart"
        nominal = (1 + wrong) * real_cost[name] * index
        if name in biased:
            nominal = nominal * write_factor(inputs)
        factor[name] = sheet.add(f"cost_factor[{name}]", nominal, label=label)
    found: dict[str, Expr] = {}
    for row in scenario.register:
        name = row.contract
        activity = demand.contracts[name] / demand.contracts_at_base[name]
        cost = values[name] * factor[row.service] * (fixed + variable * activity)
        failed = events.provider_cost(row.provider)
        found[name] = sheet.add(
            f"cost_before_savings[{name}]",
            cost if failed is None else cost * failed,
            unit=POUND,
            label=f"{row.provider}: cost of care before savings",
        )
    return Family("contract", found)


def _price_and_plan(
    inputs: Inputs, demand: Demand, values: Family, planned: Mapping[str, Expr], indices: Mapping[str, Expr]
) -> tuple[Family, Family]:
    sheet, base = inputs.sheet, demand.contracts_at_base
    index = indices[inputs.scenario.contract_register.price_index]
    price: dict[str, Expr] = {}
    plan: dict[str, Expr] = {}
    for row in inputs.scenario.register:
        name = row.contract
        formula = values[name] / base[name] * index
        price[name] = sheet.add(f"contract_price[{name}]", formula, unit=POUND / PERSON, label="Price a person")
        plan[name] = sheet.add(f"contract_plan[{name}]", base[name] * planned[row.service], label="Planned people")
    return Family("contract", price), Family("contract", plan)


def _existing(
    inputs: Inputs,
    demand: Demand,
    values: Family,
    planned: Mapping[str, Expr],
    price: Family,
    plan: Family,
    indices: Mapping[str, Expr],
) -> Family:
    """Block: value J I. Activity: price (min(A, plan) + marginal max(A - plan, 0))."""
    sheet, people = inputs.sheet, demand.contracts
    index = indices[inputs.scenario.contract_register.price_index]
    found: dict[str, Expr] = {}
    for row in inputs.scenario.register:
        name = row.contract
        if row.kind == "block":
            amount = values[name] * planned[row.service] * index
        elif row.kind == "activity":
            marginal = sheet.given(
                f"contract_register.marginal_rate[{name}]", row.marginal_rate, PURE, label="Marginal rate above plan"
            )
            paid_for = minimum(people[name], plan[name]) + marginal * maximum(people[name] - plan[name], 0)
            amount = price[name] * paid_for
        else:
            continue
        label = f"{row.provider}: existing terms ({row.kind}), before savings"
        found[name] = sheet.add(f"existing_payment[{name}]", amount, unit=POUND, label=label)
    return Family("contract", found)
