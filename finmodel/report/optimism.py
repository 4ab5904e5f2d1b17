"""The base case with optimism bias beside the base case and what the trials say, where a scenario asks for it."""

from __future__ import annotations

from finmodel.analysis import Estimate, Summary
from finmodel.report.amounts import millions
from finmodel.report.grid import Column, Grid


def optimism(summary: Summary) -> Grid:
    """A row a payment model that has it; none otherwise."""
    columns = [
        Column("Base case"),
        Column("with optimism\nbias"),
        Column("Mean of\nthe trials"),
        Column("P80", spared=True),
        Column("P90", spared=True),
    ]
    grid = Grid(
        "Base case with optimism bias: all commissioners, all years, nominal cash, £m", "Payment model", columns
    )
    for model in summary.about.models:
        biased, cash = (summary.figure(model.name, name) for name in ("cash_with_optimism_bias", "cash"))
        if biased is None or cash is None or cash.base is None:
            continue
        spread = cash.spread
        base = Estimate(cash.base, 0.0)
        cells = [base, biased.spread.mean, spread.mean, spread.at(80), spread.at(90)]
        grid.row(model.label, [millions(cell) for cell in cells])
    grid.notes += [
        "Optimism bias stands in for risk that nobody has put a number on; the trials hold what the drivers say. They",
        "are two answers to one question, and are not added.",
    ]
    return grid
