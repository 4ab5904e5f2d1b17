"""What the checks before signature rest on: margins by year and so far, what the contract should cost, the first break.

All as if the integrator stayed whatever happened: an exit hides the losses that led to it. Those who deliver are the
integrator alone, and the integrator and its providers `together`: money can move between them.
"""

from __future__ import annotations

from finmodel.analysis.gather import Array, Collector, Results
from finmodel.analysis.thresholds import loses

INTEGRATOR, TOGETHER = "integrator", "together"
MARGIN, LOSES, LOSES_SO_FAR = "margin_if_it_stays", "loses_if_it_stays", "loses_so_far_if_it_stays"
_STAYING = {"payment": "payment_if_it_stays", "integrator_surplus": MARGIN}
_STAYING["providers_surplus"] = "providers_margin_if_it_stays"


def signature(results: Results, into: Collector, model: str) -> None:
    """The figures and events, for a payment model with an integrator."""
    if not results.periods(model, "opening_cost"):
        return
    opening = next(iter(results.periods(model, "opening_cost").items()))
    into.figure(model, "opening_cost", results.values(model, "opening_cost", None, opening[0]), year=opening)
    may_go = bool(results.periods(model, _STAYING["payment"]))

    def of_year(figure: str, period: int) -> Array:
        return results.values(model, _STAYING[figure] if may_go else figure, None, period)

    first_break = min(results.periods(model, "due_before_break"), default=None)
    breaks, so_far = (
        results.periods(model, "due_before_break"),
        {INTEGRATOR: results.zeros(), TOGETHER: results.zeros()},
    )
    cost, years = results.zeros(), results.periods(model, "payment")
    for year in years.items():
        own = of_year("integrator_surplus", year[0]).copy()
        margins = {INTEGRATOR: own, TOGETHER: own + of_year("providers_surplus", year[0])}
        cost += of_year("payment", year[0]) - margins[TOGETHER]
        into.figure(model, MARGIN, own, member=INTEGRATOR, year=year)
        for member, margin in margins.items():
            so_far[member] += margin
            compared = (MARGIN, "zero")
            into.event(model, LOSES, loses(margin), member=member, year=year, compared=compared)
            into.event(model, LOSES_SO_FAR, loses(so_far[member]), member=member, year=year, compared=compared)
        if year[0] == (first_break or max(years)):
            label = breaks[first_break] if first_break else year[1]
            into.figure(model, "loss_to_first_break", -so_far[INTEGRATOR], year=(year[0], label))
    for member, total in so_far.items():
        into.figure(model, MARGIN, total, member=member)
    into.figure(model, "should_cost", cost)
    if results.periods(model, "unpriced"):
        into.figure(model, "unpriced", results.total(model, "unpriced"))
    _at_risk(results, into, model, may_go=may_go)


def _at_risk(results: Results, into: Collector, model: str, *, may_go: bool) -> None:
    """Outcome money at full score (what is earned of that without a maximum), by year."""
    figures = ("outcome_at_risk_if_it_stays",) if may_go else ("outcome_maximum", "outcome_uncapped")
    years: dict[int, str] = {}
    for figure in figures:
        years |= results.periods(model, figure)
    for year in sorted(years.items()):
        total = results.zeros()
        for figure in figures:
            if year[0] in results.periods(model, figure):
                total += results.values(model, figure, None, year[0])
        into.figure(model, "outcome_at_risk", total, year=year, when=bool(total.any()))
