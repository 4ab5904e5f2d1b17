"""Question 1 in tables: all years by payment model; in full each model by year, all commissioners and each of them."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import ALL_YEARS, Model, Spread, Summary
from finmodel.report.amounts import DASH, big_money, chance, millions
from finmodel.report.breaks import committed
from finmodel.report.each_model import options_of, over_allocation
from finmodel.report.grid import Cell, Column, Grid
from finmodel.report.optimism import optimism

RUN_OFF = "run-off"
_DO_NOT_ADD = "Percentiles of years or parties do not add."

_YEARLY = (
    Column("Mean"),
    Column("P10", spared=True),
    Column("P50", spared=True),
    Column("P80", spared=True),
    Column("P90", spared=True),
    Column("Allocation", spared=True),
    Column("Headroom\nat mean", spared=True),
    Column("Headroom\nat P80", spared=True),
    Column("P(over\nallocation)"),
)


def affordability_in_short(summary: Summary) -> Iterator[Grid]:
    """All years: commissioners together, and how likely each of them overspends."""
    yield _headline(summary)
    yield optimism(summary)
    if len({member for model in summary.about.models for member in summary.members(model.name, "headroom")}) > 1:
        yield from over_allocation(options_of(summary))


def affordability(summary: Summary) -> Iterator[Grid]:
    """The tables of question 1."""
    yield _headline(summary)
    yield optimism(summary)
    yield from committed(summary)
    yield _envelope(summary)
    for model in summary.about.models:
        yield _by_year(summary, model)
        yield _by_commissioner(summary, model)


def _headline(summary: Summary) -> Grid:
    quoted = summary.about.quoted_cash
    columns = [
        Column("Mean"),
        Column("P10", spared=True),
        Column("P90", spared=True),
        Column("Headroom\nat mean", spared=True),
        Column("Headroom\nat P80", spared=True),
        Column("P(over\nallocation)"),
        Column("P(over\nenvelope)"),
    ]
    if quoted is not None:
        columns.append(Column(f"P(over\n{big_money(quoted)})"))
    grid = Grid("All commissioners, all years: nominal cash, £m", "Payment model", columns)
    for model in summary.about.models:
        cash = summary.spread(model.name, "cash")
        if cash is None:
            continue
        cells = [
            millions(cash.mean),
            millions(cash.at(10)),
            millions(cash.at(90)),
            *_headroom(summary.spread(model.name, "headroom")),
            chance(summary.chance(model.name, "over_allocation")),
            chance(summary.chance(model.name, "over_envelope")),
        ]
        if quoted is not None:
            cells.append(chance(summary.chance(model.name, "over_quoted_cash")))
        grid.row(model.label, cells)
    grid.notes += [
        "Over the allocation: cash of all years, run-off included, against allocations of all years. A surplus in one",
        "year or of one commissioner counts against an overspend in another (in any one year: see question 5).",
        "Over the envelope: payment accrued for the contract years.",
    ]
    if quoted is not None:
        grid.notes.append(f"Over {big_money(quoted)}: all cash, against the cash quoted to the public.")
    grid.notes.append(
        "Headroom is the allocation less cash, trial by trial; at P80 it is what four trials in five leave at least."
    )
    return grid


def _envelope(summary: Summary) -> Grid:
    models = summary.about.models
    columns = [Column("Envelope"), *(Column(model.label, label=True) for model in models)]
    grid = Grid(
        "P(payment accrued for a contract year is over its envelope); envelope: mean, £m", "Contract year", columns
    )
    for period, label in [*summary.periods(None, "envelope").items(), (None, ALL_YEARS.capitalize())]:
        envelope = summary.spread(None, "envelope", None, period)
        chances = [chance(summary.chance(model.name, "over_envelope", None, period)) for model in models]
        if envelope:
            grid.row(label, [millions(envelope.mean), *chances], total=period is None)
    return grid


def _by_year(summary: Summary, model: Model) -> Grid:
    grid = Grid(f"{model.label}: all commissioners, nominal cash by financial year, £m", "Year", _YEARLY)
    _years(grid, summary, model, None)
    grid.notes.append(_DO_NOT_ADD)
    return grid


def _by_commissioner(summary: Summary, model: Model) -> Grid:
    grid = Grid(f"{model.label}: each commissioner, nominal cash by financial year, £m", "Year", _YEARLY)
    for member in summary.members(model.name, "cash"):
        grid.group(summary.about.label(member))
        _years(grid, summary, model, member)
    grid.notes.append(_DO_NOT_ADD)
    return grid


def _years(grid: Grid, summary: Summary, model: Model, member: str | None) -> None:
    for period, label in [*summary.periods(model.name, "cash").items(), (None, ALL_YEARS.capitalize())]:
        cash = summary.spread(model.name, "cash", member, period)
        if cash is None or (label.endswith(RUN_OFF) and cash.mean.value == 0 and cash.at(95).value == 0):
            continue  # a run-off year in which nothing is paid
        allocation = summary.spread(None, "allocation", member, period)
        cells = [
            millions(cash.mean),
            *(millions(cash.at(percent)) for percent in (10, 50, 80, 90)),
            millions(allocation.mean if allocation else None),
            *_headroom(summary.spread(model.name, "headroom", member, period)),
            chance(summary.chance(model.name, "over_allocation", member, period)),
        ]
        grid.row(label, cells, total=period is None)


def _headroom(headroom: Spread | None) -> tuple[Cell, Cell]:
    """At the mean, and at the 80th percentile of cash, which is the 20th of headroom."""
    if headroom is None:
        return DASH, DASH
    return millions(headroom.mean), millions(headroom.at(20))
