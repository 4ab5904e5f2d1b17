"""Question 3 in tables: outcome money earned, what it is paid for, and what is achieved at what cost."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import ALL_YEARS, Summary
from finmodel.report.amounts import millions, percent
from finmodel.report.each_model import options_of, outcome_money
from finmodel.report.grid import Column, Grid
from finmodel.report.outcomes_achieved import achieved
from finmodel.report.outcomes_paid_for import paid_for


def outcomes_in_short(summary: Summary) -> Iterator[Grid]:
    """One row a payment model."""
    yield outcome_money(options_of(summary))


def outcomes(summary: Summary) -> Iterator[Grid]:
    """For each payment model that pays for outcomes what is earned and for what; then what one more costs."""
    yield from _earned(summary)
    yield from paid_for(summary)
    yield from achieved(summary)


def _earned(summary: Summary) -> Iterator[Grid]:
    for model in summary.about.models:
        columns = [
            Column("Maximum"),
            Column("Earned"),
            Column("P10", spared=True),
            Column("P50", spared=True),
            Column("P90", spared=True),
            Column("Share of\nmaximum"),
            Column("Share\nP10", spared=True),
            Column("Share\nP90", spared=True),
        ]
        uncapped = summary.spread(model.name, "outcome_uncapped", None, None) is not None
        if uncapped:
            columns.append(Column("Earned with\nno maximum"))
        title = f"{model.label}: outcome payments by the contract year they reward, nominal, £m"
        grid = Grid(title, "Contract year", columns)
        for period, label in [*summary.periods(model.name, "outcome_earned").items(), (None, ALL_YEARS.capitalize())]:
            earned = summary.spread(model.name, "outcome_earned", None, period)
            maximum = summary.spread(model.name, "outcome_maximum", None, period)
            share = summary.spread(model.name, "outcome_share", None, period)
            if earned is None:
                continue
            cells = [
                millions(maximum.mean if maximum else None),
                millions(earned.mean),
                *(millions(earned.at(at)) for at in (10, 50, 90)),
                percent(share.mean if share else None),
                *(percent(share.at(at) if share else None) for at in (10, 90)),
            ]
            if uncapped:
                without = summary.spread(model.name, "outcome_uncapped", None, period)
                cells.append(millions(without.mean if without else None))
            grid.row(label, cells, total=period is None)
        grid.notes.append("Percentiles of years do not add.")
        if uncapped:
            grid.notes.append("A rate card without a cap has no maximum: what it earns is in 'Earned' and in no share.")
        yield grid
