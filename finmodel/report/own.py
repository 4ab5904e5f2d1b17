"""Own figures in tables: the lines that the modeller asks to report, by year."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Estimate, Summary
from finmodel.report.amounts import DASH, millions, percent, plain
from finmodel.report.grid import Cell, Column, Grid

_UNITS = {"£": "£m", "£real": "£m at base-year prices", "rate": "%"}


def own(summary: Summary) -> Iterator[Grid]:
    """A table for what all payment models share, then one for each model that has own figures."""
    labels: dict[str | None, str] = {
        None: "All payment models",
        **{model.name: model.label for model in summary.about.models},
    }
    for model, label in labels.items():
        columns = [Column(name, spared=name in ("P10", "P50", "P90")) for name in ("Mean", "P10", "P50", "P90")]
        grid = Grid(f"{label}: own figures by contract year", "Contract year", columns)
        for member in summary.members(model, "own"):
            for period, when in summary.periods(model, "own").items():
                found = summary.figure(model, "own", member, period)
                if found is None:
                    continue
                if period == 1:
                    grid.group(f"{summary.about.label(member)}, {_UNITS.get(found.unit, found.unit)}")
                shown = found.spread
                cells = [_cell(one, found.unit) for one in (shown.mean, *(shown.at(at) for at in (10, 50, 90)))]
                grid.row(when, cells)
        yield grid


def _cell(estimate: Estimate | None, unit: str) -> Cell:
    if estimate is None:
        return DASH
    if unit == "rate":
        return percent(estimate)
    return millions(estimate) if unit in ("£", "£real") else plain(estimate)
