"""The whole contract in one trial under one payment model: amounts, positions, cash by month, present value.

The central case is `calculate(scenario, "programme", central(scenario))`, the scenario from `read.read_scenario`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from . import read
from .care import Care
from .effort import cost_of_effort, effort_of
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
    target: Series = field(default_factory=dict)  # by service
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
) -> Result:
    """One trial of one payment model. KeyError: a distribution without draws; NotImplementedError: a formula.

    `effort`: of the outcomes for which it answers to pay, what one more pays.
    """
    trial = Trial(scenario, draws)
    stated = scenario["payment_models"][model]
    care = Care(trial, bool(stated.get("savings", False)))
    shares = {name: effort_of(pay, trial, name) for name, pay in (effort or {}).items()}
    outcomes = Outcomes(care, stated.get("effect", False), shares, world)
    start = str(scenario["contract"]["start"])
    run_off = run_off_years(scenario)
    result = Result(trial.years, run_off, financial_year(start, 12 * (trial.years + run_off)))
    _empty(result, care, outcomes, stated)
    for year in range(1, trial.years + 1):
        _care(result, care, year)
        for name in outcomes.stated:
            result.measured[name].append(outcomes.measured(name, year))
            result.score[name].append(outcomes.score(name, year))
        _payments(result, care, outcomes, Terms(care, outcomes, model, year))
        for name, pay in (effort or {}).items():
            cost = cost_of_effort(outcomes, name, pay, year)
            result.integrator_surplus[-1] -= cost
            result.staff_and_suppliers[-1] += cost
        for name in outcomes.stated:
            result.extra[name].append(outcomes.more(name, year))
    _financial_years(result, care, start)
    return result


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
    result.envelope.append(care.whole_target(year))


def _payments(result: Result, care: Care, outcomes: Outcomes, terms: Terms) -> None:
    """Accrue a year's terms to the parties, each party added up from its own receipts and payments."""
    year = terms.year
    start = date.fromisoformat(str(care.trial.scenario["contract"]["start"]))
    outlay = dict.fromkeys(care.commissioners, 0.0)
    contract_receipts = {row["contract"]: 0.0 for row in care.register}
    received = paid = to_providers = 0.0
    earned = dict.fromkeys(outcomes.stated, 0.0)
    most = 0.0
    for term, parts in terms.all():
        payer, payee = term["from"], term["to"]
        split = "by_commissioner" if "commissioners" in (payer, payee) else "by_contract"
        shown = result.terms[term["name"]][year - 1]
        for part in parts:
            for member, amount in getattr(part, split).items():
                shown[member] = shown.get(member, 0.0) + amount
            for commissioner, amount in part.by_commissioner.items():
                sign = (payer == "commissioners") - (payee == "commissioners")
                outlay[commissioner] += sign * amount
                first = terms.on_account(term, part)[commissioner]
                amounts = (sign * amount, sign * first)
                _pay(result.months[commissioner], term, part, outcomes, year, amounts, start)
            for contract, amount in part.by_contract.items():
                contract_receipts[contract] += ((payee == "providers") - (payer == "providers")) * amount
            received += part.total if payee == "integrator" else 0.0
            paid += part.total if payer == "integrator" else 0.0
            to_providers += part.total if (payer, payee) == ("integrator", "providers") else 0.0
            if part.outcome is not None:
                earned[part.outcome] += part.total
        if term["kind"] in ("outcome_withhold", "incentive_pool", "rate_card"):
            most += sum(terms.most(term["name"]).values())
    running, vat = terms.running_cost(), terms.vat_on(to_providers)
    for commissioner, amount in outlay.items():
        result.payment[commissioner].append(amount)
    for name, amount in earned.items():
        result.earned[name].append(amount)
    result.spent.append(sum(outlay.values()))
    result.outcome_earned.append(sum(earned.values()))
    result.outcome_maximum.append(most)
    result.integrator_surplus.append(received - paid - running - vat)
    for provider, surplus in result.provider_surplus.items():
        own = [row["contract"] for row in care.register if row["provider"] == provider]
        surplus.append(sum(contract_receipts[c] - result.cost[c][year - 1] for c in own))
    result.staff_and_suppliers.append(sum(result.cost[c][year - 1] for c in contract_receipts) + running)
    result.hmrc.append(vat)


def _pay(
    months: list[float],
    term: Term,
    part: Part,
    outcomes: Outcomes,
    year: int,
    amounts: tuple[float, float],
    start: date,
) -> None:
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
        _fall(months, year, early, on_account, start)
        _fall(months, year, max(after or 0, early or 0), amount - on_account, start)
    else:
        _fall(months, year, after, amount, start)


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
