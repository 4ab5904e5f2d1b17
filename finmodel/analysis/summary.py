"""From the columns of a run to its summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from finmodel.analysis import affordability, outcomes, risk
from finmodel.analysis.figures import About, Summary
from finmodel.analysis.gather import Array, Collector, Column, ResultColumn, Results


def summarise(outputs: Sequence[ResultColumn], column: Column, shared: Column, about: About) -> Summary:
    """Every figure and event, model by model.

    `column` reads the columns of a payment model, `shared` those that belong to none; see `Results`.
    """
    results = Results(outputs, column, shared, about.trials)
    into = Collector()
    affordability.limits(results, into)
    first: Array | None = None
    for model in about.models:
        everything = affordability.cash(results, into, model.name, about.quoted_cash)
        if first is None:
            first = everything
        else:
            into.figure(model.name, "cash_difference", everything - first)
        _present_value(results, into, model.name)
        affordability.accrued(results, into, model.name)
        risk.positions(results, into, model.name, integrator=model.integrator)
        outcomes.outcome_money(results, into, model.name)
    notes = dict.fromkeys((*about.notes, *into.notes))
    return Summary(replace(about, notes=tuple(notes)), tuple(into.figures), tuple(into.events))


def _present_value(results: Results, into: Collector, model: str) -> None:
    total = results.zeros()
    for year in results.periods(model, "present_value").items():
        values = results.values(model, "present_value", None, year[0])
        into.figure(model, "present_value", values, year=year, unit="£real")
        total += values
    into.figure(model, "present_value", total, unit="£real")
