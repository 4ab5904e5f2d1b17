"""The questions in the order the board asks them, and the tables that answer each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from finmodel.analysis import About, Summary
from finmodel.report.affordability import affordability
from finmodel.report.comparison import comparison
from finmodel.report.exit import exit_of_integrator
from finmodel.report.grid import Grid
from finmodel.report.outcomes import outcomes
from finmodel.report.risk import risk

QUESTIONS: dict[int, tuple[str, Callable[[Summary], Iterator[Grid]]]] = {
    1: ("What will each commissioner pay each year, how sure are we, and is it affordable?", affordability),
    2: ("Who bears the risk: commissioners, integrator, providers?", risk),
    3: ("What do we get: how much of the outcome money is earned, and how much for the trend and for noise?", outcomes),
    4: ("Does the integrator survive, and what does it cost us if it walks away?", exit_of_integrator),
    5: ("Which payment model is best?", comparison),
}


def reading(about: About) -> Iterator[str]:
    """What stands behind a ± and a <."""
    design = about.design
    yield "± is one standard error, rounded up; where there is no room, the note below the table gives the largest."
    units = {1: "", 2: f", from {design.units:,} antithetic pairs"}
    of = units.get(design.unit, f", from {design.units:,} replicates")
    if design.interval_factor is not None:
        yield f"A 95% interval is about ± {design.interval_factor:.2f} standard errors{of}; summary.csv holds each."
    trials = "pairs of trials" if design.seen_alike > 1 else "trials"
    yield f"An event never seen in n {trials} reads < 3/n, one seen in all of them > 1 - 3/n. Percentiles do not add."
