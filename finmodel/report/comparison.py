"""Question 5 in a table: the payment models side by side, on the same futures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from finmodel.analysis import Estimate, Model, Summary
from finmodel.report.amounts import DASH, big_money, chance, millions, percent
from finmodel.report.grid import Cell, Column, Grid

Line = tuple[str, Callable[[Model], Cell]]

_BASE_CASE = "Base case: every draw at its central value (its mean, unless the scenario states another), no noise."
_BENDS = "Means differ from it where a rule bends: marginal rates, bands and scores pay chance unevenly up and down."
_SAME_FUTURES = "Models see the same futures, so a difference is surer than the two figures it is between."


def comparison_in_short(summary: Summary) -> Iterator[Grid]:
    """What no table of an earlier question says, and what a choice turns on; every model in a column."""
    of = _Lines(summary)
    cash = [("Nominal cash, base case", of.base("cash")), ("Nominal cash, mean", of.at("cash"))]
    several = [("  above the first model", of.difference)] if len(summary.about.models) > 1 else []
    rest: list[Line] = [
        ("Nominal cash, P80", of.at("cash", 80)),
        (f"{of.real}, mean", of.at("present_value")),
        ("P(cash over allocations)", of.chance("over_allocation")),
        ("  in any one year", of.chance("over_allocation_in_a_year")),
        ("Integrator’s surplus, base case", of.base("integrator_surplus")),
        ("Integrator’s surplus, mean", of.at("integrator_surplus")),
        ("P(integrator loses)", of.chance("integrator_loses")),
        ("P(some provider loses)", of.chance("any_provider_loses")),
        ("Outcome money, share of the maximum", of.outcome_share),
    ]
    grid = _grid(summary, [("", [*cash, *several, *rest])])
    grid.notes.append(_BASE_CASE)
    yield grid


def comparison(summary: Summary) -> Iterator[Grid]:
    """Every model in a column."""
    about, of = summary.about, _Lines(summary)
    groups: list[tuple[str, list[Line]]] = [
        (
            "Nominal cash, run-off included",
            [
                ("Base case", of.base("cash")),
                ("Mean", of.at("cash")),
                ("P50", of.at("cash", 50)),
                ("P80", of.at("cash", 80)),
                ("P90", of.at("cash", 90)),
            ],
        ),
        (
            f"{of.real}{f' (Green Book {about.green_book})' if about.green_book else ''}",
            [
                ("Base case", of.base("present_value")),
                ("Mean", of.at("present_value")),
                ("P80", of.at("present_value", 80)),
            ],
        ),
        (
            "Is it affordable",
            [
                ("P(payment over envelope)", of.chance("over_envelope")),
                ("P(cash over allocations)", of.chance("over_allocation")),
                ("  in any one year", of.chance("over_allocation_in_a_year")),
            ],
        ),
        (
            "Who bears the risk",
            [
                ("Integrator’s surplus, base case", of.base("integrator_surplus")),
                ("Integrator’s surplus, mean", of.at("integrator_surplus")),
                ("P(integrator loses)", of.chance("integrator_loses")),
                ("P(some provider loses)", of.chance("any_provider_loses")),
            ],
        ),
        (
            "Outcome money",
            [
                ("Earned, base case", of.base("outcome_earned")),
                ("Earned, mean", of.at("outcome_earned")),
                ("Share of the maximum", of.outcome_share),
            ],
        ),
    ]
    if len(about.models) > 1:
        groups[0][1].append(("Mean, above the first model", of.difference))
    if about.quoted_cash is not None:
        groups[2][1].append((f"P(cash over {big_money(about.quoted_cash)})", of.chance("over_quoted_cash")))
    grid = _grid(summary, groups)
    grid.notes += [_BASE_CASE, _BENDS]
    if len(about.models) > 1:
        grid.notes.append(_SAME_FUTURES)
    yield grid


def _grid(summary: Summary, groups: list[tuple[str, list[Line]]]) -> Grid:
    models = summary.about.models
    grid = Grid("All years, side by side, £m", "", [Column(model.label, label=True) for model in models])
    for title, lines in groups:
        grid.group(title)
        for label, cell in lines:
            grid.row(f"  {label}" if title else label, [cell(model) for model in models])
    return grid


class _Lines:
    """What a line shows of each payment model."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        rate = summary.about.discount_rate
        self.real = f"Real present value{f' at {rate}' if rate else ''}"

    def at(self, figure: str, percentile: int | None = None) -> Callable[[Model], Cell]:
        def cell(model: Model) -> Cell:
            found = self.summary.spread(model.name, figure)
            return DASH if found is None else millions(found.mean if percentile is None else found.at(percentile))

        return cell

    def base(self, figure: str) -> Callable[[Model], Cell]:
        def cell(model: Model) -> Cell:
            found = self.summary.base(model.name, figure)
            return DASH if found is None else millions(Estimate(found, 0.0))

        return cell

    def chance(self, event: str) -> Callable[[Model], Cell]:
        return lambda model: chance(self.summary.chance(model.name, event))

    def outcome_share(self, model: Model) -> Cell:
        found = self.summary.spread(model.name, "outcome_share")
        return percent(found.mean if found else None)

    def difference(self, model: Model) -> Cell:
        if model == self.summary.about.models[0]:
            return DASH
        found = self.summary.spread(model.name, "cash_difference")
        return millions(found.mean if found else None)
