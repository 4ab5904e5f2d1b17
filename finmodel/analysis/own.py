"""Own figures: lines of the modeller's own that are to be reported, year by year."""

from __future__ import annotations

from finmodel.analysis.gather import Collector, Results


def own_figures(results: Results, into: Collector, model: str | None) -> None:
    """Each year of each own line; nothing is added up, since a rate or an amount a head does not add."""
    for member in results.members(model, "own"):
        unit = results.unit(model, "own", member)
        for year in results.periods(model, "own", member).items():
            values = results.values(model, "own", member, year[0])
            into.figure(model, "own", values, member=member, year=year, unit=unit)
