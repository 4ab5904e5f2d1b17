"""Question 5 in a table: the payment models side by side, on the same futures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from finmodel.analysis import Estimate, Model, Summary
from finmodel.report.affordability import wrapped
from finmodel.report.amounts import DASH, big_money, chance, millions, percent
from finmodel.report.grid import Cell, Column, Grid

AT_ONCE = 5
"""Models in one table; more would not fit beside each other."""

Line = tuple[str, Callable[[Model], Cell]]


def comparison(summary: Summary) -> Iterator[Grid]:
    """Every model in a column; further tables where there are many."""
    models = summary.about.models
    for start in range(0, len(models), AT_ONCE):
        yield _side_by_side(summary, models[start : start + AT_ONCE])


def _side_by_side(summary: Summary, models: tuple[Model, ...]) -> Grid:
    about = summary.about
    grid = Grid("All years, side by side, £m", "", [Column(wrapped(model.label)) for model in models])

    def at(figure: str, percentile: int | None = None) -> Callable[[Model], Cell]:
        def cell(model: Model) -> Cell:
            found = summary.spread(model.name, figure)
            return DASH if found is None else millions(found.mean if percentile is None else found.at(percentile))

        return cell

    def base(figure: str) -> Callable[[Model], Cell]:
        def cell(model: Model) -> Cell:
            found = summary.base(model.name, figure)
            return DASH if found is None else millions(Estimate(found, 0.0))

        return cell

    def of(event: str) -> Callable[[Model], Cell]:
        return lambda model: chance(summary.chance(model.name, event))

    def share(model: Model) -> Cell:
        found = summary.spread(model.name, "outcome_share")
        return percent(found.mean if found else None)

    first = about.models[0]
    real = f"Real present value{f' at {about.discount_rate}' if about.discount_rate else ''}"
    book = f" (Green Book {about.green_book})" if about.green_book else ""
    groups: list[tuple[str, list[Line]]] = [
        (
            "Nominal cash, run-off included",
            [
                ("Base case", base("cash")),
                ("Mean", at("cash")),
                ("P50", at("cash", 50)),
                ("P80", at("cash", 80)),
                ("P90", at("cash", 90)),
            ],
        ),
        (
            f"{real}{book}",
            [("Base case", base("present_value")), ("Mean", at("present_value")), ("P80", at("present_value", 80))],
        ),
        (
            "Is it affordable",
            [
                ("P(payment over envelope)", of("over_envelope")),
                ("P(cash over allocations)", of("over_allocation")),
                ("  in any one year", of("over_allocation_in_a_year")),
            ],
        ),
        (
            "Who bears the risk",
            [
                ("Integrator’s surplus, base case", base("integrator_surplus")),
                ("Integrator’s surplus, mean", at("integrator_surplus")),
                ("P(integrator loses)", of("integrator_loses")),
                ("P(some provider loses)", of("any_provider_loses")),
            ],
        ),
        (
            "Outcome money",
            [
                ("Earned, base case", base("outcome_earned")),
                ("Earned, mean", at("outcome_earned")),
                ("Share of the maximum", share),
            ],
        ),
    ]
    if len(about.models) > 1:
        groups[0][1].append(("Mean, above the first model", _difference(summary, first)))
    if about.quoted_cash is not None:
        groups[2][1].append((f"P(cash over {big_money(about.quoted_cash)})", of("over_quoted_cash")))
    for title, lines in groups:
        grid.group(title)
        for label, cell in lines:
            grid.row(f"  {label}", [cell(model) for model in models])
    grid.notes.append(
        "Base case: every draw at its central value (its mean, unless the scenario states another), no noise."
    )
    grid.notes.append(
        "Means differ from it where a rule bends: marginal rates, bands and scores pay chance unevenly up and down."
    )
    if len(about.models) > 1:
        grid.notes.append("Models see the same futures, so a difference is surer than the two figures it is between.")
    return grid


def _difference(summary: Summary, first: Model) -> Callable[[Model], Cell]:
    def cell(model: Model) -> Cell:
        if model == first:
            return DASH
        found = summary.spread(model.name, "cash_difference")
        return millions(found.mean if found else None)

    return cell
