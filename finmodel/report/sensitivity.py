"""Question 6 in the terminal: which assumptions matter most, and how far one must move before an answer changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from finmodel.analysis import Estimate, Influence, Model, Sensitivity, Switching
from finmodel.report.amounts import chance, millions, percent
from finmodel.report.grid import FAINT, Cell, Column, Grid
from finmodel.scenario import write_quantity
from finmodel.units import Unit

_READING = (
    "Told from the trials as they were drawn. Share: of the variance of commissioners’ nominal cash that would go if",
    "the driver became known. A driver that varies yearly counts by its mean over the contract years; those that every",
    "contract has for itself count together. ± is one standard error. In names a · stands for a . and a space for _.",
)


def show_sensitivity(console: Console, found: Sensitivity, switching: Sequence[Switching], top: int) -> None:
    """Print what matters most for each payment model, and the switching values."""
    console.print(Text(f"6  {found.title}: which assumptions matter most?", style="bold underline"), soft_wrap=True)
    console.print(Text(f"{found.trials:,} trials, seed {found.seed}", style=FAINT), soft_wrap=True)
    for line in _READING:
        console.print(Text(line, style=FAINT), soft_wrap=True)
    for grid in (*(_tornado(found, model, top) for model in found.models), *_switching(found, switching)):
        if not grid.empty:
            console.print()
            for row in grid.lines(console.width):
                console.print(row, soft_wrap=True)


def _tornado(found: Sensitivity, model: Model, top: int) -> Grid:
    columns = [
        Column("Share of\nvariance"),
        Column("Rank\ncorrelation"),
        Column("Mean where it\nis lowest", spared=True),
        Column("where it\nis highest", spared=True),
        Column("P80\nmoves by", spared=True),
        Column("P(over envelope)\nwhere lowest", spared=True),
        Column("where\nhighest", spared=True),
    ]
    grid = Grid(f"{model.label}: commissioners’ nominal cash, £m", "", columns)
    companions = found.companions[model.name]
    shown = [(name, one) for name, one in found.influences[model.name].items() if one.certain][:top]
    for name, one in shown:
        grid.row(_words(name) + (" *" if name in companions else ""), _cells(one))
    grid.notes.append("Lowest and highest: in a tenth of the trials each. What chance alone could show is left out.")
    if any(name in companions for name, _ in shown):
        grid.notes.append("* This cash does not depend on it: it moves with another driver that matters.")
    return grid


def _cells(one: Influence) -> list[Cell]:
    rho, low, high = one.rank_correlation, one.low, one.high
    moves = Estimate(high.p80.value - low.p80.value, _together(low.p80.se, high.p80.se))
    return [
        percent(one.variance_share),
        Cell(f"{rho.value:.2f}"),
        millions(low.mean),
        millions(high.mean),
        millions(moves),
        chance(low.event),
        chance(high.event),
    ]


def _together(one: float | None, other: float | None) -> float | None:
    """The standard error of a difference between separate trials."""
    return None if one is None or other is None else float((one**2 + other**2) ** 0.5)


def _switching(found: Sensitivity, switching: Sequence[Switching]) -> Iterator[Grid]:
    if not switching:
        return
    labels = {model.name: model.label for model in found.models}
    grid = Grid("Switching values: held at one value in every year and trial", "", [Column("at")])
    for one in switching:
        mean, low, high = (_amount(x, one.unit) for x in (one.mean, one.low, one.high))
        grid.group(f"{_words(one.name)}: {mean} on average, looked at from {low} to {high}")
        if not one.switches:
            grid.row("  No answer changes", [Cell("–")])
        for switch in one.switches:
            said = {
                "cheapest": "becomes the cheapest",
                "over": "P80 passes the allocations",
                "within": "P80 comes within the allocations",
            }
            grid.row(f"  {labels[switch.model]}: {said[switch.answer]}", [Cell(_amount(switch.at, one.unit))])
    grid.notes += [
        "Cheapest: lowest mean nominal cash. P80 within the allocations: headroom in four trials of five, all years.",
        "Each value is that of 4,096 trials on the same futures; a list by year is held at one value in every year.",
    ]
    yield grid


def _words(name: str) -> str:
    return name.replace(".", " · ").replace("_", " ")


def _amount(value: float, unit: Unit) -> str:
    """With two decimals of what is written: a switching value is no surer than that."""
    text = write_quantity(float(f"{value:.3g}"), unit)
    return write_quantity(0.0, unit) if "0.0000" in text else text
