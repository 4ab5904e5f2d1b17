"""Question 2 in tables: net positions of the parties over the whole contract, the integrator's rate of return."""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import Summary
from finmodel.report.amounts import BEST_IN_20, DASH, WORST_IN_20, chance, millions, percent
from finmodel.report.grid import Column, Grid

_PARTIES = (
    ("commissioners_net", "Commissioners"),
    ("integrator_surplus", "Integrator"),
    ("providers_surplus", "Providers together"),
)


def risk(summary: Summary) -> Iterator[Grid]:
    """Net positions; then the rate of return."""
    yield _net_positions(summary)
    yield _integrator_return(summary)


def risk_in_short(summary: Summary) -> Iterator[Grid]:
    """Net positions, closely set."""
    grid = _net_positions(summary, providers_apart=False)
    grid.dense = True
    yield grid


def _net_positions(summary: Summary, *, providers_apart: bool = True) -> Grid:
    """Expected net position, the worst and the best in twenty, and the chances of a loss."""
    columns = [
        Column("Expected"),
        Column(WORST_IN_20),
        Column("P50"),
        Column(BEST_IN_20),
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
        any_provider = summary.chance(model.name, "any_provider_loses")
        if any_provider and providers_apart:
            grid.row("  Some provider", [DASH, DASH, DASH, DASH, chance(any_provider), DASH])
    grid.notes.append(
        "Worst 1 in 20: one future of twenty leaves the party this or less; best: this or more. They do not add."
    )
    return grid


def _integrator_return(summary: Summary) -> Grid:
    """A row for each payment model with an integrator; empty where none has a rate in half of the trials.

    Percentiles over the few trials that have one would be read as those of all.
    """
    grid = Grid(
        "Integrator’s internal rate of return a year, where early losses are followed by gains",
        "Payment model",
        [
            Column(WORST_IN_20),
            Column("P50"),
            Column(BEST_IN_20),
            Column("P(has\na rate)"),
            Column("P(has\nseveral)"),
            Column("P(gets\nnothing back)"),
            Column("P(gains\nfirst)"),
        ],
    )
    models = [model.name for model in summary.about.models if model.integrator]
    has = {name: summary.chance(name, "integrator_has_return") for name in models}
    told = {name for name, found in has.items() if found and 2 * found.seen >= found.trials}
    if not told:
        return grid
    for model in summary.about.models:
        if not model.integrator:
            continue
        found = summary.spread(model.name, "integrator_return") if model.name in told else None
        rates = [percent(found.at(at) if found else None) for at in (5, 50, 95)]
        events = ("has_return", "has_several_returns", "gets_nothing_back", "gains_first")
        grid.row(model.label, [*rates, *(chance(summary.chance(model.name, f"integrator_{one}")) for one in events)])
    grid.notes += [
        "Worst, P50 and best are of the trials that have a rate, where half of all have one: the integrator loses",
        "first and gains later. Its accrued surplus of each contract year counts at the year’s end; capital that it",
        "brings is not modelled. Of several rates the one nearest to 0% counts. Where gains come first nothing is put",
        "in.",
    ]
    return grid
