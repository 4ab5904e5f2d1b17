"""Question 4: does the integrator survive, and what does it cost us if it walks away?

An exit is at the end of a contract year, by failure or at a break. What the security must cover, what a walk-out costs
and the cash that is needed are those of an integrator that stays: an exit would hide what follows it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.estimates import Estimate
from finmodel.analysis.gather import Collector, Results

CAUSES = ("failed", "left")
_GOES = "integrator_goes"
_MONEY = ("exit_extra_cost", "exit_unpaid", "guarantee_called", "guarantee", "security", "working_capital")


def exits(results: Results, into: Collector, model: str) -> None:
    """Chance and time of an exit, who pays for it, what the security covers, and the cash that is needed."""
    if not results.periods(model, "failed_after"):
        return
    gone = _chances(results, into, model)
    for figure in _MONEY:
        values = results.total(model, figure)
        into.figure(model, figure, values)
        if figure.startswith("exit_"):
            into.figure(model, f"{figure}_if_it_goes", values, when=gone)
    _at_breaks(results, into, model)
    _liquidity(results, into, model)


def _chances(results: Results, into: Collector, model: str) -> NDArray[np.bool_]:
    """Events by the year at whose end it goes and by cause; which trials have an exit."""
    so_far = np.zeros(results.trials, dtype=np.bool_)
    after = {cause: results.total(model, f"{cause}_after") for cause in CAUSES}
    for year in results.periods(model, "cash_low").items():
        now = {cause: ended == year[0] for cause, ended in after.items()}
        for cause in CAUSES:
            into.event(model, _GOES, now[cause], compared=("exit", cause), member=cause, year=year)
        into.event(model, _GOES, now["failed"] | now["left"], compared=("exit", "any"), year=year)
        so_far |= now["failed"] | now["left"]
        into.event(model, "integrator_gone", so_far, compared=("exit", "any"), year=year)
    ever = {cause: ended > 0 for cause, ended in after.items()}
    for cause in CAUSES:
        into.event(model, _GOES, ever[cause], compared=("exit", cause), member=cause)
    gone = ever["failed"] | ever["left"]
    into.event(model, _GOES, gone, compared=("exit", "any"))
    return gone


def _at_breaks(results: Results, into: Collector, model: str) -> None:
    """The loss up to each break, and what commissioners pay more if the integrator goes there.

    Payment without the integrator less that with it over the remaining years, and taking the contracts back, less the
    exit charge and what is called of the guarantee.
    """
    for year in results.periods(model, "position_at_break").items():
        into.figure(model, "loss_to_break", -results.values(model, "position_at_break", None, year[0]), year=year)
        cost = results.total(model, "gone_less_stays") + results.values(model, "on_leaving", None, year[0])
        if year[0] + 1 in results.periods(model, "reprocurement_at_break"):
            cost += results.values(model, "reprocurement_at_break", None, year[0] + 1)
        into.figure(model, "exit_cost_at_break", cost, year=year)


def _liquidity(results: Results, into: Collector, model: str) -> None:
    ever = np.zeros(results.trials, dtype=np.bool_)
    compared = ("cash", "zero")
    for year in results.periods(model, "cash_low").items():
        values = results.values(model, "cash_low", None, year[0])
        below = values < -0.005
        into.figure(model, "cash_low", values, year=year)
        into.event(model, "cash_below_zero", below, compared=compared, year=year)
        ever |= below
    into.event(model, "cash_below_zero", ever, compared=compared)
    into.figure(model, "worst_month", results.total(model, "worst_month"), unit="month")


def cover(security: Estimate, loss: Estimate) -> Estimate | None:
    """Security over a percentile of the loss, with the standard error that the percentile's gives; None without a loss.

    `c = S / L; se = c sqrt((se_S / S)² + (se_L / L)²)`.
    """
    if loss.value <= 0:
        return None
    ratio = security.value / loss.value
    if security.se is None or loss.se is None:
        return Estimate(ratio, None)
    own = security.se / loss.value
    return Estimate(ratio, float(np.hypot(own, ratio * loss.se / loss.value)))
