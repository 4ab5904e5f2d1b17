"""From the columns of a run to its summary, one payment model at a time (models can be summarised side by side)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from finmodel.analysis import affordability, breaks, outcomes, risk
from finmodel.analysis.figures import About, Model, Summary
from finmodel.analysis.gather import Array, Collector, ResultColumn, Results
from finmodel.analysis.integrator_return import integrator_return
from finmodel.analysis.own import own_figures
from finmodel.simulation import TrialColumns, TrialFiles

EVERY_MODEL = "every-model"
"""The table of the columns that belong to no payment model (no payment model can have this name)."""

Call = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]
"""Calls a function for each item, here or on several processes."""


@dataclass(frozen=True)
class Part:
    """What one process summarises: a payment model of a run, or with None what no model changes."""

    folder: Path
    outputs: tuple[ResultColumn, ...]
    about: About
    model: Model | None


def tables(outputs: Sequence[ResultColumn]) -> dict[str, tuple[str, ...]]:
    """The columns by table: one for each payment model, one for what no model changes."""
    found: dict[str, tuple[str, ...]] = {}
    for output in outputs:
        table = output.model or EVERY_MODEL
        found[table] = (*found.get(table, ()), output.column)
    return found


def summarise(folder: Path, outputs: Sequence[ResultColumn], about: About, call: Call) -> Summary:
    """Every figure and event, model by model, from the trials in `folder`."""
    parts = [Part(folder, tuple(outputs), about, model) for model in (None, *about.models)]
    return combine(about, call(_summarise_part, parts))


def combine(about: About, made: Sequence[tuple[Collector, Array | None]]) -> Summary:
    """One summary of what no model changes and of each payment model in turn, as `summarise_model` makes them.

    Cash differences are paired by trial, against the first payment model.
    """
    (shared, _), *by_model = made
    into = Collector()
    into.extend(shared)
    first: Array | None = None
    for model, (own, everything) in zip(about.models, by_model, strict=True):
        into.extend(own)
        assert everything is not None
        if first is None:
            first = everything
        else:
            into.figure(model.name, "cash_difference", everything - first)
    notes = dict.fromkeys((*about.notes, *into.notes))
    return Summary(replace(about, notes=tuple(notes)), tuple(into.figures), tuple(into.events))


def base_case(outputs: Sequence[ResultColumn], values: Sequence[float], about: About) -> Summary:
    """The base case as a summary of one trial; `values` are its result columns, in the order of `outputs`."""
    columns = {output.column: np.array([value]) for output, value in zip(outputs, values, strict=True)}
    results = Results(outputs, columns.__getitem__, columns.__getitem__, 1)
    about = replace(about, trials=1)
    return combine(about, [summarise_model(results, about, model) for model in (None, *about.models)])


def _summarise_part(part: Part) -> tuple[Collector, Array | None]:
    """The figures of one part and, for a payment model, all its cash by trial."""
    shared = [output.column for output in part.outputs if output.model is None]
    own = [output.column for output in part.outputs if part.model is not None and output.model == part.model.name]
    trials, table = part.about.trials, part.model.name if part.model else EVERY_MODEL
    with TrialFiles(part.folder, table, trials) as files, TrialFiles(part.folder, EVERY_MODEL, trials) as every:
        results = Results(part.outputs, TrialColumns(files, own), TrialColumns(every, shared), trials)
        return summarise_model(results, part.about, part.model)


def summarise_model(results: Results, about: About, model: Model | None) -> tuple[Collector, Array | None]:
    """The figures and events of one payment model and all its cash by trial; with None what no model changes."""
    into = Collector()
    if model is None:
        affordability.limits(results, into)
        own_figures(results, into, None)
        return into, None
    everything = affordability.cash(results, into, model.name, about.quoted_cash)
    _present_value(results, into, model.name)
    affordability.accrued(results, into, model.name)
    breaks.committed(results, into, model.name)
    risk.positions(results, into, model.name, integrator=model.integrator)
    if model.integrator:
        integrator_return(results, into, model.name)
    outcomes.outcome_money(results, into, model.name)
    own_figures(results, into, model.name)
    return into, everything


def _present_value(results: Results, into: Collector, model: str) -> None:
    total = results.zeros()
    for year in results.periods(model, "present_value").items():
        values = results.values(model, "present_value", None, year[0])
        into.figure(model, "present_value", values, year=year, unit="£real")
        total += values
    into.figure(model, "present_value", total, unit="£real")
