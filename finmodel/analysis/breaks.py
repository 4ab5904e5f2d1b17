"""Question 1: what commissioners are committed to until the first day on which a party may leave, and until later ones.

`due` is what is due for the contract years before the break, whenever it is paid; `owed` is what of it is still to be
paid on that day (negative: what is to come back).
"""

from __future__ import annotations

from finmodel.analysis.gather import Collector, Results


def committed(results: Results, into: Collector, model: str) -> None:
    """The figures at each break; none where the contract has no breaks. `period`: contract years before the break."""
    for year in results.periods(model, "due_before_break").items():
        cash = results.values(model, "cash_before_break", None, year[0]).copy()
        due = results.values(model, "due_before_break", None, year[0])
        into.figure(model, "cash_before_break", cash, year=year)
        into.figure(model, "due_before_break", due, year=year)
        into.figure(model, "owed_at_break", due - cash, year=year)
