"""The money of an exit, worked out again from the scenario: of the decisions only `exited` and `left` are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from finmodel.contract.payment.mechanism import INTEGRATOR

if TYPE_CHECKING:
    from tests.contract.money import Money

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Dated:
    """What a commissioner owes for a year beside its terms, and when it is paid."""

    payer: str
    months_late: int | None
    amount: Floats


@dataclass
class AtExit:
    """By year and trial: what commissioners owe, what parties get beside the terms, what comes in from outside."""

    integrator: Floats
    staff: Floats
    calls: Floats
    owed: list[Dated] = field(default_factory=list)
    providers: dict[str, Floats] = field(default_factory=dict)


def at_exit(money: Money) -> AtExit:
    """Everything that no term pays: existing contracts where terms are not in force, and what the exit itself costs."""
    found = AtExit(money.zero, money.zero, money.zero)
    if (money.gate == 1).all() and f"{money.name}.exited" not in money.values:
        return found
    can_go = f"{money.name}.exited" in money.values
    _existing(money, found, can_go)
    if can_go:
        _Exit(money, found).write()
    return found


def _existing(money: Money, found: AtExit, can_go: bool) -> None:
    apart = 1 - money.gate
    for row in money.rows:
        cost = money.line(f"cost_before_savings[{row.contract}]")
        paid = apart * (cost if row.kind == "cost" else money.line(f"existing_payment[{row.contract}]"))
        extra = paid * money.input("parties.integrator.exit_terms.extra_cost") if can_go else money.zero
        found.owed.append(Dated(row.commissioner, None, paid + extra))
        found.providers[row.provider] = found.providers.get(row.provider, money.zero) + paid
        found.staff = found.staff + extra


class _Exit:
    """What an exit costs, year by year."""

    def __init__(self, money: Money, found: AtExit) -> None:
        self.money, self.found = money, found
        exited = money.line(f"{money.name}.exited")
        self.first = np.diff(exited, axis=0, prepend=0)
        left = f"{money.name}.left"
        self.left = money.line(left) if left in money.values else money.zero
        integrator = money.scenario.parties.integrator
        assert integrator is not None
        self.stated: Any = integrator
        value = {
            k: sum(r.annual_value for r in money.rows if r.commissioner == k) for k in money.scenario.commissioners
        }
        self.payers = [k for k, amount in value.items() if amount]
        self.weights = {k: money.weight(k) for k in self.payers}

    def _owe(self, amount: Floats) -> None:
        self.found.owed += [Dated(k, None, amount * weight) for k, weight in self.weights.items()]

    def write(self) -> None:
        money, found = self.money, self.found
        index = money.line(f"index.{money.scenario.contract_register.cost_index}")
        once = self.first * money.input("parties.integrator.exit_terms.reprocurement") * index
        self._owe(once)
        found.staff = found.staff + once
        charge = money.zero  # a charge that nobody can owe is no line
        if self.left.any():
            charge = self.left * money.input("parties.integrator.exit_terms.charge")
        self._owe(-charge)
        lost = money.zero
        if self.stated.exit_terms.forfeits == "late_money":
            for dated in self._forfeit():
                found.owed.append(dated)
                lost = lost + dated.amount
        received = sum((m.total for m in money.moved if m.term.payee == INTEGRATOR), money.zero)
        paid = sum((m.total for m in money.moved if m.term.payer == INTEGRATOR), money.zero)
        pays = any(m.term.payer == INTEGRATOR for m in money.moved)
        costs = money.running_cost() + money.effort() + (money.vat_rate() * paid if pays else 0)
        work, met = money.unpriced
        self._security(received - paid - costs + met - work - charge + lost)
        found.integrator = found.integrator - charge + lost

    def _forfeit(self) -> Iterator[Dated]:
        """Of each year's late money what falls due after the exit, where it is due to the integrator."""
        late: dict[tuple[str, int], Floats] = {}
        for moved in self.money.moved:
            if moved.term.payee != INTEGRATOR:
                continue
            for payer, amount in moved.by_payer.items():
                early = moved.early.get(payer, self.money.zero)
                for months, part in ((moved.early_late, early), (moved.months_late, amount - early)):
                    if months:
                        late[payer, months] = late.get((payer, months), self.money.zero) + part
        for (payer, months), amount in late.items():
            for back in range(1, self.money.years):
                if months > 12 * (back - 1):
                    due = np.zeros_like(amount)
                    due[back:] = np.maximum(amount[:-back], 0)
                    yield Dated(payer, months - 12 * back, -self.first * due)

    def _security(self, margin: Floats) -> None:
        money, found = self.money, self.found
        capital = money.input("parties.integrator.capital")[0]
        guarantee = self._guarantee()
        share = money.input("parties.integrator.exit_terms.callable_on_leaving")[0]
        position = called = recovered = excess = np.zeros(money.trials)
        calls, callable_now, beyond = money.zero, money.zero, money.zero
        for year in range(money.years):
            callable_now[year] = self.left[year] * share * (guarantee - called)
            recovered = recovered + callable_now[year]
            position = position + margin[year]
            before = called, excess
            called = np.maximum(called, np.clip(-position - capital, 0, guarantee - recovered))
            excess = np.maximum(excess, np.maximum(-position - capital, 0) - (guarantee - recovered))
            calls[year], beyond[year] = called - before[0], excess - before[1]
        self._owe(-callable_now)
        found.calls = found.calls + calls + callable_now
        found.integrator = found.integrator + calls + beyond
        if self.stated.exit_terms.excess_loss == "commissioners":
            self._owe(beyond)
        elif self.stated.exit_terms.excess_loss == "bank":
            found.calls = found.calls + beyond
        else:
            total = sum(row.annual_value for row in money.rows)
            for row in money.rows:
                found.providers[row.provider] = found.providers[row.provider] - beyond * row.annual_value / total

    def _guarantee(self) -> Floats:
        stated = self.stated.guarantee
        if stated is None:
            return np.zeros(self.money.trials)
        if stated.amount is not None:
            return self.money.input("parties.integrator.guarantee.amount")[0]
        return self.money.input("parties.integrator.guarantee.share")[0] * self.money.line("target")[0]
