"""What a formula of each service or of each contract may name: the figures of that member (docs/formulas.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from finmodel.contract.demand import ALL_SITES
from finmodel.contract.shared import Shared
from finmodel.contract.spending import Spending
from finmodel.lines import Expr, Family, UnitError, sum_over

Member = Mapping[str, Callable[[], Expr]]


def services(shared: Shared, spending: Spending) -> dict[str, Member]:
    """By service: people, plan, target, value, cost and existing."""
    return {service: _Service(shared, spending, service).names() for service in shared.scenario.services}


def contracts(shared: Shared, spending: Spending) -> dict[str, Member]:
    """By contract: people, plan, price, value, cost and existing."""
    care, people, payments = shared.care, shared.demand.contracts, spending.existing_payments()

    def of(name: str) -> Member:
        return {
            "people": lambda: people[name],
            "plan": lambda: care.plan[name],
            "price": lambda: care.price[name],
            "value": lambda: shared.sheet.ref(f"contract_register.annual_value[{name}]"),
            "cost": lambda: spending.costs[name],
            "existing": lambda: payments[name],
            "target": _none(
                f"a contract has no target of its own; its service's is target[{shared.rows[name].service}]"
            ),
        }

    return {name: of(name) for name in shared.rows}


def _none(message: str) -> Callable[[], Expr]:
    def refuse() -> Expr:
        raise UnitError(message)

    return refuse


class _Service:
    """The figures of one service; sums over its contracts are lines of their own."""

    def __init__(self, shared: Shared, spending: Spending, service: str) -> None:
        self.shared, self.spending, self.service = shared, spending, service
        self.own = [name for name, row in shared.rows.items() if row.service == service]

    def names(self) -> Member:
        model = self.spending.name
        return {
            "people": lambda: self.shared.demand.sites[self.service, ALL_SITES],
            "plan": self._plan,
            "target": lambda: self.shared.target.by_service[self.service],
            "value": lambda: self._sum("annual_value", self._values(), "Value of its contracts in the register"),
            "cost": lambda: self._sum(f"{model}.cost_by_service", self.spending.costs, "Cost of care of its contracts"),
            "existing": lambda: self._sum(
                f"{model}.existing_by_service", self.spending.existing_payments(), "What its existing contracts pay"
            ),
            "price": _none("a service has no price of its own; its contracts have (by: contract)"),
        }

    def _values(self) -> Family:
        sheet = self.shared.sheet
        return Family("contract", {n: sheet.ref(f"contract_register.annual_value[{n}]") for n in self.own})

    def _sum(self, word: str, amounts: Family, label: str) -> Expr:
        return self._once(word, sum_over(Family("contract", {n: amounts[n] for n in self.own})), label)

    def _plan(self) -> Expr:
        """People of year 1 in all sites, carried forward by planned growth."""
        inputs, sites = self.shared.inputs, self.shared.scenario.services[self.service].sites
        first = {
            site: inputs.value(part.people, f"services.{self.service}.sites.{site}.people")
            for site, part in sites.items()
        }
        planned = self.shared.care.planned[self.service]
        return self._once("service_plan", sum_over(Family("site", dict(first))) * planned, "Planned people")

    def _once(self, word: str, formula: Expr, label: str) -> Expr:
        sheet, name = self.shared.sheet, f"{word}[{self.service}]"
        label = f"{self.shared.scenario.services[self.service].label}: {label[:1].lower()}{label[1:]}"
        return sheet.ref(name) if name in sheet else sheet.add(name, formula, label=label)
