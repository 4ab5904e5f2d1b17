"""Questions 3 and 5: how many more achieve an outcome than under the first payment model, and what one more costs.

Cost: real present value of the commissioners' cash beyond that of the first payment model. Conventions, rule 7.
"""

from __future__ import annotations

from dataclasses import replace

from finmodel.analysis.figures import Figure, Summary
from finmodel.analysis.gather import Array, Collector, Ratio, Results

COUNTS = {"extra_outcomes": "cost_per_extra_outcome", "extra_outcomes_discounted": "cost_per_extra_outcome_discounted"}
"""Counts beyond those without the effect, undiscounted and discounted, and what one more costs by each."""


def extra_outcomes(results: Results, into: Collector, model: str, first: str) -> None:
    """Counts beyond the first payment model's, and present value beyond its own over them; `results` hold both."""
    if model == first:
        return
    cost = results.total(model, "present_value") - results.total(first, "present_value")
    for figure, of_cost in COUNTS.items():
        members = dict.fromkeys([*results.members(model, figure), *results.members(first, figure)])
        for member in members:
            extra = _count(results, model, figure, member) - _count(results, first, figure, member)
            owner = model if member in results.members(model, figure) else first
            unit = results.unit(owner, figure, member)
            into.figure(model, figure, extra, member=f"one_more.{member}", unit=unit)
            one, some = Ratio(cost, extra), bool(extra.any())
            into.figure(model, of_cost, one, member=f"one_more.{member}", unit=f"£real/{unit}", when=some)


def _count(results: Results, model: str, figure: str, member: str | None) -> Array:
    return results.total(model, figure, member)


def without_undefined(summary: Summary) -> Summary:
    """Without the cost of one more where the difference in outcomes is within two standard errors of zero."""
    return replace(summary, figures=tuple(figure for figure in summary.figures if not _undefined(summary, figure)))


def _undefined(summary: Summary, figure: Figure) -> bool:
    counts = {of_cost: count for count, of_cost in COUNTS.items()}
    if figure.figure not in counts:
        return False
    extra = summary.spread(figure.model, counts[figure.figure], figure.member)
    assert extra is not None
    return extra.mean.se is not None and abs(extra.mean.value) <= 2 * extra.mean.se
