"""Who pays and who receives what, added up here and not by the ledger: from the lines of terms and of costs.

A term's amount is read from its own lines; how it falls on payers, providers and months is worked out again from the
scenario and the register. `failures` compares that with the result lines, which come from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finmodel.contract import Contract
from finmodel.contract.evaluate import _all_lines_plan, lines_of_model
from finmodel.contract.payment.mechanism import COMMISSIONERS, INTEGRATOR, PROVIDERS
from finmodel.contract.payment.shared_savings import SharedSavings
from finmodel.lines import BoundPlan
from finmodel.scenario import Outcome, PaidOnAccount, RegisterRow, Term
from finmodel.scenario.events import UnpricedVariation
from finmodel.scenario.values import Constant, Named
from finmodel.uncertainty import Draws
from tests.contract.money_of_exit import at_exit

Floats = NDArray[np.float64]
PENNY = 0.01


class _Adjusted(Draws):
    """Draws that a test changes, each time that some have been drawn."""

    adjust: Callable[[Mapping[str, Floats]], None] | None = None

    def start_block(self, block: int) -> None:
        super().start_block(block)
        if self.adjust is not None:
            self.adjust(self.values)

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        super().start_year(year, only)
        if self.adjust is not None:
            self.adjust(self.values)


def evaluate(
    contract: Contract, model: str, trials: int = 8, adjust: Callable[[Mapping[str, Floats]], None] | None = None
) -> dict[str, Floats]:
    """Every line of a payment model in the first trials: shape (periods, trials). `adjust` may change draws."""
    plan, wanted = _all_lines_plan(contract, lines_of_model(contract, model))
    draws = _Adjusted(
        contract.drivers,
        contract.correlations_used,
        seed=contract.seed,
        first_financial_year=contract.calendar.first_financial_year,
        years=contract.calendar.total_years,
        block_size=trials,
    )
    draws.adjust = adjust
    rows = BoundPlan(plan, draws, trials).run(0)
    values, at = {}, 0
    for name, count in wanted:
        values[name] = rows[at : at + count].copy()
        at += count
    return values


@dataclass(frozen=True)
class Moved:
    """An amount of a term by payer and payee, (contract years, trials), and when it is paid."""

    term: Term
    months_late: int | None
    by_payer: Mapping[str, Floats]  # commissioners; empty where the integrator pays
    by_payee: Mapping[str, Floats]  # providers; empty where the integrator receives
    total: Floats
    early: Mapping[str, Floats] = field(default_factory=dict)  # by payer: what of it is paid on account
    early_late: int | None = None

    def times(self, part: Floats) -> Moved:
        """The same for a part of each year."""
        split = [{name: x * part for name, x in of.items()} for of in (self.by_payer, self.by_payee, self.early)]
        return replace(self, by_payer=split[0], by_payee=split[1], early=split[2], total=self.total * part)


class Money:
    """One payment model's money, from the lines of its terms and costs."""

    def __init__(self, contract: Contract, model: str, values: Mapping[str, Floats]) -> None:
        self.contract, self.scenario, self.values = contract, contract.scenario, values
        self.name, self.model = model, contract.scenario.payment_models[model]
        self.years = contract.calendar.years
        self.rows = contract.scenario.register
        self.trials = values["target"].shape[1]
        self.gate = self._in_force()
        self.moved = [one.times(self.gate) for one in self._moved()]
        self.unpriced = self._unpriced()
        self.exit = at_exit(self)
        payers = dict.fromkeys(k for k in self.scenario.commissioners if any(r.commissioner == k for r in self.rows))
        self.outlay = {k: sum((m.by_payer.get(k, self.zero) for m in self.moved), self.zero) for k in payers}
        for dated in self.exit.owed:
            self.outlay[dated.payer] = self.outlay[dated.payer] + dated.amount
        providers = dict.fromkeys(row.provider for row in self.rows)
        receipts = {p: sum((m.by_payee.get(p, self.zero) for m in self.moved), self.zero) for p in providers}
        costs = {p: sum((self.cost(r.contract) for r in self.rows if r.provider == p), self.zero) for p in providers}
        costs = {p: self.gate * costs[p] + (1 - self.gate) * self.cost_before(p) for p in providers}
        self.surplus = {p: receipts[p] + self.exit.providers.get(p, self.zero) - costs[p] for p in providers}
        received = sum((m.total for m in self.moved if m.term.payee == INTEGRATOR), self.zero)
        paid = sum((m.total for m in self.moved if m.term.payer == INTEGRATOR), self.zero)
        running = self.running_cost()
        pays = any(m.term.payer == INTEGRATOR for m in self.moved)
        self.hmrc = self.vat_rate() * paid if pays else self.zero
        work, met = self.unpriced
        for payer in payers:
            self.outlay[payer] = self.outlay[payer] + met * self.weight(payer)
        borne = running + self.effort() + work
        self.integrator = received + met - paid - borne - self.hmrc + self.exit.integrator
        self.staff = sum(costs.values(), self.zero) + borne + self.exit.staff

    @property
    def zero(self) -> Floats:
        return np.zeros((self.years, self.trials))

    def line(self, name: str) -> Floats:
        """A line in the contract years."""
        return np.broadcast_to(self.values[name][: self.years], (self.years, self.trials))

    def input(self, path: str) -> Floats:
        """An input as the scenario states it; the line only of what is drawn."""
        part: Any = self.scenario
        for word in path.split("."):
            part = part[word] if isinstance(part, dict) else getattr(part, word)
        if isinstance(part, Constant):
            return self.zero + part.amount
        return self.line(f"assumptions.{part.name}" if isinstance(part, Named) else path.replace("exit_terms", "exit"))

    def running_cost(self) -> Floats:
        """Of an integrator, at the prices of the cost index, in the years in which the terms are in force."""
        if not self.model.integrator:
            return self.zero
        index = self.line(f"index.{self.scenario.contract_register.cost_index}")
        return self.gate * self.input("parties.integrator.running_cost") * index

    def effort(self) -> Floats:
        """What effort costs the integrator in the years in which the terms are in force."""
        line = f"{self.name}.cost_of_effort"
        return self.gate * self.line(line) if line in self.values else self.zero

    def weight(self, payer: str) -> Floats:
        """A commissioner's part of the year's target."""
        part = self.zero
        for service in self.scenario.services:
            rows = [row for row in self.rows if row.service == service]
            own = sum(row.annual_value for row in rows if row.commissioner == payer)
            part = part + own / sum(row.annual_value for row in rows) * self.line(f"target[{service}]")
        return part / self.line("target")

    def _unpriced(self) -> tuple[Floats, Floats]:
        """What work that nobody priced costs the integrator in the years in force, and what of it commissioners pay."""
        work, met = self.zero, self.zero
        for name, event in self.scenario.events.items():
            if isinstance(event, UnpricedVariation) and self.model.integrator:
                cost = self.gate * self.line(f"events.{name}") * self.line("target")
                work, met = work + cost, met + cost * self.input(f"events.{name}.commissioners_pay")
        return work, met

    def vat_rate(self) -> Floats:
        integrator = self.scenario.parties.integrator
        assert integrator is not None
        if integrator.vat_tiers is None:
            return self.input("parties.integrator.vat_leakage")
        parts = [(tier.share_of_payments, tier.rate, tier.recovered) for tier in integrator.vat_tiers]
        plain = [[one.amount for one in part if isinstance(one, Constant)] for part in parts]
        return self.zero + sum(share * rate * (1 - recovered) for share, rate, recovered in plain)

    def _in_force(self) -> Floats:
        """The part of each year in which the terms are in force."""
        begun = self.line("begun") if "begun" in self.values and self.model.integrator else self.zero + 1
        gone = f"{self.name}.exited"
        return np.where(self.line(gone) > 0, 0.0, begun) if gone in self.values else begun

    def cost_before(self, provider: str) -> Floats:
        """What care costs a provider before savings."""
        own = (self.line(f"cost_before_savings[{r.contract}]") for r in self.rows if r.provider == provider)
        return sum(own, self.zero)

    def saved(self) -> Floats:
        return self.line("savings_rate") if self.model.savings else self.zero

    def cost(self, contract: str) -> Floats:
        """K' = K (1 - m (1 - stranded))."""
        before = self.line(f"cost_before_savings[{contract}]")
        return before * (1 - self.saved() * (1 - self.input("savings.stranded"))) if self.model.savings else before

    def _moved(self) -> Iterator[Moved]:
        for phase, terms in self.model.phases.items():
            span = self.scenario.contract.phases[phase]
            years = np.array([[float(y in span.years)] for y in range(1, self.years + 1)])
            for term in terms:
                prefix = f"{self.name}.{phase}.{term.name}"
                for amounts, late, outcome in self._flows(prefix, term):
                    if "contract" in amounts:
                        moved = self._by_contract(term, {c: x * years for c, x in amounts["contract"].items()}, late)
                    else:
                        found = amounts["service"]
                        outside = max((float(np.abs(x * (1 - years)).max()) for x in found.values()), default=0.0)
                        assert outside == 0, f"{term.name} is paid outside its phase"
                        moved = self._by_service(term, found, late)
                    if isinstance(term.paid, PaidOnAccount) and late is not None:
                        moved = self._on_account(moved, prefix, outcome, years)
                    yield moved

    def _on_account(self, moved: Moved, prefix: str, outcome: str | None, years: Floats) -> Moved:
        """The same with what is paid on account: like the target or, of outcome money, as outcomes can earn it."""
        assert isinstance(moved.term.paid, PaidOnAccount)
        whole = self.line(f"{prefix}.on_account")
        assert float(np.abs(whole * (1 - years)).max()) == 0, f"{moved.term.name} is paid on account outside its phase"
        if outcome is not None:
            counted = {n: o for n, o in self.scenario.outcomes.items() if o.evidence == "sourced" and o.weight.amount}
            earning = dict.fromkeys(o.service for o in counted.values())
            total = {s: sum(o.weight.amount for o in counted.values() if o.service == s) for s in earning}
            now = {n: f"outcomes.{n}.weight_now" for n in counted}  # where measures that end pass theirs on
            weight = {
                n: self.line(now[n]) if now[n] in self.values else self.zero + o.weight.amount / total[o.service]
                for n, o in counted.items()
            }
            full = {n: weight[n] * self._largest(o) for n, o in counted.items()}
            of_all = {s: sum((full[n] for n, o in counted.items() if o.service == s), self.zero) for s in earning}
            stake = {s: self._at_stake(moved.term, prefix, s) * of_all[s] for s in earning}
            target = {s: self.line(f"target[{s}]") for s in earning}
            most = sum(stake.values(), self.zero)
            service = self.scenario.outcomes[outcome].service
            fallback = target[service] / sum(target.values(), self.zero)
            share = np.where(most > 0, stake[service] / np.where(most > 0, most, 1), fallback)
            parts = {service: whole * share * full[outcome] / of_all[service]}
        else:
            parts = {s: whole * self.line(f"target[{s}]") / self.line("target") for s in self.scenario.services}
        early = self._by_service(moved.term, parts, None).by_payer
        first = moved.term.paid.on_account.paid
        early_late = None if first.monthly else first.months_after_year_end
        assert moved.months_late is not None
        return replace(moved, early=early, early_late=early_late, months_late=max(moved.months_late, early_late or 0))

    def _largest(self, outcome: Outcome) -> float:
        """The largest score that an outcome can have."""
        if outcome.bonus is not None:
            return outcome.bonus.share.amount
        stated = outcome.withdrawn.score if outcome.withdrawn else None
        most = max(share for _, share in outcome.score or outcome.tiers or ())
        return most if stated is None else max(most, stated.amount)

    def _at_stake(self, term: Term, prefix: str, service: str) -> Floats:
        if term.kind == "outcome_withhold":
            return -self.line(f"{prefix}.withheld[{service}]")
        return self.line(f"{prefix}.rate") * self.line(f"target[{service}]")

    def _flows(self, prefix: str, term: Term) -> Iterator[tuple[dict[str, dict[str, Floats]], int | None, str | None]]:
        """A term's amounts by contract or by service, how late they (or the rest) are paid, and what earned them."""
        late = self._late(term)
        services = list(term.services or self.scenario.services)
        rows = [row for row in self.rows if row.service in services]

        def by_service(name: str) -> dict[str, dict[str, Floats]]:
            return {"service": {s: self.line(f"{name}[{s}]") for s in services if f"{name}[{s}]" in self.values}}

        if (of := self._of_contract(term, prefix)) is not None:
            yield {"contract": {row.contract: of(row) for row in rows}}, late, None
        elif term.kind in ("outcome_withhold", "incentive_pool", "rate_card"):
            if term.kind == "outcome_withhold":
                yield by_service(f"{prefix}.withheld"), None, None
            for name in self._paid_for(term, services):
                found = by_service(f"{prefix}.earned.{name}")
                assert list(found["service"]) == [self.scenario.outcomes[name].service]
                yield found, self._known(name) + (late or 0), name
        elif isinstance(term, SharedSavings):
            known = max(map(self._known, self._paid_for(term, services)), default=0) + (late or 0)
            if any(n.startswith(f"{prefix}.known_first") for n in self.values):
                yield self._whole_or_by_service(f"{prefix}.known_first", services), late, None
                yield self._whole_or_by_service(f"{prefix}.known_later", services), known, None
            else:
                all_late = known if term.waits_for_outcomes else late
                yield self._whole_or_by_service(prefix, services), all_late, None
        elif term.kind == "clawback":
            for line, known in self._clawback(prefix, term, services):
                yield by_service(line), known + (late or 0), None
        else:
            yield self._whole_or_by_service(prefix, services), late, None

    def _of_contract(self, term: Term, prefix: str) -> Callable[[RegisterRow], Floats] | None:
        """What a term pays for a contract, where it is worked out contract by contract."""
        if term.kind == "existing_contracts":
            return self._existing
        if term.kind == "activity":
            return lambda row: self._activity(row.contract, prefix)
        if term.kind == "patient_flow":
            return lambda row: self.cost(row.contract) * self.line(f"{prefix}.net")
        if "contract" in (getattr(term, "by", None), getattr(term, "per", None)):
            return lambda row: self.line(f"{prefix}.each[{row.contract}]")
        return None

    def _whole_or_by_service(self, name: str, services: list[str]) -> dict[str, dict[str, Floats]]:
        if name in self.values:  # for the whole contract
            whole, target = self.line(name), self.line("target")
            return {"service": {s: whole * self.line(f"target[{s}]") / target for s in services}}
        return {"service": {s: self.line(f"{name}[{s}]") for s in services if f"{name}[{s}]" in self.values}}

    def _paid_for(self, term: Term, services: list[str]) -> list[str]:
        """The outcomes that a term pays for."""
        if term.kind == "rate_card":
            return list(getattr(term, "outcomes", ()))
        counted = {n: o for n, o in self.scenario.outcomes.items() if o.evidence == "sourced" and o.weight.amount > 0}
        return [name for name, outcome in counted.items() if outcome.service in services]

    def _late(self, term: Term) -> int | None:
        """Months after year end (or after it is known) in which the term, or the rest of it, is paid."""
        if isinstance(term.paid, PaidOnAccount):
            return term.paid.reconciled.months
        return None if term.paid.monthly else term.paid.months_after_year_end

    def _clawback(self, prefix: str, term: Term, services: list[str]) -> Iterator[tuple[str, int]]:
        """The lines of what comes back, each with the months until that is known."""
        named = getattr(term, "outcome", None)
        if named:
            yield prefix, self._known(named)
        counted = [n for n, o in self.scenario.outcomes.items() if o.evidence == "sourced" and o.weight.amount > 0]
        for service in [] if named else services:
            own = [self._known(name) for name in counted if self.scenario.outcomes[name].service == service]
            if own:
                yield f"{prefix}.back.{service}", max(own)

    def _known(self, name: str) -> int:
        """Months until an outcome's score is known: the longest lag of all that it waits for."""
        outcome = self.scenario.outcomes[name]
        of_service = self.scenario.services[outcome.service].outcome_gates
        gates = [*outcome.gates, *(gate for gate in of_service if gate.outcome != name)]
        waits = [self._known(gate.outcome) for gate in gates if gate.figure == "score"]
        return max(outcome.lag, *waits, *(self.scenario.outcomes[gate.outcome].lag for gate in gates), 0)

    def _existing(self, row: RegisterRow) -> Floats:
        if row.kind == "cost":
            return self.cost(row.contract)
        return self.line(f"existing_payment[{row.contract}]") * (1 - self.saved())

    def _activity(self, contract: str, prefix: str) -> Floats:
        def stated(key: str, otherwise: float) -> Floats:
            return self.line(f"{prefix}.{key}") if f"{prefix}.{key}" in self.values else self.zero + otherwise

        plan, people = self.line(f"contract_plan[{contract}]"), self.line(f"contract_people[{contract}]")
        baseline = stated("baseline", 1) * plan
        fixed = stated("fixed", 0) * plan if f"{prefix}.fixed" in self.values else baseline
        departure, free = people - baseline, stated("tolerance", 0) * baseline
        rate = np.where(departure > 0, stated("above", 0), stated("below", 1))
        varies = rate * np.sign(departure) * np.maximum(np.abs(departure) - free, 0)
        reopened = np.abs(departure) >= stated("break_glass", np.inf) * baseline
        return self.line(f"contract_price[{contract}]") * (fixed + np.where(reopened, departure, varies))

    def _by_contract(self, term: Term, amounts: dict[str, Floats], late: int | None) -> Moved:
        payers: dict[str, Floats] = {}
        payees: dict[str, Floats] = {}
        for row in self.rows:
            if term.payer == COMMISSIONERS:
                payers[row.commissioner] = payers.get(row.commissioner, self.zero) + amounts.get(
                    row.contract, self.zero
                )
            if term.payee == PROVIDERS:
                payees[row.provider] = payees.get(row.provider, self.zero) + amounts.get(row.contract, self.zero)
        return Moved(term, late, payers, payees, sum(amounts.values(), self.zero))

    def _by_service(self, term: Term, amounts: dict[str, Floats], late: int | None) -> Moved:
        """Each contract's part of its service's value says what falls on its commissioner and its provider."""
        parts = {}
        for row in self.rows:
            value = sum(other.annual_value for other in self.rows if other.service == row.service)
            parts[row.contract] = amounts.get(row.service, self.zero) * row.annual_value / value
        return self._by_contract(term, parts, late)

    def months(self, payer: str) -> Floats:
        """A commissioner's cash by calendar month: a twelfth a month, or all of it so many months after its year.

        What is paid on account is so paid first, and only the rest when the term is reconciled.
        """
        found = np.zeros((12 * self.contract.calendar.total_years, self.trials))
        within = self.contract.calendar.start.day > 1  # then a year ends in the month in which the next begins

        def fall(year: int, months_late: int | None, amount: Floats) -> None:
            if months_late is None:
                found[12 * (year - 1) : 12 * year] += amount / 12
            else:
                found[12 * year + months_late - 1 + within] += amount

        for moved in self.moved:
            early = moved.early.get(payer, self.zero)
            for year, amount in enumerate(moved.by_payer.get(payer, ()), start=1):
                if moved.early:
                    fall(year, moved.early_late, early[year - 1])
                fall(year, moved.months_late, amount - early[year - 1])
        for year, amount in enumerate(self.unpriced[1] * self.weight(payer), start=1):
            fall(year, None, amount)
        for dated in self.exit.owed:
            for year, amount in enumerate(dated.amount if dated.payer == payer else (), start=1):
                fall(year, dated.months_late, amount)
        return found


def failures(contract: Contract, model: str, values: Mapping[str, Floats]) -> list[str]:
    """Names of the identities that do not hold in every trial and year; none, if money is conserved."""
    money = Money(contract, model, values)
    found: list[str] = []

    def same(what: str, one: Floats, other: Floats) -> None:
        if one.shape != other.shape or not np.allclose(one, other, rtol=1e-11, atol=PENNY):
            found.append(what)

    def result(name: str) -> Floats:
        return money.line(f"{model}.{name}")

    accrued = {
        k: sum((money.line(n) for n in values if n.startswith(f"{model}.paid_") and n.endswith(f"[{k}]")), money.zero)
        for k in money.outlay
    }
    surpluses = result("integrator_surplus") + sum(result(f"provider_surplus[{p}]") for p in money.surplus)
    comes_in = sum(accrued.values(), money.zero) + money.exit.calls
    same("outlay and guarantee are what leaves and what stays", comes_in, money.staff + money.hmrc + surpluses)
    same("payment", result("payment"), sum(money.outlay.values(), money.zero))
    same("integrator's surplus", result("integrator_surplus"), money.integrator)
    same("providers' surplus", result("providers_surplus"), sum(money.surplus.values(), money.zero))
    same("staff and suppliers", result("staff_and_suppliers"), money.staff)
    same("HMRC", result("hmrc"), money.hmrc)
    for provider, surplus in money.surplus.items():
        same(f"surplus of {provider}", result(f"provider_surplus[{provider}]"), surplus)
    offset = contract.calendar.offset
    for payer, outlay in money.outlay.items():
        same(f"payment of {payer}", result(f"payment[{payer}]"), outlay)
        same(f"accrued by {payer}", accrued[payer], outlay)
        months, cash = values[f"{model}.cash_by_month[{payer}]"], values[f"{model}.cash[{payer}]"]
        same(f"months of {payer}", months, money.months(payer))
        years = [months[max(0, 12 * f - offset) : max(0, 12 * f + 12 - offset)].sum(axis=0) for f in range(len(cash))]
        same(f"cash of {payer} by financial year", cash, np.array(years))
        same(f"cash of {payer} over the whole life", cash.sum(axis=0), outlay.sum(axis=0))
    return found
