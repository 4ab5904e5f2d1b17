"""The expenditure target, which commissioner bears which share of it, and what each commissioner is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.contract.events import Events
from finmodel.contract.inputs import Inputs
from finmodel.contract.register import part_of, total_value
from finmodel.lines import Expr, Family, Period, spread, sum_over, sum_periods
from finmodel.units import POUND, PURE, REAL_POUND

ENVELOPE, BID_DISCOUNT = "envelope", "bid_discount"
"""Lines of a contract that is bid for."""


@dataclass(frozen=True)
class Target:
    """The target by service and in total, and who bears it.

    `envelope` is the target before a bid's discount, which all that is only shared out goes by. Payers are the
    commissioners with contracts. `shares[service]` and `weights` (of the total) are by payer; `allocation` is by
    financial year, of the payers that have one.
    """

    by_service: Family
    total: Expr
    envelope: Family
    whole_envelope: Expr
    payers: tuple[str, ...]
    shares: Mapping[str, Family]
    weights: Family
    allocation: Family


def write_target(inputs: Inputs, planned: Mapping[str, Expr], indices: Mapping[str, Expr]) -> Target:
    """T_s = pool_s / Y x J_s x I_target; weights are each commissioner's part of the year's target."""
    sheet, scenario = inputs.sheet, inputs.scenario
    index = indices[scenario.contract.target.index]
    whole_target: dict[str, Expr] = {}
    stem = "target" if scenario.bid is None else ENVELOPE
    for name, service in scenario.services.items():
        whole = sheet.given(f"services.{name}.pool", service.pool.amount, REAL_POUND, label=f"{service.label}: pool")
        pool = sheet.add(f"pool_a_year[{name}]", whole / scenario.contract.years, label=f"{service.label}: pool a year")
        label = f"{service.label}: expenditure target"
        whole_target[name] = sheet.add(f"{stem}[{name}]", pool * planned[name] * index, label=label)
    envelope = Family("service", whole_target)
    all_of_it = sheet.add(stem, sum_over(envelope), label="Expenditure target and envelope")
    target, total = (envelope, all_of_it) if scenario.bid is None else _bid_target(inputs, envelope)
    payers, shares = _shares(inputs)
    weights = {
        payer: sum_over(Family("service", {s: shares[s][payer] * envelope[s] for s in envelope})) / all_of_it
        for payer in payers
    }
    written = sheet.add_family("share_of_target", Family("commissioner", weights), label="Share of the year's target")
    allocation = _allocation(inputs, payers, shares)
    return Target(target, total, envelope, all_of_it, payers, shares, written, allocation)


def _bid_target(inputs: Inputs, envelope: Family) -> tuple[Family, Expr]:
    """The target at the bid's price: less its discount, or price over pools."""
    sheet, bid = inputs.sheet, inputs.scenario.bid
    assert bid is not None
    if bid.discount is not None:
        discount: Expr = sheet.given("bid.discount", bid.discount.amount, PURE, label="Discount that the bid offers")
    else:
        assert bid.price is not None  # the one or the other is stated
        price = sheet.given("bid.price", bid.price.amount, REAL_POUND, label="Price that the bid offers, all years")
        pools = {s: sheet.ref(f"services.{s}.pool") for s in envelope}
        discount = 1 - price / sum_over(Family("service", dict(pools)))
    line = sheet.add(BID_DISCOUNT, discount, unit=PURE, label="Discount of the bid on the target")
    labels = {name: service.label for name, service in inputs.scenario.services.items()}
    target = {
        s: sheet.add(f"target[{s}]", envelope[s] * (1 - line), label=f"{labels[s]}: target at the bid's price")
        for s in envelope
    }
    by_service = Family("service", dict(target))
    return by_service, sheet.add("target", sum_over(by_service), label="Expenditure target at the bid's price")


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
