"""The sections of a run's report, in the order that a board asks, and of each its short and its full form.

A new section is one more entry here: `short` makes the tables of the one page that `finmodel run` prints, `full` those
that `--full` prints and the web page holds. Those of a comparison stand at the end of `compare.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from finmodel.analysis import About, Summary
from finmodel.report.affordability import affordability, affordability_in_short
from finmodel.report.checks import Findings, checks, checks_in_short
from finmodel.report.comparison import comparison, comparison_in_short
from finmodel.report.exit import exit_in_short, exit_of_integrator
from finmodel.report.grid import Grid
from finmodel.report.outcomes import outcomes, outcomes_in_short
from finmodel.report.own import own, own_in_short
from finmodel.report.risk import risk, risk_in_short
from finmodel.report.said import (
    Told,
    first_of_all,
    first_of_all_in_short,
    questionable,
    questionable_in_short,
    said_aloud,
    said_aloud_in_short,
)
from finmodel.report.section import Section, Sentences

SAID: tuple[Section[Told, Sentences], ...] = (
    Section("", short=first_of_all_in_short, full=first_of_all),
    Section("", short=said_aloud_in_short, full=said_aloud),
    Section("", short=questionable_in_short, full=questionable),
)

QUESTIONS: dict[int, Section[Summary, Grid]] = {
    1: Section(
        "What will each commissioner pay each year, how sure are we, and is it affordable?",
        short=affordability_in_short,
        full=affordability,
    ),
    2: Section("Who bears the risk: commissioners, integrator, providers?", short=risk_in_short, full=risk),
    3: Section(
        "What do we get: how much of the outcome money is earned, and how much for the trend and for noise?",
        short=outcomes_in_short,
        full=outcomes,
    ),
    4: Section(
        "Does the integrator survive, and what does it cost us if it walks away?",
        short=exit_in_short,
        full=exit_of_integrator,
    ),
    5: Section("Which payment model is best?", short=comparison_in_short, full=comparison),
}

SIGNATURE: Section[Summary, Grid | Findings] = Section(
    "Before signature: the nine checks", short=checks_in_short, full=checks
)

OWN: Section[Summary, Grid] = Section("Own figures", short=own_in_short, full=own)


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
