"""The checks before signature of what stands behind the integrator: T6, T7 and T8."""

from __future__ import annotations

from finmodel.analysis.checks_case import Case, colour
from finmodel.analysis.checks_text import million, per_cent
from finmodel.analysis.estimates import Estimate
from finmodel.analysis.exit import cover
from finmodel.analysis.findings import Finding
from finmodel.analysis.signature_figures import INTEGRATOR, MARGIN
from finmodel.analysis.thresholds import HALF_A_PENNY, beyond, short_of


def outcome_risk(case: Case) -> Finding:
    """T6: outcome money at full score over the integrator's mean margin of the year and its capital: the worst year.

    The standard error is the most that the errors of the two give.
    """
    name, limit = case.model.name, case.limit("outcome_risk", "red")
    years = case.summary.periods(name, "outcome_at_risk")
    if not years:
        return case.finding("T6", "does not apply", "no outcome money is at risk", None, limit)
    capital = _capital(case)
    reserve = "no capital is stated" if capital is None else f"its capital of {million(capital)}"
    worst: tuple[float, float | None, str, float, float] | None = None
    for period, label in years.items():
        at_risk = case.summary.spread(name, "outcome_at_risk", None, period)
        margin = case.summary.spread(name, MARGIN, INTEGRATOR, period)
        assert at_risk is not None
        assert margin is not None
        means = margin.mean.value + (capital or 0.0)
        if at_risk.mean.value <= HALF_A_PENNY:
            continue
        if means <= HALF_A_PENNY:
            reason = (
                f"a bad {label} puts {million(at_risk.mean.value)} of outcome money at risk, and nothing is there to "
                f"bear it: a mean margin of {million(margin.mean.value)}, {reserve}"
            )
            return case.finding("T6", "RED", reason, None, limit)
        ratio = at_risk.mean.value / means
        if worst is None or ratio > worst[0]:
            errors = at_risk.mean.se, margin.mean.se
            se = None if None in errors else ((errors[0] or 0.0) + ratio * (errors[1] or 0.0)) / means
            worst = ratio, se, label, at_risk.mean.value, margin.mean.value
    if worst is None:
        return case.finding("T6", "does not apply", "no outcome money is at risk", None, limit)
    ratio, se, label, money, mean = worst
    status = colour(red=beyond(ratio, limit), amber=beyond(ratio, case.limit("outcome_risk", "amber")))
    reason = (
        f"a bad {label} puts {million(money)} of outcome money at risk, {per_cent(ratio)} of what can bear it: "
        f"a mean margin of {million(mean)}, {reserve}"
    )
    return case.finding("T6", status, reason, ratio, limit, se)


def _capital(case: Case) -> float | None:
    security, guarantee = (case.summary.spread(case.model.name, one) for one in ("security", "guarantee"))
    if security is None:
        return None
    return security.mean.value - (guarantee.mean.value if guarantee else 0.0)


def guarantee_cover(case: Case) -> Finding:
    """T7: the guarantee over a percentile of the integrator's loss up to the first break (to the end without one)."""
    name, limit = case.model.name, case.limit("guarantee", "red")
    percents = [round(100 * case.limit("guarantee", key)) for key in ("percentile", "amber_percentile")]
    (period, label), *_ = case.summary.periods(name, "loss_to_first_break").items()
    loss = case.summary.spread(name, "loss_to_first_break", None, period)
    assert loss is not None
    has_break = bool(case.scenario.contract.breaks)
    until = f"the break on {label}" if has_break else "the end of the contract, which has no break"
    stated = case.summary.spread(name, "guarantee")
    given = stated.mean if stated else Estimate(0.0, 0.0)
    losses = [loss.at(percent) for percent in percents]
    covers = [cover(given, one) if one.value > HALF_A_PENNY else None for one in losses]
    red = covers[0] is not None and short_of(covers[0].value, limit)
    amber = covers[1] is not None and short_of(covers[1].value, case.limit("guarantee", "amber"))
    status = colour(red=red, amber=amber)
    if covers[0] is None:
        later = f"; at P{percents[1]} it loses {million(losses[1].value)}" if covers[1] is not None else ""
        reason = f"up to {until} the integrator loses nothing at P{percents[0]}{later}"
        return case.finding("T7", status, reason, None, limit)
    guarantee = f"the guarantee of {million(given.value)}" if given.value else "there is no guarantee: it"
    lost = f"the P{percents[0]} loss of {million(losses[0].value)} up to {until}"
    reason = f"{guarantee} covers {per_cent(covers[0].value)} of {lost}"
    return case.finding("T7", status, reason, covers[0].value, limit, covers[0].se)


def exit_value(case: Case) -> Finding:
    """T8: what it costs commissioners if the integrator walks away at each break; the figure is the dearest mean."""
    name = case.model.name
    found = {
        label: spread
        for period, label in case.summary.periods(name, "exit_cost_at_break").items()
        if (spread := case.summary.spread(name, "exit_cost_at_break", None, period))
    }
    if not found:
        missing = [
            what
            for what, there in (
                ("the integrator's capital", bool(case.summary.spread(name, "security"))),
                ("the contract's breaks", bool(case.scenario.contract.breaks)),
            )
            if not there
        ]
        reason = f"nobody can tell what an exit costs: the scenario does not state {' and '.join(missing)}"
        return case.finding("T8", "AMBER", reason, unit="£")
    dearest = max(found.values(), key=lambda spread: spread.mean.value)
    parts = [f"on {day} {million(one.mean.value)} (P90 {million(one.at(90).value)})" for day, one in found.items()]
    reason = f"if the integrator walks away commissioners pay more by: {'; '.join(parts)}"
    return case.finding("T8", "shown", reason, dearest.mean.value, None, dearest.mean.se, "£")
