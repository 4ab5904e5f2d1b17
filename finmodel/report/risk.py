"""Question 2 in a table: net positions of the parties over the whole contract."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Summary
from finmodel.report.amounts import DASH, chance, millions
from finmodel.report.grid import Column, Grid

_PARTIES = (
    ("commissioners_net", "Commissioners"),
    ("integrator_surplus", "Integrator"),
    ("providers_surplus", "Providers together"),
)


def risk(summary: Summary) -> Iterator[Grid]:
    """Expected net position, its 5th and 95th percentile, and the chances of a loss."""
    columns = [
        Column("Expected"),
        Column("P5"),
        Column("P50"),
        Column("P95"),
        Column("P(loses over\nthe contract)"),
        Column("P(loses in\nany year)"),
    ]
    grid = Grid(
        "Net position over the contract years, accrued, nominal, £m (receipts less payments and own costs)",
        "Party",
        columns,
    )
    for model in summary.about.models:
        grid.group(model.label)
        for figure, party in _PARTIES:
            net = summary.spread(model.name, figure)
            if net is None:
                continue
            loses = summary.chance(model.name, "integrator_loses") if figure == "integrator_surplus" else None
            ever = summary.chance(model.name, "integrator_loses_in_a_year") if figure == "integrator_surplus" else None
            values = [millions(net.mean), millions(net.at(5)), millions(net.at(50)), millions(net.at(95))]
            grid.row(f"  {party}", [*values, chance(loses), chance(ever)])
        if any_provider := summary.chance(model.name, "any_provider_loses"):
            grid.row("  Some provider", [DASH, DASH, DASH, DASH, chance(any_provider), DASH])
    grid.notes.append("Percentiles of parties do not add.")
    yield grid
