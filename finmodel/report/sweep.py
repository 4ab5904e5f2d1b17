"""A sweep in the terminal: a table for each payment model, a row for each point of the grid."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Estimate, Model, Point, Sweep
from finmodel.report.amounts import DASH, chance, millions
from finmodel.report.grid import FAINT, Cell, Column, Grid

_READING = (
    "All points see the same futures. Differences are from the first point, paired by trial; ± is one standard error."
)

_BIASED = "cash_with_optimism_bias"


def show_sweep(console: Console, found: Sweep) -> None:
    """Print the sweep."""
    about = found.points[0].summary.about
    console.print(Text(about.title, style="bold"), soft_wrap=True)
    heading = f"{found.trials:,} trials, seed {found.seed}, {len(found.points)} points"
    console.print(Text(heading, FAINT), soft_wrap=True)
    console.print(Text(_READING, style=FAINT), soft_wrap=True)
    for path in found.paths:
        values = dict.fromkeys(point.values[found.paths.index(path)] for point in found.points)
        console.print(Text(f"Varied: {path} = {', '.join(values)}"), soft_wrap=True)
    for model in about.models:
        console.print()
        for line in _grid(found, model).lines(console.width):
            console.print(line, soft_wrap=True)


def _grid(found: Sweep, model: Model) -> Grid:
    headings = ["Base\ncase", "Cash", "Cash\nP80", "Difference\nin cash", "P(over\nallocation)"]
    biased = any(point.summary.figure(model.name, _BIASED) for point in found.points)
    if biased:
        headings.insert(1, "with opti-\nmism bias")
    if model.integrator:
        headings += ["Integrator's\nsurplus", "Difference\nin surplus", "P(it\nloses)"]
    names = [path.rpartition(".")[2] for path in found.paths]
    grid = Grid(f"{model.label}: all years, £m", ", ".join(names), [Column(heading) for heading in headings])
    for point in found.points:
        bases = [_base(point, model, figure) for figure in ("cash", _BIASED) if biased or figure == "cash"]
        grid.row(", ".join(point.values), [*bases, *_cells(point, model)])
    return grid


def _base(point: Point, model: Model, name: str) -> Cell:
    figure = point.summary.figure(model.name, name)
    return DASH if figure is None or figure.base is None else millions(Estimate(figure.base, 0.0))


def _cells(point: Point, model: Model) -> list[Cell]:
    summary = point.summary
    cash = summary.spread(model.name, "cash")
    cells = [
        millions(cash.mean if cash else None),
        millions(cash.at(80) if cash else None),
        _gap(point, model.name, "cash"),
        chance(summary.chance(model.name, "over_allocation")),
    ]
    if model.integrator:
        surplus = summary.spread(model.name, "integrator_surplus")
        cells += [
            millions(surplus.mean if surplus else None),
            _gap(point, model.name, "integrator_surplus"),
            chance(summary.chance(model.name, "integrator_loses")),
        ]
    return cells


def _gap(point: Point, model: str, figure: str) -> Cell:
    gap = point.differences.get((model, figure))
    return millions(gap.mean) if gap else DASH
