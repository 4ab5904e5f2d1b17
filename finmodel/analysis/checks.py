"""The nine checks before signature, T1 to T9, of each payment model with an integrator: docs/model.md, "Checks".

They read the figures of a run, the scenario and thresholds, which are data. A figure on its threshold is not beyond it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from finmodel.analysis.break_even import break_even
from finmodel.analysis.checks_case import Case, colour
from finmodel.analysis.checks_security import exit_value, guarantee_cover, outcome_risk
from finmodel.analysis.checks_text import against, kept, million, often, per_cent
from finmodel.analysis.estimates import Chance
from finmodel.analysis.figures import Summary
from finmodel.analysis.findings import Finding
from finmodel.analysis.signature_figures import INTEGRATOR, LOSES, LOSES_SO_FAR, MARGIN, TOGETHER
from finmodel.analysis.thresholds import beyond, short_of
from finmodel.scenario.signature import threshold

if TYPE_CHECKING:
    from finmodel.contract import Contract
    from finmodel.scenario import Scenario


def checks_of(contract: Contract, summary: Summary) -> tuple[Finding, ...]:
    """Every finding, payment model by payment model; `summary` holds the base case."""
    models = [model for model in summary.about.models if model.integrator]
    with_savings = [model.name for model in models if contract.scenario.payment_models[model.name].savings]
    years = int(threshold(contract.scenario.checks, "savings", "years"))
    needed = break_even(contract, summary, with_savings, years) if with_savings else {}
    found: list[Finding] = []
    for model in models:
        case = Case(contract, summary, model, needed.get(model.name))
        found += [test(case) for test in TESTS]
    return tuple(found)


def opening_gap(case: Case) -> Finding:
    """T1: what year 1 costs before savings less what commissioners pay for it, over the latter; base case."""
    price, cost = -case.base("commissioners_net", None, 1), case.base("opening_cost", None, 1)
    limit, amber = case.limit("opening_gap", "red"), case.limit("opening_gap", "amber")
    checks = case.scenario.checks
    baseline = checks.opening_baseline if checks else None
    reconciled = baseline is not None and baseline.reconciled
    if reconciled:
        told = "; the opening baseline is reconciled"
    elif baseline is not None:
        told = "; the scenario says that the opening baseline is not reconciled"
    else:
        told = "; the scenario does not say that the opening baseline is reconciled"
    costs = f"year 1 costs {million(cost)} before savings"
    if price <= 0:
        return case.finding("T1", "RED", f"{costs}, and nothing is paid for it{told}", None, limit)
    gap = (cost - price) / price
    status = colour(red=beyond(gap, limit) or not reconciled, amber=beyond(gap, amber))
    compared = f"{million(abs(cost - price))} {'more' if gap > 0 else 'less'} than the {million(price)} paid for it"
    return case.finding("T1", status, f"{costs}, {compared} ({per_cent(abs(gap))} of the price){told}", gap, limit)


def loss(case: Case) -> Finding:
    """T2: how often cost exceeds payment, in a year or until its end: the worst; RED too where P50 is a loss."""
    limit, amber = case.limit("loss", "red"), case.limit("loss", "amber")
    found: list[tuple[Chance, str, str, str]] = []
    for member, who in ((INTEGRATOR, "the integrator"), (TOGETHER, "the integrator and its providers together")):
        for event, when in ((LOSES, "in"), (LOSES_SO_FAR, "from year 1 to the end of")):
            for period, label in case.summary.periods(case.model.name, MARGIN).items():
                chance = case.summary.chance(case.model.name, event, member, period)
                if chance is not None:
                    found.append((chance, who, when, label))
    chance, who, when, label = max(found, key=lambda one: one[0].value)
    half = beyond(chance.value, 0.5)  # more than half of the futures: the margin at P50 is below zero
    status = colour(red=beyond(chance.value, limit) or half, amber=beyond(chance.value, amber))
    total = case.summary.spread(case.model.name, MARGIN, TOGETHER)
    middle = f"; over all years together they {kept(total.at(50).value)} at P50" if total else ""
    worst = ", the worst of all years" if chance.seen else " or any other"
    verb = "loses" if who == "the integrator" else "lose"
    reason = f"{who} {verb} in {often(chance)} {when} {label}{worst}"
    return case.finding("T2", status, f"{reason}{middle}", chance.value, limit, chance.se)


def savings(case: Case) -> Finding:
    """T3: the share of the claimed savings at which the first years break even, base case."""
    years, limit = int(case.limit("savings", "years")), case.limit("savings", "red")
    found, amber = case.break_even, case.limit("savings", "amber")
    who = "those who deliver"
    first = f"in year 1 {who}" if years == 1 else f"in years 1 to {years} {who}"
    if found is None:
        return case.finding("T3", "does not apply", "no savings are claimed under this payment model", None, limit)
    if found.share is None and found.without == found.with_all:
        reason = f"{first} lose {million(-found.without)}, and no saving is claimed that early to make it good"
        return case.finding("T3", "RED", reason, None, limit)
    if found.share is None:
        reason = (
            f"{first} lose {million(-found.without)} without savings, and twice what is claimed does not make that good"
        )
        return case.finding("T3", "RED", reason, None, limit)
    if found.share == 0:
        reason = f"{first} break even without any saving"
    else:
        reason = (
            f"{first} break even only if {per_cent(found.share)} of the savings claimed by then come about; "
            f"without any they lose {million(-found.without)}"
        )
    status = colour(red=beyond(found.share, limit), amber=beyond(found.share, amber))
    return case.finding("T3", status, reason, found.share, limit)


def low_bid(case: Case) -> Finding:
    """T4: the price (payment of all years, base case) over a percentile of what the contract should cost."""
    percent, amber = (round(100 * case.limit("low_bid", key)) for key in ("red", "amber"))
    cost = case.summary.spread(case.model.name, "should_cost")
    assert cost is not None
    price, lowest, middle = case.base("should_cost") + case.base(MARGIN, TOGETHER), cost.at(percent), cost.at(amber)
    if lowest.value <= 0 or middle.value <= 0:
        return case.finding("T4", "does not apply", "the contract should cost nothing")
    ratio, se = price / lowest.value, None if lowest.se is None else price * lowest.se / lowest.value**2
    low = short_of(ratio, 1.0)
    checks = case.scenario.checks
    other = checks.next_bid.price.amount if checks and checks.next_bid else None
    gap = other is not None and beyond(other - 1, case.limit("low_bid", "next_bid"))
    told = f"; the next bid is {against(other)}" if other is not None else ""
    reason = (
        f"the price of {million(price)} is {'' if low else 'not '}below P{percent} of what the contract should cost "
        f"({', '.join(f'P{at} {million(cost.at(at).value)}' for at in sorted({percent, 50, 80}))}){told}"
    )
    status = colour(red=low, amber=short_of(price / middle.value, 1.0) or gap)
    return case.finding("T4", status, reason, ratio, 1.0, se)


def vat(case: Case) -> Finding:
    """T5: whether every payment to providers has its VAT treatment by tier."""
    from finmodel.contract import means

    integrator, limit = case.scenario.parties.integrator, case.limit("vat", "red")
    assert integrator is not None
    if f"{case.model.name}.payments_to_providers" not in case.contract.sheet:
        return case.finding("T5", "does not apply", "the integrator pays no provider", None, limit)
    tiers = integrator.vat_tiers
    if tiers is None:
        reason = "one rate stands for all payments to providers (vat_leakage): no treatment is set for each tier"
        return case.finding("T5", colour(red=short_of(0.0, limit), amber=True), reason, 0.0, limit)
    shares = [means(case.scenario, tier.share_of_payments) for tier in tiers]
    covered = min(sum(by_year) for by_year in zip(*shares, strict=True))
    names = [f"parties.integrator.vat_tiers.{tier.name}" for tier in tiers]
    unsourced = [name for name in names if not _has_source(case.scenario, name)]
    if math.isnan(covered):  # a share is a formula, known only in a run
        reason = "a tier's share of payments is a formula, so nobody can tell whether all payments are in a tier"
        return case.finding("T5", "AMBER", reason, None, limit)
    told = f"{per_cent(min(covered, 1.0))} of payments to providers have a VAT treatment by tier"
    if unsourced:
        told += f"; no source says so for {', '.join(name.rpartition('.')[2] for name in unsourced)}"
    return case.finding("T5", colour(red=short_of(covered, limit), amber=bool(unsourced)), told, covered, limit)


def _has_source(scenario: Scenario, path: str) -> bool:
    return any(path == one or path.startswith(f"{one}.") or one.startswith(f"{path}.") for one in scenario.sources)


def unpriced(case: Case) -> Finding:
    """T9: what unpriced variations cost on average, over the price of all years."""
    found, limit = case.summary.spread(case.model.name, "unpriced"), case.limit("unpriced", "red")
    cost = case.summary.spread(case.model.name, "should_cost")
    margin = case.summary.spread(case.model.name, MARGIN, TOGETHER)
    if found is None or cost is None or margin is None:
        return case.finding("T9", "GREEN", "no unpriced variation is stated among the events", 0.0, limit)
    price = cost.mean.value + margin.mean.value
    share, se = found.mean.value / price, None if found.mean.se is None else found.mean.se / price
    status = colour(red=beyond(share, limit), amber=beyond(share, case.limit("unpriced", "amber")))
    reason = (
        f"variations that nobody priced cost {million(found.mean.value)} on average, {per_cent(share)} of the price"
    )
    return case.finding("T9", status, reason, share, limit, se)


TESTS: tuple[Callable[[Case], Finding], ...] = (
    opening_gap,
    loss,
    savings,
    low_bid,
    vat,
    outcome_risk,
    guarantee_cover,
    exit_value,
    unpriced,
)
