"""Demand, cost of care, existing terms and the expenditure target: one contract, one year, one trial at a time."""

from __future__ import annotations

from typing import Any

from . import events
from .values import Trial, is_distribution, remembered

Row = dict[str, Any]


class Care:
    """The contract's care in one trial. `saves` says whether the payment model has the contract's savings."""

    def __init__(self, trial: Trial, saves: bool) -> None:
        self.trial = trial
        self.saves = saves and trial.raw("savings") is not None
        self.register: list[Row] = trial.scenario["register"]
        self.services: list[str] = list(trial.scenario["services"])
        self.commissioners: list[str] = list(trial.scenario["parties"]["commissioners"])

    # Demand

    def site_people(self, service: str, site: str, year: int) -> float:
        """V_i = people x growth since year 1 x (1 + demand shock)."""
        path = f"services.{service}.sites.{site}"
        level = self.trial.at(f"{path}.people", 1) * self.trial.grown(f"{path}.growth", year)
        return level * (1 + self.shock(service, year))

    @remembered
    def shock(self, service: str, year: int) -> float:
        return self.trial.at(f"services.{service}.demand_shock", year, 0.0)

    @remembered
    def people_of(self, service: str, site: str | None, year: int) -> float:
        """People of a site, or of the whole service where `site` is None."""
        sites = list(self.trial.scenario["services"][service]["sites"]) if site is None else [site]
        return sum((self.site_people(service, i, year) for i in sites), 0.0)

    @remembered
    def base_people_of(self, service: str, site: str | None) -> float:
        """N_g: the stated people of a site, or of all sites of the service."""
        sites = list(self.trial.scenario["services"][service]["sites"]) if site is None else [site]
        return sum(self.trial.at(f"services.{service}.sites.{i}.people", 1) for i in sites)

    @remembered
    def value_of(self, service: str, site: str | None) -> float:
        """The value of a group of contracts."""
        return sum(float(row["value"]) for row in self.register if (row["service"], row["site"]) == (service, site))

    def share(self, row: Row) -> float:
        """q_c: the contract's part of its group's value."""
        return float(row["value"]) / self.value_of(row["service"], row["site"])

    def base_people(self, row: Row) -> float:
        """B_c = q_c N_g."""
        return self.share(row) * self.base_people_of(row["service"], row["site"])

    @remembered
    def weight(self, row: Row, year: int) -> float:
        """w_c = q_c max(0, 1 + loading x demand shock + own shock)."""
        own = self.trial.own_shock(row["contract"], year)
        return self.share(row) * max(0.0, 1 + float(row["loading"]) * self.shock(row["service"], year) + own)

    @remembered
    def weight_of(self, service: str, site: str | None, year: int) -> float:
        """The sum of the weights of a group of contracts."""
        rows = [row for row in self.register if (row["service"], row["site"]) == (service, site)]
        return sum(self.weight(row, year) for row in rows)

    @remembered
    def people(self, row: Row, year: int) -> float:
        """A_c = V_g w_c / (sum of w); V_g for a contract alone in its group; q_c V_g where all weights are zero."""
        service, site = row["service"], row["site"]
        total = self.weight_of(service, site, year)
        rows = [other for other in self.register if (other["service"], other["site"]) == (service, site)]
        part = 1.0 if len(rows) == 1 else self.weight(row, year) / total if total > 0 else self.share(row)
        return self.people_of(service, site, year) * part

    # Cost and savings

    @remembered
    def saving(self, year: int) -> float:
        """m = claimed x realised, the part of payments to providers saved; zero in a model without savings."""
        if not self.saves:
            return 0.0
        return events.claimed(self.trial, year) * self.trial.at("savings.realised", year, 1.0)

    @remembered
    def cost(self, row: Row, year: int) -> float:
        """K'_c: the nominal cost of a contract's care, after savings."""
        at, service = self.trial.at, row["service"]
        variable = at("contract_register.variable_cost", year)
        activity = (1 - variable) + variable * self.people(row, year) / self.base_people(row)
        wrong = at(f"services.{service}.opening_error", 1, 0.0) + events.opening_error(self.trial, service, year)
        cost = row["value"] * (1 + wrong) * activity * (1 + events.failure(self.trial, row["provider"], year))
        cost *= self.trial.grown(f"services.{service}.cost_growth", year) * self.cost_index(year)
        cost *= self.optimism(f"services.{service}.opening_error", service)
        stranded = at("savings.stranded", year, 0.0) if self.saves else 0.0
        return float(cost * (1 - self.saving(year) * (1 - stranded)))

    def optimism(self, path: str, service: str | None = None) -> float:
        """1 + rate x (1 - mitigation) where neither a distribution at the path nor an event carries the cost."""
        bias = (self.trial.raw("appraisal") or {}).get("optimism_bias")
        if bias is None or bias["applies_to"] == "base_case":
            return 1.0
        written = self.trial.raw(path)
        while isinstance(written, str):
            written = self.trial.scenario["assumptions"][written]["value"]
        errors = events.stated(self.trial, "opening_error").values()
        if is_distribution(written) or any(service in e.get("services", [service]) for e in errors if service):
            return 1.0
        return 1 + float(bias["rate"]) * (1 - float(bias.get("mitigation", 0.0)))

    @remembered
    def cost_index(self, year: int) -> float:
        return self.trial.index(self.trial.scenario["contract_register"]["cost_index"], year)

    @remembered
    def price_index(self, year: int) -> float:
        return self.trial.index(self.trial.scenario["contract_register"]["price_index"], year)

    # Existing terms

    def planned_growth(self, service: str, year: int) -> float:
        """J_s: planned activity per planned activity of year 1."""
        return self.trial.grown(f"services.{service}.planned_growth", year)

    def plan(self, row: Row, year: int) -> float:
        """Planned people: B_c J_s."""
        return self.base_people(row) * self.planned_growth(row["service"], year)

    def price(self, row: Row, year: int) -> float:
        """£ a person: value_c / B_c at the price index."""
        return float(row["value"] / self.base_people(row) * self.price_index(year))

    @remembered
    def existing(self, row: Row, year: int) -> float:
        """What existing terms pay a contract."""
        if row["kind"] == "cost":
            return self.cost(row, year)
        if row["kind"] == "block":
            full = row["value"] * self.planned_growth(row["service"], year) * self.price_index(year)
        elif row["kind"] == "activity":
            people, plan = self.people(row, year), self.plan(row, year)
            full = self.price(row, year) * (min(people, plan) + row["marginal"] * max(people - plan, 0.0))
        else:
            raise ValueError(f"contract {row['contract']}: no such kind {row['kind']!r}")
        return float(full * (1 - self.saving(year)))

    # Target and shares

    @remembered
    def target(self, service: str, year: int) -> float:
        """The envelope of a service at the bid's price, where there is a bid."""
        return self.envelope(service, year) * (1 - self.discount())

    @remembered
    def discount(self) -> float:
        """What the bid takes off: stated, or its price against the pools."""
        if self.trial.raw("bid") is None:
            return 0.0
        if self.trial.raw("bid.price") is None:
            return self.trial.at("bid.discount", 1)
        return 1 - self.trial.at("bid.price", 1) / sum(self.trial.at(f"services.{s}.pool", 1) for s in self.services)

    @remembered
    def envelope(self, service: str, year: int) -> float:
        """T_s = pool_s / Y x J_s x I_target."""
        pool = self.trial.at(f"services.{service}.pool", 1)
        index = self.trial.index(self.trial.scenario["contract"]["target"]["index"], year)
        return pool / self.trial.years * self.planned_growth(service, year) * index

    def whole_target(self, year: int) -> float:
        return sum(self.target(service, year) for service in self.services)

    @remembered
    def value_share(self, commissioner: str, service: str) -> float:
        """sigma_ks: a commissioner's part of the register's value of a service."""
        rows = [row for row in self.register if row["service"] == service]
        own = sum(float(row["value"]) for row in rows if row["commissioner"] == commissioner)
        return float(own / sum(row["value"] for row in rows))

    def allocation(self, commissioner: str, year: int) -> float:
        """What a commissioner is given in a contract year; nothing for a partner without an allocation."""
        path = f"parties.commissioners.{commissioner}.allocation"
        if self.trial.raw(path) is None:
            return 0.0
        left = events.allocation_left(self.trial, commissioner, year)
        if self.trial.raw(f"{path}.amounts") is not None:
            return self.trial.at(f"{path}.amounts", year) * left
        at = self.trial.at
        first = sum(
            self.value_share(commissioner, s) * at(f"services.{s}.pool", 1) / self.trial.years for s in self.services
        )
        first *= self.trial.index(self.trial.scenario["contract"]["target"]["index"], 1)  # pools at year 1's prices
        return left * first * (1 + at(f"{path}.headroom", 1, 0.0)) * self.trial.grown(f"{path}.growth", year)
