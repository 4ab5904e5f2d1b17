"""Own figures in tables: the lines that the modeller asks to report, by year."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Estimate, Summary
from finmodel.report.amounts import DASH, millions, percent, plain
from finmodel.report.grid import Cell, Column, Grid

_UNITS = {"£": "£m", "£real": "£m at base-year prices", "rate": "%"}


def own_in_short(summary: Summary) -> Iterator[Grid]:
    """A row a figure: its mean in each contract year."""
    years = {
        period: when
        for model in (None, *(model.name for model in summary.about.models))
        for period, when in summary.periods(model, "own").items()
    }
    columns = [Column(when, spared=True) for _, when in sorted(years.items())]
    grid = Grid("Means by contract year", "", columns)
    for model, label in _labels(summary).items():
        members = summary.members(model, "own")
        if members:
            grid.group(label)
        for member in members:
            found = [summary.figure(model, "own", member, period) for period in sorted(years)]
            unit = next((one.unit for one in found if one is not None), "")
            cells = [DASH if one is None else _cell(one.spread.mean, unit) for one in found]
            grid.row(f"  {_called(summary, member, unit)}", cells)
    yield grid


def own(summary: Summary) -> Iterator[Grid]:
    """A table for what all payment models share, then one for each model that has own figures."""
    for model, label in _labels(summary).items():
        columns = [Column(name, spared=name in ("P10", "P50", "P90")) for name in ("Mean", "P10", "P50", "P90")]
        grid = Grid(f"{label}: own figures by contract year", "Contract year", columns)
        for member in summary.members(model, "own"):
            for period, when in summary.periods(model, "own").items():
                found = summary.figure(model, "own", member, period)
                if found is None:
                    continue
                if period == 1:
                    grid.group(_called(summary, member, found.unit))
                shown = found.spread
                cells = [_cell(one, found.unit) for one in (shown.mean, *(shown.at(at) for at in (10, 50, 90)))]
                grid.row(when, cells)
        if not grid.empty:
            grid.notes.append(
                "P10: in one future of ten it is less, whether less is good or bad; P90: in one of ten more."
            )
        yield grid


def _labels(summary: Summary) -> dict[str | None, str]:
    return {None: "All payment models", **{model.name: model.label for model in summary.about.models}}


def _called(summary: Summary, member: str, unit: str) -> str:
    return f"{summary.about.label(member)}, {_UNITS.get(unit, unit)}"


def _cell(estimate: Estimate | None, unit: str) -> Cell:
    if estimate is None:
        return DASH
    if unit == "rate":
        return percent(estimate)
    return millions(estimate) if unit in ("£", "£real") else plain(estimate)
