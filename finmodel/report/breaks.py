"""Question 1, where the contract has breaks: what commissioners are committed to until each of them."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Summary
from finmodel.report.amounts import millions
from finmodel.report.grid import Column, Grid


def committed(summary: Summary) -> Iterator[Grid]:
    """One table: for each break, what is due for the years before it, what is paid by then, and what is still owed."""
    columns = [
        Column("Due: mean"),
        Column("P10", spared=True),
        Column("P90", spared=True),
        Column("Paid by the\nbreak: mean"),
        Column("P10", spared=True),
        Column("P90", spared=True),
        Column("Still owed:\nmean"),
    ]
    grid = Grid("Committed to the first break: all commissioners, nominal, £m", "Payment model", columns)
    breaks = {
        years: day
        for model in summary.about.models
        for years, day in summary.periods(model.name, "due_before_break").items()
    }
    if len(breaks) > 1:
        grid.title = "Committed to the first break and to later ones: all commissioners, nominal, £m"
    for years, day in sorted(breaks.items()):
        grid.group(f"Break on {day}, after {years} contract year{'' if years == 1 else 's'}")
        for model in summary.about.models:
            due = summary.spread(model.name, "due_before_break", None, years)
            cash = summary.spread(model.name, "cash_before_break", None, years)
            owed = summary.spread(model.name, "owed_at_break", None, years)
            if due is None or cash is None or owed is None:
                continue
            shown = [estimate for spread in (due, cash) for estimate in (spread.mean, spread.at(10), spread.at(90))]
            grid.row(model.label, [*map(millions, shown), millions(owed.mean)])
    grid.notes += [
        "Due: payment accrued for the contract years before the break, whenever it is paid. Still owed: what of it is",
        "paid after the break, such as outcome money known late; negative: what commissioners get back.",
    ]
    yield grid
