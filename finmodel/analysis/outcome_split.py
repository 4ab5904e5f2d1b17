"""Question 3: what outcome money is paid for, over all contract years: conventions, rule 9.

Standing still, deadweight, attributable and noise add up to what is paid, for all terms and for each outcome.
"""

from __future__ import annotations

from finmodel.analysis.gather import Array, Collector, Ratio, Results

PARTS = ("standing_still", "deadweight", "attributable", "noise")
OTHERS = "other_terms"
"""In the place of an outcome: terms that no single outcome earns."""
_WORKED_OUT = ("outcome_money_standing_still", "outcome_money_with_trend", "outcome_money_with_effect")
_PAID, _STATIC = "outcome_money_paid", "outcome_money_static_with_trend"


def outcome_split(results: Results, into: Collector, model: str) -> None:
    """`outcome_paid` and its parts, each also as a share; what stated baselines would pay for the trend alone."""
    for member in results.members(model, _PAID):
        _member(results, into, model, member)
    if not results.members(model, _STATIC):
        return
    static = results.total(model, _STATIC)
    into.figure(model, "outcome_static_baseline", static)
    maximum = results.total(model, "outcome_maximum")
    share, some = Ratio(static, maximum), bool(maximum.any())
    into.figure(model, "outcome_static_baseline_share", share, unit="rate", when=some)


def _member(results: Results, into: Collector, model: str, member: str | None) -> None:
    paid = results.total(model, _PAID, member)
    runs: list[Array] = [results.zeros(), *(results.total(model, figure, member) for figure in _WORKED_OUT), paid]
    label = member if member in (None, OTHERS) else f"outcomes.{member}"
    some = bool(paid.any())
    into.figure(model, "outcome_paid", paid, member=label)
    for part, before, after in zip(PARTS, runs, runs[1:], strict=False):
        amount = after - before
        into.figure(model, f"outcome_{part}", amount, member=label)
        into.figure(model, f"outcome_{part}_share", Ratio(amount, paid), member=label, unit="rate", when=some)
