"""What all payment models of a contract share, as lines: prices, people, cost of care, target, shares and allocations.

Formulas and symbols: docs/model.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.contract.inputs import Inputs
from finmodel.lines import Expr, Family, Period, Sheet, maximum, minimum, spread, sum_over, sum_periods
from finmodel.scenario import RegisterRow, Scenario
from finmodel.units import PURE, REAL_POUND, POUND

GROUP_OF_SERVICE = "all"


@dataclass(frozen=True)
class Terms:
    """What the existing terms pay, by contract, before savings. `paid` leaves out the contracts that are paid their cost."""

    paid: Family
    at_cost: tuple[str, ...]
    price: Family
    plan: Family


@dataclass(frozen=True)
class Shared:
    """Lines that every payment model reads."""

    sheet: Sheet
    inputs: Inputs
    scenario: Scenario
    rows: Mapping[str, RegisterRow]
    indices: Mapping[str, Expr]
    population: Expr
    service_people: Family
    site_people: Mapping[tuple[str, str], Expr]
    contract_people: Family
    cost: Family
    existing: Terms
    target: Family
    target_total: Expr
    payers: tuple[str, ...]
    shares: Mapping[str, Family]
    """For each service, the share of each paying commissioner."""
    weights: Family
    allocation: Family


def build_shared(scenario: Scenario, sheet: Sheet, inputs: Inputs) -> Shared:
    """Write the shared lines into the sheet."""
    rows = {row.contract: row for row in scenario.register}
    indices = _indices(scenario, inputs)
    population = inputs.grown(
        "population",
        inputs.value(scenario.contract.population, "contract.population", "Population in year 1"),
        inputs.value(scenario.contract.population_growth, "contract.population_growth", "Growth of population a year"),
        "Population",
    )
    planned, real_cost = _service_indices(scenario, inputs)
    sites, services = _demand(scenario, sheet, inputs)
    people, base_people = _contract_people(scenario, sheet, inputs, rows, sites, services)
    values = _values(sheet, rows)
    cost = _cost(scenario, sheet, inputs, rows, values, people, base_people, real_cost, indices)
    existing = _existing_terms(scenario, sheet, rows, values, people, base_people, planned, indices)
    target, total = _target(scenario, sheet, planned, indices)
    payers, shares = _shares(scenario, sheet, rows)
    weights = _weights(sheet, payers, shares, target, total)
    allocation = _allocation(scenario, sheet, inputs, payers, shares)
    return Shared(
        sheet, inputs, scenario, rows, indices, population, services, sites, people, cost, existing, target, total, payers, shares,
        weights, allocation,
    )  # fmt: skip


def _indices(scenario: Scenario, inputs: Inputs) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for name, index in scenario.indices.items():
        change = inputs.value(index.change, f"indices.{name}.change", "Change of prices a year")
        efficiency = inputs.value(index.efficiency, f"indices.{name}.efficiency", "Efficiency a year")
        growth = (1 + change) * (1 - efficiency)
        found[name] = inputs.index(f"index.{name}", growth, POUND / REAL_POUND, index.label or name, service=False)
    return found


def _service_indices(scenario: Scenario, inputs: Inputs) -> tuple[dict[str, Expr], dict[str, Expr]]:
    planned: dict[str, Expr] = {}
    real_cost: dict[str, Expr] = {}
    for name, service in scenario.services.items():
        growth = inputs.value(service.planned_growth, f"services.{name}.planned_growth", "Planned growth of activity a year")
        planned[name] = inputs.index(f"planned_activity[{name}]", 1 + growth, PURE, "Planned activity (year 1 = 1)", service=True)
        growth = inputs.value(service.cost_growth, f"services.{name}.cost_growth", "Real growth of unit cost a year")
        real_cost[name] = inputs.index(f"unit_cost[{name}]", 1 + growth, PURE, "Real unit cost (year 1 = 1)", service=True)
    return planned, real_cost


def _demand(scenario: Scenario, sheet: Sheet, inputs: Inputs) -> tuple[dict[tuple[str, str], Expr], Family]:
    sites: dict[tuple[str, str], Expr] = {}
    services: dict[str, Expr] = {}
    for name, service in scenario.services.items():
        shock = inputs.value(service.demand_shock, f"services.{name}.demand_shock", "Demand shock of the year")
        people: dict[str, Expr] = {}
        for site, part in service.sites.items():
            path = f"services.{name}.sites.{site}"
            first = inputs.value(part.people, f"{path}.people", "People in year 1")
            growth = inputs.value(part.growth, f"{path}.growth", "Growth of people a year")
            level = inputs.grown(f"people_before_shock[{name}.{site}]", first, growth, "People before the year's shock")
            people[site] = sheet.add(f"people[{name}.{site}]", level * (1 + shock), label=part.label or site)
            sites[name, site] = people[site]
        services[name] = sheet.add(f"people[{name}]", sum_over(Family("site", people)), label=f"{service.label}: people")
        sites[name, GROUP_OF_SERVICE] = services[name]
    return sites, Family("service", services)


def _values(sheet: Sheet, rows: Mapping[str, RegisterRow]) -> Family:
    return Family(
        "contract",
        {
            name: sheet.given(f"contract_register.annual_value[{name}]", row.annual_value, REAL_POUND, label=row.provider)
            for name, row in rows.items()
        },
    )


def _contract_people(
    scenario: Scenario,
    sheet: Sheet,
    inputs: Inputs,
    rows: Mapping[str, RegisterRow],
    sites: Mapping[tuple[str, str], Expr],
    services: Family,
) -> tuple[Family, Family]:
    groups: dict[tuple[str, str], list[RegisterRow]] = {}
    for row in rows.values():
        groups.setdefault((row.service, row.site or GROUP_OF_SERVICE), []).append(row)
    people: dict[str, Expr] = {}
    base_people: dict[str, Expr] = {}
    for (service, site), members in groups.items():
        group = f"{service}.{site}"
        stated = {
            name: inputs.value(part.people, f"services.{service}.sites.{name}.people")
            for name, part in scenario.services[service].sites.items()
            if site in (GROUP_OF_SERVICE, name)
        }
        base = sheet.add(f"base_people[{group}]", sum_over(Family("site", dict(stated))), label="People in year 1 of the group")
        shock = inputs.value(scenario.services[service].demand_shock, f"services.{service}.demand_shock")
        total_value = sum(row.annual_value for row in members)
        weights: dict[str, Expr] = {}
        for row in members:
            name = row.contract
            share = sheet.given(f"share_of_group[{name}]", row.annual_value / total_value, PURE, label=f"Share of {group}")
            base_people[name] = sheet.add(f"contract_base_people[{name}]", share * base, label="People in year 1")
            loading = sheet.given(f"contract_register.loading[{name}]", row.loading, PURE, label="Loading on the service's shock")
            own = inputs.own(
                scenario.contract_register.own_shock, "contract_register.own_shock", name, "The contract's own shock of the year"
            )
            weights[name] = sheet.add(
                f"contract_weight[{name}]", share * maximum(0, 1 + loading * shock + own), label="Share of the group before scaling"
            )
        scale = sheet.add(
            f"people_per_weight[{group}]",
            sites[service, site] / sum_over(Family("contract", weights)),
            label="Contracts sum to their group",
        )
        for row in members:
            people[row.contract] = sheet.add(
                f"contract_people[{row.contract}]", weights[row.contract] * scale, label=f"{row.provider}: people"
            )
    ordered = list(rows)
    return (
        Family("contract", {name: people[name] for name in ordered}),
        Family("contract", {name: base_people[name] for name in ordered}),
    )


def _cost(
    scenario: Scenario,
    sheet: Sheet,
    inputs: Inputs,
    rows: Mapping[str, RegisterRow],
    values: Family,
    people: Family,
    base_people: Family,
    real_cost: Mapping[str, Expr],
    indices: Mapping[str, Expr],
) -> Family:
    register = scenario.contract_register
    variable = inputs.value(register.variable_cost, "contract_register.variable_cost", "Part of cost that varies with activity")
    factor: dict[str, Expr] = {}
    for name, service in scenario.services.items():
        error = inputs.value(service.opening_error, f"services.{name}.opening_error", "True opening cost over the register's")
        factor[name] = sheet.add(
            f"cost_factor[{name}]",
            (1 + error) * real_cost[name] * indices[register.cost_index],
            label="Nominal cost for a £ of the register, activity apart",
        )
    fixed = sheet.add("fixed_cost", 1 - variable, label="Part of cost that does not vary with activity")
    return Family(
        "contract",
        {
            name: sheet.add(
                f"cost_before_savings[{name}]",
                values[name] * factor[row.service] * (fixed + variable * (people[name] / base_people[name])),
                unit=POUND,
                label=f"{row.provider}: cost of care before savings",
            )
            for name, row in rows.items()
        },
    )


def _existing_terms(
    scenario: Scenario,
    sheet: Sheet,
    rows: Mapping[str, RegisterRow],
    values: Family,
    people: Family,
    base_people: Family,
    planned: Mapping[str, Expr],
    indices: Mapping[str, Expr],
) -> Terms:
    price_index = indices[scenario.contract_register.price_index]
    paid: dict[str, Expr] = {}
    price: dict[str, Expr] = {}
    plan: dict[str, Expr] = {}
    for name, row in rows.items():
        price[name] = sheet.add(
            f"contract_price[{name}]", values[name] / base_people[name] * price_index, unit=POUND / base_people[name].unit,  # type: ignore[operator]
            label="Price a person",
        )  # fmt: skip
        plan[name] = sheet.add(f"contract_plan[{name}]", base_people[name] * planned[row.service], label="Planned people")
        if row.kind == "block":
            amount = values[name] * planned[row.service] * price_index
        elif row.kind == "activity":
            marginal = sheet.given(
                f"contract_register.marginal_rate[{name}]", row.marginal_rate, PURE, label="Marginal rate above plan"
            )
            above = maximum(people[name] - plan[name], 0)
            amount = price[name] * (minimum(people[name], plan[name]) + marginal * above)
        else:
            continue
        paid[name] = sheet.add(
            f"existing_payment[{name}]", amount, unit=POUND, label=f"{row.provider}: existing terms ({row.kind}), before savings"
        )
    at_cost = tuple(name for name, row in rows.items() if row.kind == "cost")
    return Terms(Family("contract", paid), at_cost, Family("contract", price), Family("contract", plan))


def _target(
    scenario: Scenario, sheet: Sheet, planned: Mapping[str, Expr], indices: Mapping[str, Expr]
) -> tuple[Family, Expr]:
    index = indices[scenario.contract.target.index]
    target: dict[str, Expr] = {}
    for name, service in scenario.services.items():
        pool = sheet.given(
            f"pool_a_year[{name}]", service.pool.amount / scenario.contract.years, REAL_POUND, label=f"{service.label}: pool a year"
        )
        target[name] = sheet.add(f"target[{name}]", pool * planned[name] * index, label=f"{service.label}: expenditure target")
    family = Family("service", target)
    return family, sheet.add("target", sum_over(family), label="Expenditure target and envelope")


def _shares(
    scenario: Scenario, sheet: Sheet, rows: Mapping[str, RegisterRow]
) -> tuple[tuple[str, ...], dict[str, Family]]:
    paying = {row.commissioner for row in rows.values()}
    payers = tuple(name for name in scenario.parties.commissioners if name in paying)
    shares: dict[str, Family] = {}
    for service in scenario.services:
        members = [row for row in rows.values() if row.service == service]
        total = sum(row.annual_value for row in members)
        shares[service] = Family(
            "commissioner",
            {
                payer: sheet.given(
                    f"share_of[{service}.{payer}]",
                    sum(row.annual_value for row in members if row.commissioner == payer) / total,
                    PURE,
                    label=f"{scenario.parties.commissioners[payer].label}: share of {scenario.services[service].label}",
                )
                for payer in payers
            },
        )
    return payers, shares


def _weights(
    sheet: Sheet, payers: tuple[str, ...], shares: Mapping[str, Family], target: Family, total: Expr
) -> Family:
    return sheet.add_family(
        "share_of_target",
        Family(
            "commissioner",
            {payer: sum_over(Family("service", {s: shares[s][payer] * target[s] for s in target})) / total for payer in payers},
        ),
        label="Share of the year's target",
    )


def _allocation(
    scenario: Scenario, sheet: Sheet, inputs: Inputs, payers: tuple[str, ...], shares: Mapping[str, Family]
) -> Family:
    found: dict[str, Expr] = {}
    par = sheet.given("par", 1.0, POUND / REAL_POUND, label="£ of year 1 for a £ at base-year prices: year 1 is the base")
    for payer in payers:
        commissioner = scenario.parties.commissioners[payer]
        if commissioner.allocation is None:
            continue
        path = f"parties.commissioners.{payer}.allocation"
        headroom = inputs.value(commissioner.allocation.headroom, f"{path}.headroom", "Allocation over share of pool, year 1")
        growth = inputs.value(commissioner.allocation.growth, f"{path}.growth", "Growth of allocation a year")
        pool = sum_over(
            Family("service", {s: shares[s][payer] * sheet.ref(f"pool_a_year[{s}]") for s in scenario.services})
        )
        first = sheet.add(f"opening_allocation[{payer}]", pool * (1 + headroom) * par, unit=POUND, label="Allocation, year 1")
        year = inputs.grown(f"allocation_of_year[{payer}]", first, growth, f"{commissioner.label}: allocation")
        found[payer] = sheet.add(
            f"allocation[{payer}]",
            sum_periods(spread(year), Period.FINANCIAL_YEAR),
            label=f"{commissioner.label}: allocation",
            service=False,
        )
    return Family("commissioner", found)
