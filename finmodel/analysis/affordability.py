"""Question 1: what each commissioner pays each year, and whether it is affordable.

Cash of a financial year stands against the allocation of that year; what is accrued for a contract year stands against
the envelope of that year. The two pairs are never mixed.
"""

from __future__ import annotations

import numpy as np

from finmodel.analysis.gather import Array, Collector, Results
from finmodel.analysis.thresholds import over

_CASH = ("cash", "allocation")
_ACCRUED = ("payment", "envelope")


def limits(results: Results, into: Collector) -> None:
    """Allocations and the envelope, which no payment model changes."""
    together: dict[int, Array] = {}
    labels: dict[int, str] = {}
    for member in results.members(None, "allocation"):
        for year in results.periods(None, "allocation", member).items():
            values = results.values(None, "allocation", member, year[0])
            into.figure(None, "allocation", values, member=member, year=year)
            together[year[0]] = together.get(year[0], 0.0) + values
            labels[year[0]] = year[1]
        into.figure(None, "allocation", results.total(None, "allocation", member), member=member)
    if together:
        _by_year_and_in_total(results, into, None, "allocation", together, labels)
    if years := results.periods(None, "envelope"):
        envelope = {period: results.values(None, "envelope", None, period).copy() for period in years}
        _by_year_and_in_total(results, into, None, "envelope", envelope, years)


def cash(results: Results, into: Collector, model: str, quoted_cash: float | None) -> Array:
    """Nominal cash by commissioner and financial year against allocations; returns all cash by trial."""
    labels: dict[int, str] = {}
    paid: dict[int, Array] = {}  # of all commissioners, by financial year
    headroom: dict[int, Array] = {}  # of those with an allocation
    over_all = results.zeros()
    allocated = results.members(None, "allocation")
    without = [member for member in results.members(model, "cash") if member not in allocated]
    for member in results.members(model, "cash"):
        years = results.periods(model, "cash", member)
        labels |= years
        with_allocation = results.periods(None, "allocation", member)
        total, room = results.zeros(), results.zeros()
        for year in years.items():
            values = results.values(model, "cash", member, year[0])
            into.figure(model, "cash", values, member=member, year=year)
            total += values
            paid[year[0]] = paid.get(year[0], 0.0) + values
            if year[0] in with_allocation:
                allocation = results.values(None, "allocation", member, year[0])
                into.figure(model, "headroom", allocation - values, member=member, year=year)
                into.event(model, "over_allocation", over(values, allocation), member=member, year=year, compared=_CASH)
                room += allocation
                headroom[year[0]] = headroom.get(year[0], 0.0) + (allocation - values)
        into.figure(model, "cash", total, member=member)
        if with_allocation:
            into.figure(model, "headroom", room - total, member=member)
            into.event(model, "over_allocation", over(total, room), member=member, compared=_CASH)
            over_all += room - total
    _by_year_and_in_total(results, into, model, "cash", paid, labels)
    if headroom:
        ever = np.zeros(results.trials, dtype=np.bool_)
        for period, values in sorted(headroom.items()):
            year = (period, labels[period])
            exceeded = over(-values, 0.0)
            ever |= exceeded
            into.figure(model, "headroom", values, year=year)
            into.event(model, "over_allocation", exceeded, year=year, compared=_CASH)
        into.event(model, "over_allocation_in_a_year", ever, compared=_CASH)
        into.figure(model, "headroom", over_all)
        into.event(model, "over_allocation", over(-over_all, 0.0), compared=_CASH)
        if without:
            into.notes.append(
                f"no allocation is given for {', '.join(map(str, without))}: headroom and P(over allocation) of all "
                "commissioners leave them out"
            )
    everything = results.zeros()
    for period in sorted(paid):
        everything += paid[period]
    if quoted_cash is not None:
        happened = over(everything, quoted_cash)
        into.event(model, "over_quoted_cash", happened, compared=("cash", "quoted_cash"))
    return everything


def accrued(results: Results, into: Collector, model: str) -> None:
    """What is due for each contract year against the envelope of that year."""
    total, limit = results.zeros(), results.zeros()
    for year in results.periods(model, "payment").items():
        values = results.values(model, "payment", None, year[0])
        envelope = results.values(None, "envelope", None, year[0])
        into.figure(model, "payment", values, year=year)
        into.event(model, "over_envelope", over(values, envelope), year=year, compared=_ACCRUED)
        total += values
        limit += envelope
    into.figure(model, "payment", total)
    into.event(model, "over_envelope", over(total, limit), compared=_ACCRUED)


def _by_year_and_in_total(
    results: Results, into: Collector, model: str | None, figure: str, years: dict[int, Array], labels: dict[int, str]
) -> None:
    total = results.zeros()
    for period in sorted(years):
        into.figure(model, figure, years[period], year=(period, labels[period]))
        total += years[period]
    into.figure(model, figure, total)
