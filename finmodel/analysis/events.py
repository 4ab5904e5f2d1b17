"""What happened: how often each event came about in the contract years, and for how long it acted."""

from __future__ import annotations

from finmodel.analysis.gather import Collector, Results

HAPPENS, YEARS = "event_happens", "event_years"


def events(results: Results, into: Collector) -> None:
    """Of each event the chance that it acts in any contract year, and where it does in how many."""
    for member in results.members(None, YEARS):
        years = results.total(None, YEARS, member)
        happened = years > 0
        into.event(None, HAPPENS, happened, compared=("event", "any year"), member=member)
        into.figure(None, YEARS, years, member=member, unit="years", when=happened)
