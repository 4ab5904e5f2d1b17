"""Events in a table: how likely each was stated to be, how often it came about in the run, and for how long."""

from __future__ import annotations

from finmodel.analysis import Summary
from finmodel.report.amounts import DASH, chance, plain
from finmodel.report.grid import Cell, Column, Grid


def events(summary: Summary) -> Grid:
    """A row an event that something reads; none where the scenario has no events."""
    columns = [
        Column("As stated"),
        Column("Came about\nin the run"),
        Column("Years, where\nit did"),
        Column("Base case"),
    ]
    grid = Grid("Events: how likely, and how often they came about in any contract year", "Event", columns)
    for member, stated in summary.about.events.items():
        happened = summary.chance(None, "event_happens", member)
        if happened is None:
            continue
        years = summary.figure(None, "event_years", member)
        base = "happens" if years is not None and years.base else "does not"
        shown = DASH if years is None else plain(years.spread.mean)
        grid.row(summary.about.label(member), [Cell(stated), chance(happened), shown, Cell(base)])
    if not grid.empty:
        grid.notes += [
            "As stated: once in the contract, or anew in each year. Came about: it acted in a contract year. An event",
            "that concerns the whole contract acts in all of its years.",
        ]
    return grid
