"""The whole contract in one trial under one payment model: amounts, positions, cash by month, present value.

The central case is `calculate(scenario, "programme", central(scenario))`, the scenario from `read.read_scenario`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from . import events, read
from .care import Care
from .effort import cost_of_effort, effort_of
from .exit import Exit, Late, Plan
from .outcomes import AS_IT_IS, Outcomes, World
from .terms import Part, Term, Terms
from .values import Trial, central, drivers, run_off_years

__all__ = ["Result", "calculate", "central", "drivers", "run_off_years"]

Series = dict[str, list[float]]


@dataclass
class Result:
    """One trial, £ nominal. Lists by contract year have Y entries, by financial year enough for all cash.

    `terms[name][year-1]` is by commissioner for a term that commissioners pay or receive, else by contract; signed from
    payer to payee; a term is an empty dict in the years of other phases.
    """

    years: int
    run_off: int
    financial_years: int
    people: Series = field(default_factory=dict)  # by contract
    cost: Series = field(default_factory=dict)  # by contract, after savings
    existing: Series = field(default_factory=dict)  # by contract: what existing terms pay, after savings
    target: Series = field(default_factory=dict)  # by service, at the bid's price
    envelope: list[float] = field(default_factory=list)
    terms: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    measured: Series = field(default_factory=dict)  # by outcome
    score: Series = field(default_factory=dict)  # by outcome
    earned: Series = field(default_factory=dict)  # by outcome
    extra: Series = field(default_factory=dict)  # by outcome: people or points of people more than without effect
    spent: list[float] = field(default_factory=list)  # by all commissioners
    outcome_earned: list[float] = field(default_factory=list)
    outcome_maximum: list[float] = field(default_factory=list)
    payment: Series = field(default_factory=dict)  # by commissioner, accrued
    integrator_surplus: list[float] = field(default_factory=list)
    provider_surplus: Series = field(default_factory=dict)  # by provider
    staff_and_suppliers: list[float] = field(default_factory=list)
    hmrc: list[float] = field(default_factory=list)
    months: Series = field(default_factory=dict)  # cash by commissioner and month of the contract, 12 (Y + R) entries
    cash: Series = field(default_factory=dict)  # by commissioner and financial year
    allocation: Series = field(default_factory=dict)  # by commissioner and financial year
    envelope_cash: list[float] = field(default_factory=list)  # by financial year
    present_value: list[float] = field(default_factory=list)  # by financial year, £real
    exited: list[float] = field(default_factory=list)  # of an integrator that may go: 1 in the years without it
    position: list[float] = field(default_factory=list)  # its margin so far
    called: list[float] = field(default_factory=list)  # guarantee called for losses so far
    excess: list[float] = field(default_factory=list)  # loss beyond capital and guarantee so far
    before_savings: list[float] = field(default_factory=list)  # care, running the integrator, VAT and unpriced work
    unpriced: list[float] = field(default_factory=list)  # what work that nobody priced costs the integrator
    uncapped: list[float] = field(default_factory=list)  # outcome money of rate cards without a maximum
    integrator_months: list[float] = field(default_factory=list)  # its cash by month, its capital apart


def financial_year(start: str, month: int) -> int:
    """The financial year (1 holds the start) of calendar month n, where month 1 holds the start."""
    months_since_april = (int(start.split("-")[1]) - 4) % 12
    return (months_since_april + month - 1) // 12 + 1


def _months_on(day: date, months: int) -> date:
    """So many months later on the same day, or on the last day of a month that is too short."""
    first = date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, 1)
    found = first + timedelta(days=day.day - 1)
    while found.month != first.month:
        found -= timedelta(days=1)
    return found


def instalment_day(start: date, year: int, number: int) -> date:
    """The day on which the n-th instalment of a contract year falls due: the first day of its contract month."""
    return _months_on(start, 12 * (year - 1) + number - 1)


def late_day(start: date, year: int, months: int) -> date:
    """The last day of a contract year and so many months."""
    return _months_on(_months_on(start, 12 * year) - timedelta(days=1), months)


def month_of(start: date, day: date) -> int:
    """The number of the calendar month that a day lies in, where month 1 holds the start."""
    return (day.year - start.year) * 12 + day.month - start.month + 1


def calculate(
    scenario: dict[str, Any],
    model: str,
    draws: dict[str, list[float]],
    world: World = AS_IT_IS,
    effort: dict[str, float] | None = None,
    *,
    stays: bool = False,
    gone: list[float] | None = None,
    plan: Plan | None = None,
) -> Result:
    """One trial of one payment model. KeyError: a distribution without draws; NotImplementedError: a formula.

    `effort`: of the outcomes for which it answers to pay, what one more pays. `stays`: as if the integrator stayed
    whatever happened. `gone`: the years without it (1), where it is not to be decided again but held as it was.
    `plan`: what `planned` gives, where it is known already.
    """
    trial = Trial(scenario, draws)
    stated = scenario["payment_models"][model]
    care = Care(trial, bool(stated.get("savings", False)))
    shares = {name: effort_of(pay, trial, name) for name, pay in (effort or {}).items()}
    integrator = bool(stated.get("integrator", False))
    outcomes = Outcomes(care, stated.get("effect", False), shares, world, starts=integrator)
    start = str(scenario["contract"]["start"])
    run_off = run_off_years(scenario)
    result = Result(trial.years, run_off, financial_year(start, 12 * (trial.years + run_off)))
    _empty(result, care, outcomes, stated)
    can_go = integrator and (scenario["parties"].get("integrator") or {}).get("capital") is not None
    decides = can_go and not stays and gone is None
    leaving = Exit(care, plan or planned(scenario, model, effort)) if decides else None
    last: int | None = None  # the integrator's last year, once it has gone
    for year in range(1, trial.years + 1):
        _care(result, care, year)
        for name in outcomes.stated:
            result.measured[name].append(outcomes.measured(name, year))
            result.score[name].append(outcomes.score(name, year))
        part = events.begun(trial, year) if integrator else 1.0
        if (leaving is not None and leaving.gone) or (gone and gone[year - 1] > 0):
            part = 0.0
        _open(result)
        late = leaving.late if leaving else []
        result.before_savings[-1] += sum(Care(trial, saves=False).cost(row, year) for row in care.register)
        if part > 0:
            _payments(result, care, outcomes, Terms(care, outcomes, model, year), part, late)
        for name, pay in (effort or {}).items():
            cost = part * cost_of_effort(outcomes, name, pay, year)
            result.integrator_surplus[-1] -= cost
            result.staff_and_suppliers[-1] += cost
            _fall(result.integrator_months, year, None, -cost, date.fromisoformat(start))
        last = year - 1 if leaving is not None and leaving.goes_now else last
        for name in outcomes.stated:
            result.extra[name].append(outcomes.more(name, year, last))
        if part < 1:
            _existing(result, care, year, 1 - part, extra=can_go)
        if leaving is not None:
            result.exited.append(float(leaving.gone))
            change = leaving.close(year, result.integrator_surplus[-1])
            result.integrator_surplus[-1] += change.integrator
            result.staff_and_suppliers[-1] += change.staff
            for provider, amount in change.providers.items():
                result.provider_surplus[provider][-1] += amount
            for payer, months, amount in change.owed:
                result.payment[payer][-1] += amount
                _fall(result.months[payer], year, months, amount, date.fromisoformat(start))
            for series, now in zip(
                (result.position, result.called, result.excess),
                (leaving.position, leaving.called, leaving.excess),
                strict=True,
            ):
                series.append(now)
    _financial_years(result, care, start)
    return result


def planned(scenario: dict[str, Any], model: str, effort: dict[str, float] | None = None) -> Plan:
    """What the integrator expects: the base case if it stays."""
    draws = central(scenario)
    margins = calculate(scenario, model, draws, effort=effort, stays=True).integrator_surplus
    trial = Trial(scenario, draws)
    index = scenario["contract"]["target"]["index"]
    return Plan(margins, [trial.index(index, year) for year in range(1, trial.years + 1)])


def _open(result: Result) -> None:
    """A year in which nothing has accrued yet."""
    for by_member in (result.payment, result.earned, result.provider_surplus):
        for amounts in by_member.values():
            amounts.append(0.0)
    single = (result.spent, result.outcome_earned, result.outcome_maximum, result.integrator_surplus, result.hmrc)
    for amounts in (*single, result.staff_and_suppliers, result.before_savings, result.unpriced, result.uncapped):
        amounts.append(0.0)


def _existing(result: Result, care: Care, year: int, part: float, *, extra: bool) -> None:
    """A part of a year in which the existing contracts go on by themselves, without savings."""
    alone = Care(care.trial, saves=False)
    start = date.fromisoformat(str(care.trial.scenario["contract"]["start"]))
    rate = care.trial.at("parties.integrator.exit.extra_cost", year, 0.0) if extra else 0.0
    for row in alone.register:
        paid, cost = part * alone.existing(row, year), part * alone.cost(row, year)
        result.payment[row["commissioner"]][-1] += paid * (1 + rate)
        _fall(result.months[row["commissioner"]], year, None, paid * (1 + rate), start)
        result.provider_surplus[row["provider"]][-1] += paid - cost
        result.staff_and_suppliers[-1] += cost + paid * rate


def _empty(result: Result, care: Care, outcomes: Outcomes, stated: dict[str, Any]) -> None:
    contracts = [row["contract"] for row in care.register]
    for series in (result.people, result.cost, result.existing):
        series.update({contract: [] for contract in contracts})
    result.target.update({service: [] for service in care.services})
    for series in (result.measured, result.score, result.earned, result.extra):
        series.update({name: [] for name in outcomes.stated})
    result.provider_surplus.update({row["provider"]: [] for row in care.register})
    months = 12 * (result.years + result.run_off)
    for commissioner in care.commissioners:
        result.payment[commissioner] = []
        result.months[commissioner] = [0.0] * months
    result.integrator_months = [0.0] * months
    for terms in stated["phases"].values():
        for term in terms:
            result.terms[term["name"]] = [{} for _ in range(result.years)]


def _care(result: Result, care: Care, year: int) -> None:
    for row in care.register:
        result.people[row["contract"]].append(care.people(row, year))
        result.cost[row["contract"]].append(care.cost(row, year))
        result.existing[row["contract"]].append(care.existing(row, year))
    for service in care.services:
        result.target[service].append(care.target(service, year))
    result.envelope.append(sum(care.envelope(service, year) for service in care.services))


def _payments(result: Result, care: Care, outcomes: Outcomes, terms: Terms, in_force: float, late: list[Late]) -> None:
    """Accrue a year's terms to the parties, each party added up from its own receipts and payments.

    `in_force`: the part of the year for which they count. What is due late to the integrator goes into `late`.
    """
    year = terms.year
    start = date.fromisoformat(str(care.trial.scenario["contract"]["start"]))
    outlay = dict.fromkeys(care.commissioners, 0.0)
    contract_receipts = {row["contract"]: 0.0 for row in care.register}
    received = spent = to_providers = 0.0
    earned = dict.fromkeys(outcomes.stated, 0.0)
    most = uncapped = 0.0
    for term, parts in terms.all():
        payer, payee = term["from"], term["to"]
        split = "by_commissioner" if "commissioners" in (payer, payee) else "by_contract"
        shown = result.terms[term["name"]][year - 1]
        for part in parts:
            for member, amount in getattr(part, split).items():
                shown[member] = shown.get(member, 0.0) + amount
            for commissioner, amount in part.by_commissioner.items():
                sign = in_force * ((payer == "commissioners") - (payee == "commissioners"))
                outlay[commissioner] += sign * amount
                first = terms.on_account(term, part)[commissioner]
                amounts = (sign * amount, sign * first)
                paid = _pay(result.months[commissioner], term, part, outcomes, year, amounts, start)
                late += _received(result, commissioner, year, paid, start) if payee == "integrator" else []
            for contract, amount in part.by_contract.items():
                contract_receipts[contract] += ((payee == "providers") - (payer == "providers")) * amount
            received += part.total if payee == "integrator" else 0.0
            spent += part.total if payer == "integrator" else 0.0
            to_providers += part.total if (payer, payee) == ("integrator", "providers") else 0.0
            if part.outcome is not None:
                earned[part.outcome] += part.total
        if term["kind"] in ("outcome_withhold", "incentive_pool", "rate_card"):
            most += sum(terms.most(term["name"]).values())
            without = term["kind"] == "rate_card" and "most" not in term
            uncapped += sum(part.total for part in parts) if without else 0.0
    running, vat = terms.running_cost(), terms.vat_on(to_providers)
    beside, borne = _variations(result, care, terms, in_force, start)
    for commissioner, amount in outlay.items():
        result.payment[commissioner][-1] += amount
    for name, amount in earned.items():
        result.earned[name][-1] += in_force * amount
    result.spent[-1] += sum(outlay.values())
    result.outcome_earned[-1] += in_force * sum(earned.values())
    result.outcome_maximum[-1] += in_force * most
    result.uncapped[-1] += in_force * uncapped
    result.unpriced[-1] += borne
    result.before_savings[-1] += in_force * (running + vat) + borne
    _fall(result.integrator_months, year, None, beside - borne - in_force * (spent + running + vat), start)
    result.integrator_surplus[-1] += in_force * (received - spent - running - vat) + beside - borne
    for provider, surplus in result.provider_surplus.items():
        own = [row["contract"] for row in care.register if row["provider"] == provider]
        surplus[-1] += in_force * sum(contract_receipts[c] - result.cost[c][year - 1] for c in own)
    costs = sum(result.cost[c][year - 1] for c in contract_receipts)
    result.staff_and_suppliers[-1] += in_force * (costs + running) + borne
    result.hmrc[-1] += in_force * vat


def _received(result: Result, payer: str, year: int, paid: list[tuple[int | None, float]], start: date) -> list[Late]:
    """What the integrator receives from a commissioner in its months; what of it is due late."""
    for after, due in paid:
        _fall(result.integrator_months, year, after, due, start)
    return [(payer, year, after, due) for after, due in paid if after]


def _variations(result: Result, care: Care, terms: Terms, in_force: float, start: date) -> tuple[float, float]:
    """Unpriced work of the year: what commissioners pay the integrator for it, and what it costs."""
    trial, year = care.trial, terms.year
    beside = borne = 0.0
    for name in events.stated(trial, "unpriced_variation") if terms.has_integrator else ():
        cost = in_force * events.change(trial, name, year) * care.whole_target(year)
        paid = cost * trial.at(f"events.{name}.commissioners_pay", year, 1.0)
        for payer in care.commissioners:
            parts = (care.value_share(payer, s) * care.target(s, year) for s in care.services)
            own = paid * sum(parts) / care.whole_target(year)
            result.payment[payer][-1] += own
            _fall(result.months[payer], year, None, own, start)
        beside, borne = beside + paid, borne + cost
    return beside, borne


def _pay(
    months: list[float],
    term: Term,
    part: Part,
    outcomes: Outcomes,
    year: int,
    amounts: tuple[float, float],
    start: date,
) -> list[tuple[int | None, float]]:
    """Add an amount accrued in a year, and what of it is paid on account, to the calendar months in which it is paid.

    Monthly: twelve instalments, each on the first day of a contract month. Late: all of it n months after the year's
    last day. Earned outcome money: lag + n months. What is paid on account is so paid too, the rest never before it.
    """
    after = None if part.monthly else read.paid_after(term)
    if part.outcome is not None:
        after = outcomes.known(part.outcome) + (after or 0)
    if part.known is not None:
        after = part.known + (after or 0)
    amount, on_account = amounts
    if read.pays_on_account(term) and not part.monthly:
        early = read.on_account_after(term)
        parts = [(early, on_account), (max(after or 0, early or 0), amount - on_account)]
    else:
        parts = [(after, amount)]
    for months_late, due in parts:
        _fall(months, year, months_late, due, start)
    return parts


def _fall(months: list[float], year: int, after: int | None, amount: float, start: date) -> None:
    if after is not None:
        months[month_of(start, late_day(start, year, after)) - 1] += amount
    else:
        for number in range(1, 13):
            months[month_of(start, instalment_day(start, year, number)) - 1] += amount / 12


def _financial_years(result: Result, care: Care, start: str) -> None:
    """Add months up to financial years; envelope, allocation and VAT fall evenly over their contract year."""

    def by_financial_year(months: list[float]) -> list[float]:
        years = [0.0] * result.financial_years
        for number, amount in enumerate(months, start=1):
            years[financial_year(start, number) - 1] += amount
        return years

    def even(amounts: list[float]) -> list[float]:
        return by_financial_year([amount / 12 for amount in amounts for _ in range(12)])

    for commissioner in care.commissioners:
        result.cash[commissioner] = by_financial_year(result.months[commissioner])
        allocation = [care.allocation(commissioner, year) for year in range(1, result.years + 1)]
        result.allocation[commissioner] = even(allocation)
    result.envelope_cash = even(result.envelope)
    vat = even(result.hmrc)
    rate = care.trial.at("appraisal.discount_rate", 1)
    deflator = care.trial.scenario["appraisal"]["deflator"]
    for f in range(1, result.financial_years + 1):
        cash = sum(result.cash[k][f - 1] for k in care.commissioners)
        real = (cash - vat[f - 1]) / care.trial.index(deflator, f)
        result.present_value.append(real / (1 + rate) ** (f - 1))
