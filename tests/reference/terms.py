"""Payment terms: what each pays in one contract year of one trial."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any

from . import banking, limits, rate_card, read, service_credits, shared_savings
from .care import Care
from .outcomes import Outcomes

Term = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One amount from payer to payee, £ of the year, split three ways. `outcome` names the outcome that earned it."""

    outcome: str | None
    by_service: dict[str, float]
    by_contract: dict[str, float]
    by_commissioner: dict[str, float]
    known: int | None = None  # months after year end when it is known, where it waits for scores without being earned
    monthly: bool = False  # always monthly, however the term is paid: money withheld is not paid in the first place

    @property
    def total(self) -> float:
        return sum(self.by_service.values())


class Terms:
    """The terms of one payment model in one contract year. A term is calculated when first asked for."""

    def __init__(self, care: Care, outcomes: Outcomes, model: str, year: int) -> None:
        self.care, self.outcomes, self.year = care, outcomes, year
        scenario = care.trial.scenario
        phases = scenario["contract"]["phases"]
        (phase,) = [name for name, (first, last) in phases.items() if first <= year <= last]
        self.model = model
        self.span: tuple[int, int] = phases[phase]
        self.path = f"payment_models.{model}.phases.{phase}"
        self.stated: list[Term] = scenario["payment_models"][model]["phases"][phase]
        self.has_integrator = bool(scenario["payment_models"][model].get("integrator", False))
        self._done: dict[str, list[Part]] = {}
        self._open: set[str] = set()

    def all(self) -> list[tuple[Term, list[Part]]]:
        return [(term, self.parts(term["name"])) for term in self.stated]

    def parts(self, name: str) -> list[Part]:
        """A term's amounts: one, and for outcome money one more for each outcome."""
        if name in self._open:
            raise ValueError(f"term {name} depends on itself")
        if name not in self._done:
            self._open.add(name)
            (term,) = [term for term in self.stated if term["name"] == name]
            limited = term["kind"] in limits.KINDS
            found = limits.parts(self, self.stated.index(term)) if limited else self._calculate(name)
            self._done[name] = [self._only(part, term.get("services")) for part in found]
            self._open.remove(name)
        return self._done[name]

    # Spreading amounts

    def _from_services(self, amounts: dict[str, float], outcome: str | None = None) -> Part:
        """Commissioners split a service by their part of its value; contracts (providers paid by service) do too."""
        care = self.care
        value = {s: sum(row["value"] for row in care.register if row["service"] == s) for s in care.services}
        return Part(
            outcome,
            amounts,
            {row["contract"]: amounts[row["service"]] * row["value"] / value[row["service"]] for row in care.register},
            {k: sum(care.value_share(k, s) * amounts[s] for s in care.services) for k in care.commissioners},
        )

    def _from_contracts(self, amounts: dict[str, float]) -> Part:
        rows = self.care.register
        return Part(
            None,
            {s: sum(amounts[r["contract"]] for r in rows if r["service"] == s) for s in self.care.services},
            amounts,
            {k: sum(amounts[r["contract"]] for r in rows if r["commissioner"] == k) for k in self.care.commissioners},
        )

    def _from_whole(self, term: Term, amount: float) -> Part:
        """A whole-contract amount is X T_s / T for service s; T is that of the services that the term is for."""
        theirs = term.get("services", self.care.services)
        whole = sum(self.care.target(s, self.year) for s in theirs)
        return self._from_services({s: amount * self.care.target(s, self.year) / whole for s in self.care.services})

    def _only(self, part: Part, services: list[str] | None) -> Part:
        """What of an amount belongs to these services."""
        if services is None:
            return part
        rows = self.care.register
        by_contract = {r["contract"]: part.by_contract[r["contract"]] * (r["service"] in services) for r in rows}
        return replace(
            part,
            by_service={s: amount * (s in services) for s, amount in part.by_service.items()},
            by_contract=by_contract,
            by_commissioner={
                k: sum(by_contract[r["contract"]] for r in rows if r["commissioner"] == k)
                for k in self.care.commissioners
            },
        )

    # Kinds

    def _calculate(self, name: str) -> list[Part]:
        (number,) = [i for i, term in enumerate(self.stated) if term["name"] == name]
        term, path, care, year = self.stated[number], f"{self.path}.{number}", self.care, self.year
        at = care.trial.at
        kind = term["kind"]
        if kind == "existing_contracts":
            return [self._from_contracts({row["contract"]: care.existing(row, year) for row in care.register})]
        if kind == "activity":
            return [self._from_contracts({row["contract"]: self._activity(row, term, path) for row in care.register})]
        if kind == "block" or (kind == "fee" and "share" in term):
            share = at(f"{path}.share", year, 1.0)
            return [self._from_services({s: share * care.target(s, year) for s in care.services})]
        if kind == "fee":
            return [self._from_whole(term, at(f"{path}.amount", year) * care.trial.index(term["index"], year))]
        if kind == "outcome_withhold":
            rate = at(f"{path}.rate", year)
            base = {
                s: rate * max(x, 0.0) if self.outcomes.of_service(s) else 0.0 for s, x in self._sum(term["on"]).items()
            }
            withheld = replace(self._from_services({s: -amount for s, amount in base.items()}), monthly=True)
            return [withheld, *self._earned(base)]
        if kind == "incentive_pool":
            rate = at(f"{path}.rate", year)
            return self._earned({s: rate * care.target(s, year) for s in care.services})
        if kind == "rate_card":
            return self._rate_card(term, path)
        if kind == "gain_loss_share":
            commissioners_pay = self._gain_loss_share(term, path)
            return [self._from_whole(term, commissioners_pay if term["to"] != "commissioners" else -commissioners_pay)]
        if kind == "shared_savings":
            return self._shared_savings(term, path, number)
        others = {
            "capitation": self._capitation,
            "patient_flow": self._patient_flow,
            "cost_plus": self._cost_plus,
            "one_off": self._one_off,
            "sequestration": self._sequestration,
            "flow_down": self._flow_down,
            "banking": self._banking,
            "service_credits": self._service_credits,
            "multilateral_share": self._multilateral_share,
        }
        if kind in others:
            return [others[kind](term, path)]
        raise NotImplementedError(f"the reference does not calculate terms of kind {kind}")

    def _activity(self, row: dict[str, Any], term: Term, path: str) -> float:
        """A fixed sum for `fixed`; each person beyond the band around the baseline at a rate, or everyone at 100%."""
        at, year = self.care.trial.at, self.year
        people, plan, price = self.care.people(row, year), self.care.plan(row, year), self.care.price(row, year)
        baseline = at(f"{path}.baseline", year, 1.0) * plan
        fixed = price * (at(f"{path}.fixed", year) * plan if "fixed" in term else baseline)
        departure = people - baseline
        if "break_glass" in term and abs(departure) >= at(f"{path}.break_glass", year) * baseline:
            return fixed + price * departure
        beyond = max(abs(departure) - at(f"{path}.tolerance", year, 0.0) * baseline, 0.0)
        rate = at(f"{path}.above", year) if departure > 0 else -at(f"{path}.below", year, 1.0)
        return fixed + rate * price * beyond

    def _capitation(self, term: Term, path: str) -> Part:
        at, year = self.care.trial.at, self.year
        need = min(at(f"{path}.need", year, 1.0), at(f"{path}.need_cap", year, math.inf))
        amount = at(f"{path}.per_person", year) * self._population() * need
        return self._from_whole(term, amount * self.care.trial.index(term["index"], year))

    def _patient_flow(self, term: Term, path: str) -> Part:
        """People taken in less residents elsewhere, each at a rate of what a person costs on average."""
        at, care, year = self.care.trial.at, self.care, self.year
        taken_in = at(f"{path}.in_rate", year, 1.0) * at(f"{path}.taken_in", year)
        elsewhere = at(f"{path}.out_rate", year, 1.0) * at(f"{path}.elsewhere", year)
        flows = {}
        for row in care.register:
            people = care.people(row, year)
            average = care.cost(row, year) / people
            flows[row["contract"]] = average * (taken_in * people) - average * (elsewhere * people)
        return self._from_contracts(flows)

    def _cost_plus(self, term: Term, path: str) -> Part:
        """The cost and its margin, no more than the guaranteed price."""
        at, year = self.care.trial.at, self.year
        cost = sum(self._sum(term["on"]).values()) if "on" in term else self.integrator_cost(self.stated.index(term))
        margin = min(at(f"{path}.margin", year, 0.0) * max(cost, 0.0), at(f"{path}.margin_cap", year, math.inf))
        return self._from_whole(term, min(cost + margin, at(f"{path}.guaranteed_price", year, math.inf)))

    def _one_off(self, term: Term, path: str) -> Part:
        at, year = self.care.trial.at, self.year
        stated = enumerate(term["payments"])
        paid = sum(at(f"{path}.payments.{number}.amount", year) for number, one in stated if one["year"] == year)
        return self._from_whole(term, paid * (self.care.trial.index(term["index"], year) if "index" in term else 1.0))

    def _sequestration(self, term: Term, path: str) -> Part:
        rate, on = self.care.trial.at(f"{path}.rate", self.year), self._sum(term["on"])
        cut = term.get("losses", False) or sum(on.values()) > 0
        return self._from_services({s: -rate * amount if cut else 0.0 for s, amount in on.items()})

    def _population(self) -> float:
        trial = self.care.trial
        return trial.at("contract.population", 1) * trial.grown("contract.population_growth", self.year)

    def _sum(self, names: list[str]) -> dict[str, float]:
        """The sum of named terms by service."""
        result = dict.fromkeys(self.care.services, 0.0)
        for name in names:
            for part in self.parts(name):
                for service, amount in part.by_service.items():
                    result[service] += amount
        return result

    def most(self, name: str) -> dict[str, float]:
        """What each outcome could earn from a term with its largest score: never less than nothing."""
        (number,) = [i for i, term in enumerate(self.stated) if term["name"] == name]
        term = self.stated[number]
        if term["kind"] == "rate_card":
            limit = self.care.trial.at(f"{self.path}.{number}.most", self.year) if "most" in term else 0.0
            return {outcome: limit if at == 0 else 0.0 for at, outcome in enumerate(term["outcomes"])}
        rate = self.care.trial.at(f"{self.path}.{number}.rate", self.year)
        on = self._sum(term["on"]) if term["kind"] == "outcome_withhold" else None
        result = {}
        for outcome, stated in self.outcomes.stated.items():
            service = stated["service"]
            base = self.care.target(service, self.year) if on is None else on[service]
            base *= service in term.get("services", self.care.services)
            result[outcome] = max(
                0.0, rate * base * self.outcomes.weight(outcome, self.year) * self.outcomes.largest(outcome)
            )
        return result

    def _earned(self, money: dict[str, float]) -> list[Part]:
        """Each outcome earns its service's money x its weight x its score."""
        earned = []
        for service in self.care.services:
            for outcome in self.outcomes.of_service(service):
                amounts = dict.fromkeys(self.care.services, 0.0)
                share = self.outcomes.weight(outcome, self.year) * self.outcomes.score(outcome, self.year)
                amounts[service] = money[service] * share
                earned.append(self._from_services(amounts, outcome))
        return earned

    def _rate_card(self, term: Term, path: str) -> list[Part]:
        parts = []
        for outcome, amount in rate_card.earned(self.care, self.outcomes, term, path, self.year):
            amounts = dict.fromkeys(self.care.services, 0.0)
            amounts[self.outcomes.stated[outcome]["service"]] = amount
            parts.append(self._from_services(amounts, outcome))
        return parts

    def _gain_loss_share(self, term: Term, path: str) -> float:
        """What the commissioners pay: their share of a loss less their share of a gain."""
        at = self.care.trial.at
        basis = sum(self._sum(term["on"]).values())
        cost = self.integrator_cost(self.stated.index(term))
        bands = []
        for j, band in enumerate(term["bands"]):
            up_to = at(f"{path}.bands.{j}.up_to", self.year) if band.get("up_to") is not None else math.inf
            bands.append((up_to, at(f"{path}.bands.{j}.commissioners", self.year)))
        size = max(basis, 0.0)
        most = at(f"{path}.cap", self.year) * size if "cap" in term else math.inf
        if term.get("from_first_pound"):
            return whole_share(basis - cost, size, bands, most, -1) - whole_share(basis - cost, size, bands, most, +1)
        return share_of(basis - cost, size, bands, most, -1) - share_of(basis - cost, size, bands, most, +1)

    def _shared_savings(self, term: Term, path: str, number: int) -> list[Part]:
        """What the payee earns of savings less what it owes of losses; apart where the two are known at two times."""

        def stated(key: str, default: float) -> float:
            return self.care.trial.at(f"{path}.{key}", self.year, default)

        chosen = term.get("services", self.care.services)
        of_target = {s: self.care.target(s, self.year) for s in self.care.services}
        benchmark = sum(x for s, x in (self._sum(term["on"]) if "on" in term else of_target).items() if s in chosen)
        benchmark *= stated("benchmark", 1.0)
        if "cost" in term:
            cost = sum(x for s, x in self._sum(term["cost"]).items() if s in chosen)
        else:
            cost = self.integrator_cost(number)
        score, known = self._score_of_all(chosen)
        first, later = shared_savings.settled(term, stated, benchmark, cost, score, self._population())
        if not shared_savings.waits_for_scores(term):
            return [self._from_whole(term, first)]
        if read.pays_on_account(term):
            return [replace(self._from_whole(term, first + later), known=known)]
        return [self._from_whole(term, first), replace(self._from_whole(term, later), known=known)]

    def _multilateral_share(self, term: Term, path: str) -> Part:
        """A party's part of the gain or loss, paid to providers, or by commissioners the other way round."""
        at = self.care.trial.at
        basis = sum(self._sum(term["on"]).values()) if "on" in term else self.care.whole_target(self.year)
        part = basis - self.integrator_cost(self.stated.index(term))
        part *= term["shares"].get("commissioners" if term["from"] == "commissioners" else "providers", 0.0)
        if "cap" in term:
            most = at(f"{path}.cap", self.year) * max(basis, 0.0)
            part = min(max(part, -most), most)
        return self._from_whole(term, -part if term["from"] == "commissioners" else part)

    def _flow_down(self, term: Term, path: str) -> Part:
        """What the integrator passes on of what earlier terms bring it, or of what they leave it after its cost."""
        at = self.care.trial.at
        rate = at(f"{path}.rate", self.year, 0.0)
        gains, losses = at(f"{path}.gains", self.year, rate), at(f"{path}.losses", self.year, rate)

        def passed_on(amount: float) -> float:
            return (gains if amount > 0 else losses) * amount

        brought = self._sum(term["on"])
        if term.get("after_cost"):
            margin = sum(brought.values()) - self.integrator_cost(self.stated.index(term))
            return self._from_whole(term, passed_on(margin))
        return self._from_services({s: passed_on(amount) for s, amount in brought.items()})

    def _score_of_all(self, services: list[str]) -> tuple[float, int]:
        """The services' scores, weighted by their targets, and when the last outcome is known."""
        total = weight = 0.0
        known = [0]
        for service in services:
            found = self.outcomes.of_service(service)
            if found:
                own = sum(
                    self.outcomes.weight(name, self.year) * self.outcomes.score(name, self.year) for name in found
                )
                total += own * self.care.target(service, self.year)
                weight += self.care.target(service, self.year)
                known += [self.outcomes.known(name) for name in found]
        return (total / weight if weight else 0.0), max(known)

    def _service_credits(self, term: Term, path: str) -> Part:
        """Taken off every service alike."""
        share = service_credits.share(self.care, term, path, self.year)
        return self._from_services({s: -share * max(x, 0.0) for s, x in self._sum(term["on"]).items()})

    def _banking(self, term: Term, path: str) -> Part:
        first, last = self.span
        before = [Terms(self.care, self.outcomes, self.model, year) for year in range(first, self.year)]
        number = self.stated.index(term)
        gains = [sum(one._sum(term["on"]).values()) - one.integrator_cost(number) for one in (*before, self)]
        return self._from_whole(term, banking.paid(self.care, path, gains, first, last))

    # Cash on account

    def on_account(self, term: Term, part: Part) -> dict[str, float]:
        """What each commissioner pays on account of a part; nothing where a term is not paid so.

        It falls like the target, that of outcome money like what each outcome can earn (like target and weight, where
        none can earn anything).
        """
        if not read.pays_on_account(term) or part.monthly:
            return dict.fromkeys(self.care.commissioners, 0.0)
        amount = self._amount_on_account(term)
        if part.outcome is None:
            return self._from_whole(term, amount).by_commissioner
        most = self.most(term["name"])
        if sum(most.values()) <= 0:
            most = {o: self._target_of(o) * self._share_of_full_score(o) for o in self.outcomes.stated}
        service = self.outcomes.stated[part.outcome]["service"]
        own = amount * most[part.outcome] / sum(most.values())
        return {k: own * self.care.value_share(k, service) for k in self.care.commissioners}

    def _share_of_full_score(self, outcome: str) -> float:
        """Of what the outcomes of its service earn with their largest scores."""
        service = self.outcomes.of_service(self.outcomes.stated[outcome]["service"])
        full = {one: self.outcomes.weight(one, self.year) * self.outcomes.largest(one) for one in service}
        return full[outcome] / sum(full.values())

    def _target_of(self, outcome: str) -> float:
        return self.care.target(self.outcomes.stated[outcome]["service"], self.year)

    def _amount_on_account(self, term: Term) -> float:
        """An amount of money, or a share of the target, of the most to be earned or of an earlier term."""
        stated = term["paid"]["on_account"]["amount"]
        if isinstance(stated, float):
            return stated
        match = re.fullmatch(r"(?:([0-9.]+)% \* )?(\w+)", stated)
        if match is None:
            raise NotImplementedError(f"the reference does not calculate {stated!r}")
        share = float(match[1]) / 100 if match[1] else 1.0
        if match[2] == "maximum":
            return share * sum(self.most(term["name"]).values())
        if match[2] == "target":
            return share * self.care.whole_target(self.year)
        return share * sum(self._sum([match[2]]).values())

    # The integrator's own costs

    def integrator_cost(self, number: int) -> float:
        """What a term of this number counts as the integrator's cost: payments by the terms above it, running cost."""
        paid = sum(
            part.total
            for term in self.stated[:number]
            if (term["from"], term["to"]) == ("integrator", "providers")
            for part in self.parts(term["name"])
        )
        cost = paid + self.running_cost()
        if self.care.trial.scenario["parties"]["integrator"].get("vat_in_shared_cost", False):
            cost += self.vat_on(paid)
        return cost

    def running_cost(self) -> float:
        if not self.has_integrator:
            return 0.0
        path = "parties.integrator.running_cost"
        return self.care.trial.at(path, self.year, 0.0) * self.care.cost_index(self.year) * self.care.optimism(path)

    def vat_on(self, paid: float) -> float:
        """VAT the integrator cannot recover, on its payments to providers."""
        if not self.has_integrator:
            return 0.0
        at, path = self.care.trial.at, "parties.integrator.vat_tiers"
        tiers = [f"{path}.{number}" for number, _ in enumerate(self.care.trial.raw(path) or [])]
        if not tiers:
            return at("parties.integrator.vat_leakage", self.year, 0.0) * paid
        return sum(
            paid
            * at(f"{tier}.share_of_payments", self.year)
            * at(f"{tier}.rate", self.year)
            * (1 - at(f"{tier}.recovered", self.year, 0.0))
            for tier in tiers
        )


def share_of(gain: float, basis: float, bands: list[tuple[float, float]], most: float, side: int) -> float:
    """The commissioners' share of a gain (side +1) or of a loss (side -1), band by band, at most `most`.

    Bands are (upper end as a part of the basis, the commissioners' share), lower ends meeting the upper end before.
    """
    size, low, share = side * gain, 0.0, 0.0
    for up_to, part in bands:
        high = up_to * basis if up_to < math.inf else math.inf
        share += part * (min(max(size, low), high) - low)
        low = high
    return min(share, most)


def whole_share(gain: float, basis: float, bands: list[tuple[float, float]], most: float, side: int) -> float:
    """The same where the band that is reached counts from the first pound."""
    size = max(side * gain, 0.0)
    for up_to, part in bands:
        if size < up_to * basis * (1 - 1e-9):
            return min(part * size, most)
    return min(bands[-1][1] * size, most)
