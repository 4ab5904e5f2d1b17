"""The expenditure target, which commissioner bears which share of it, and what each commissioner is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.contract.events import Events
from finmodel.contract.inputs import Inputs
from finmodel.contract.register import part_of, total_value
from finmodel.lines import Expr, Family, Period, spread, sum_over, sum_periods
from finmodel.units import POUND, PURE, REAL_POUND


@dataclass(frozen=True)
class Target:
    """The target by service and in total, and who bears it.

    Payers are the commissioners with contracts. `shares[service]` and `weights` (of the total) are by payer;
    `allocation` is by financial year, of the payers that have one.
    """

    by_service: Family
    total: Expr
    payers: tuple[str, ...]
    shares: Mapping[str, Family]
    weights: Family
    allocation: Family


def write_target(inputs: Inputs, planned: Mapping[str, Expr], indices: Mapping[str, Expr]) -> Target:
    """T_s = pool_s / Y x J_s x I_target; weights are each commissioner's part of the year's target."""
    sheet, scenario = inputs.sheet, inputs.scenario
    index = indices[scenario.contract.target.index]
    years = sheet.given("contract.years", float(scenario.contract.years), PURE, label="Years of the contract")
    target: dict[str, Expr] = {}
    for name, service in scenario.services.items():
        whole = sheet.given(f"services.{name}.pool", service.pool.amount, REAL_POUND, label=f"{service.label}: pool")
        pool = sheet.add(f"pool_a_year[{name}]", whole / years, label=f"{service.label}: pool a year")
        label = f"{service.label}: expenditure target"
        target[name] = sheet.add(f"target[{name}]", pool * planned[name] * index, label=label)
    total = sheet.add("target", sum_over(Family("service", dict(target))), label="Expenditure target and envelope")
    payers, shares = _shares(inputs)
    weights = {
        payer: sum_over(Family("service", {s: shares[s][payer] * target[s] for s in target})) / total
        for payer in payers
    }
    written = sheet.add_family("share_of_target", Family("commissioner", weights), label="Share of the year's target")
    allocation = _allocation(inputs, payers, shares)
    return Target(Family("service", dict(target)), total, payers, shares, written, allocation)


def _shares(inputs: Inputs) -> tuple[tuple[str, ...], dict[str, Family]]:
    """Each paying commissioner's part of each service's value in the register."""
    scenario = inputs.scenario
    paying = {row.commissioner for row in scenario.register}
    payers = tuple(name for name in scenario.parties.commissioners if name in paying)
    shares: dict[str, Family] = {}
    for service, part in scenario.services.items():
        members = [row for row in scenario.register if row.service == service]
        total = total_value(
            inputs.sheet, f"register_value[{service}]", members, f"{part.label}: value of the contracts"
        )
        found: dict[str, Expr] = {}
        for payer in payers:
            own = [row for row in members if row.commissioner == payer]
            label = f"{scenario.parties.commissioners[payer].label}: share of {part.label}"
            found[payer] = part_of(inputs.sheet, f"share_of[{service}.{payer}]", own, total, label)
        shares[service] = Family("commissioner", found)
    return payers, shares


def _allocation(inputs: Inputs, payers: tuple[str, ...], shares: Mapping[str, Family]) -> Family:
    """As stated by year, or share of the pool with headroom, grown; even over the months of a contract year."""
    sheet, scenario = inputs.sheet, inputs.scenario
    par: Expr = sheet.given("par", 1.0, POUND / REAL_POUND, label="£ of year 1 for a £ at base-year prices")
    index = scenario.contract.target.index
    since = scenario.indices[index].since_base
    if since is not None:
        name = f"indices.{index}.since_base"
        par = sheet.add("prices_since_base", par * (1 + inputs.value(since, name)), label="£ of year 1 for a £ of pool")
    found: dict[str, Expr] = {}
    for payer in payers:
        commissioner = scenario.parties.commissioners[payer]
        stated = commissioner.allocation
        if stated is None:
            continue
        path = f"parties.commissioners.{payer}.allocation"
        label, name = f"{commissioner.label}: allocation", f"allocation_of_year[{payer}]"
        if stated.amounts is not None:
            amounts = inputs.value(stated.amounts, f"{path}.amounts", "Allocation as stated")
            year = sheet.add(name, amounts, label=label, period=Period.CONTRACT_YEAR)
        else:
            assert stated.headroom is not None  # the one or the other is stated
            assert stated.growth is not None
            headroom = inputs.value(stated.headroom, f"{path}.headroom", "Allocation over share of pool")
            growth = inputs.value(stated.growth, f"{path}.growth", "Growth of allocation a year")
            pools = {s: shares[s][payer] * sheet.ref(f"pool_a_year[{s}]") for s in scenario.services}
            first = sheet.add(
                f"opening_allocation[{payer}]",
                sum_over(Family("service", pools)) * (1 + headroom) * par,
                unit=POUND,
                label="Allocation, year 1",
            )
            year = inputs.grown(name, first, growth, label)
        left = Events(inputs).allocation(payer)
        if left is not None:
            year = sheet.add(f"allocation_after_shortfall[{payer}]", year * left, unit=POUND, label=label)
        by_financial_year = sum_periods(spread(year), Period.FINANCIAL_YEAR)
        found[payer] = sheet.add(f"allocation[{payer}]", by_financial_year, label=label, service=False)
    return Family("commissioner", found)
