"""Demand: people by site and service, and how they fall on the contracts (conventions, rule 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finmodel.contract.inputs import Inputs
from finmodel.contract.register import part_of, total_value
from finmodel.lines import Expr, Family, maximum, sum_over, where
from finmodel.scenario import RegisterRow
from finmodel.units import PURE

ALL_SITES = "all"


@dataclass(frozen=True)
class Demand:
    """People a year: by (service, site), site `all` being the whole service; by contract, also in year 1."""

    sites: Mapping[tuple[str, str], Expr]
    contracts: Family
    contracts_at_base: Family


def write_demand(inputs: Inputs) -> Demand:
    """Write demand into the sheet."""
    sites = _sites(inputs)
    people: dict[str, Expr] = {}
    base: dict[str, Expr] = {}
    groups: dict[tuple[str, str], list[RegisterRow]] = {}
    for row in inputs.scenario.register:
        groups.setdefault((row.service, row.site or ALL_SITES), []).append(row)
    for group, members in groups.items():
        _contracts_of_group(inputs, group, members, sites[group], people, base)
    order = [row.contract for row in inputs.scenario.register]
    return Demand(
        sites,
        Family("contract", {name: people[name] for name in order}),
        Family("contract", {name: base[name] for name in order}),
    )


def _sites(inputs: Inputs) -> dict[tuple[str, str], Expr]:
    """V_i = L_i (1 + shock), L_i grown from the stated people; a service is the sum of its sites."""
    sites: dict[tuple[str, str], Expr] = {}
    for name, service in inputs.scenario.services.items():
        shock = _shock(inputs, name)
        own: dict[str, Expr] = {}
        for site, part in service.sites.items():
            path = f"services.{name}.sites.{site}"
            first = inputs.value(part.people, f"{path}.people", "People in year 1")
            growth = inputs.value(part.growth, f"{path}.growth", "Growth of people a year")
            level = inputs.grown(f"people_before_shock[{name}.{site}]", first, growth, "People before the year's shock")
            own[site] = inputs.sheet.add(f"people[{name}.{site}]", level * (1 + shock), label=part.label or site)
            sites[name, site] = own[site]
        whole = sum_over(Family("site", own))
        sites[name, ALL_SITES] = inputs.sheet.add(f"people[{name}]", whole, label=f"{service.label}: people")
    return sites


def _shock(inputs: Inputs, service: str) -> Expr:
    shock = inputs.scenario.services[service].demand_shock
    return inputs.value(shock, f"services.{service}.demand_shock", "Demand shock of the year")


def _contracts_of_group(
    inputs: Inputs,
    group: tuple[str, str],
    members: list[RegisterRow],
    group_people: Expr,
    people: dict[str, Expr],
    base: dict[str, Expr],
) -> None:
    """Contract c has people V_g w_c / (sum of w), w_c = q_c max(0, 1 + loading_c shock + own_c), q_c by value.

    A group of one contract is that contract's; where all weights are zero the shares q_c hold.
    """
    sheet, (service, site) = inputs.sheet, group
    word = f"{service}.{site}"
    stated = {
        name: inputs.value(part.people, f"services.{service}.sites.{name}.people")
        for name, part in inputs.scenario.services[service].sites.items()
        if site in {ALL_SITES, name}
    }
    group_base = sheet.add(f"base_people[{word}]", sum_over(Family("site", dict(stated))), label="People in year 1")
    shock = _shock(inputs, service)
    value = total_value(sheet, f"register_value[{word}]", members, f"Value of the contracts of {word}")
    weights: dict[str, Expr] = {}
    for row in members:
        name = row.contract
        share = part_of(sheet, f"share_of_group[{name}]", [row], value, f"Share of {word}")
        base[name] = sheet.add(f"contract_base_people[{name}]", share * group_base, label="People in year 1")
        loading = sheet.given(
            f"contract_register.loading[{name}]", row.loading, PURE, label="Loading on the service's shock"
        )
        own = inputs.own(
            inputs.scenario.contract_register.own_shock, "contract_register.own_shock", name, "The contract's own shock"
        )
        weight = share * maximum(0, 1 + loading * shock + own)
        weights[name] = sheet.add(f"contract_weight[{name}]", weight, label="Share of the group before scaling")
    if len(members) == 1:
        row = members[0]
        label = f"{row.provider}: people"
        people[row.contract] = sheet.add(f"contract_people[{row.contract}]", group_people, label=label)
        return
    total = sheet.add(f"weights[{word}]", sum_over(Family("contract", weights)), label="Sum of the group's weights")
    none = total <= 0
    scale = sheet.add(
        f"people_per_weight[{word}]",
        where(none, group_people, group_people / where(none, 1, total)),
        label="Contracts add up to their group",
    )
    for row in members:
        name, label = row.contract, f"{row.provider}: people"
        share = sheet.ref(f"share_of_group[{name}]")
        people[name] = sheet.add(f"contract_people[{name}]", where(none, share, weights[name]) * scale, label=label)
