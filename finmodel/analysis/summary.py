"""From the columns of a run to its summary."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from finmodel.analysis import affordability, breaks, outcomes, risk
from finmodel.analysis.events import events
from finmodel.analysis.exit import exits
from finmodel.analysis.extra_outcomes import extra_outcomes, without_undefined
from finmodel.analysis.figures import About, Model, Summary
from finmodel.analysis.gather import Array, Collector, ResultColumn, Results
from finmodel.analysis.integrator_return import integrator_return
from finmodel.analysis.outcome_split import outcome_split
from finmodel.analysis.own import own_figures
from finmodel.analysis.passes import Told
from finmodel.analysis.signature_figures import signature
from finmodel.analysis.streaming import CHUNK, Call, tell_in_passes
from finmodel.simulation import TrialColumns, TrialFiles

EVERY_MODEL = "every-model"
"""The table of the columns that belong to no payment model (no payment model can have this name)."""


def tables(outputs: Sequence[ResultColumn]) -> dict[str, tuple[str, ...]]:
    """The columns by table: one for each payment model, one for what no model changes."""
    found: dict[str, tuple[str, ...]] = {}
    for output in outputs:
        table = output.model or EVERY_MODEL
        found[table] = (*found.get(table, ()), output.column)
    return found


def summarise(folder: Path, outputs: Sequence[ResultColumn], about: About, call: Call) -> Summary:
    """Every figure and event from the trials in `folder`, a chunk of trials at a time: memory does not grow with them.

    The same to the bit however the chunks are shared out.
    """
    told = StoredTrials(folder, tuple(outputs), about)
    into = Collector(about.design)
    if about.trials <= CHUNK:
        told.tell(0, about.trials, into)
    else:
        tell_in_passes(told, about.trials, into, call)
    return _summary(about, into)


def summary_of_results(results: Results, about: About) -> Summary:
    """The summary of trials that are held in memory."""
    into = Collector(about.design)
    tell(results, about, into)
    return _summary(about, into)


def base_case(outputs: Sequence[ResultColumn], values: Sequence[float], about: About) -> Summary:
    """The base case as a summary of one trial; `values` are its result columns, in the order of `outputs`."""
    columns = {output.column: np.array([value]) for output, value in zip(outputs, values, strict=True)}
    results = Results(outputs, columns.__getitem__, columns.__getitem__, 1)
    return summary_of_results(results, replace(about, trials=1, sampler="random"))


def tell(results: Results, about: About, into: Collector) -> None:
    """Every figure and event: what no model changes, then each payment model in turn.

    Cash differences are paired by trial, against the first payment model.
    """
    affordability.limits(results, into)
    own_figures(results, into, None)
    events(results, into)
    first: Array | None = None
    for model in about.models:
        everything = _tell_model(results, into, about, model)
        if first is None:
            first = everything
        else:
            into.figure(model.name, "cash_difference", everything - first)


class StoredTrials(Told):
    """The trials in a run folder."""

    def __init__(self, folder: Path, outputs: tuple[ResultColumn, ...], about: About) -> None:
        self.folder, self.outputs, self.about = folder, outputs, about

    def tell(self, first: int, last: int, into: Collector) -> None:
        """The figures of trials `first` up to `last`, where `first` begins a draw-block."""
        with ExitStack() as stack:
            columns: dict[str, TrialColumns] = {}
            for table, own in tables(self.outputs).items():
                files = stack.enter_context(TrialFiles(self.folder, table, last, first))
                columns |= dict.fromkeys(own, TrialColumns(files, own))

            def column(name: str) -> Array:
                return columns[name](name)

            tell(Results(self.outputs, column, column, last - first), self.about, into)


def _summary(about: About, into: Collector) -> Summary:
    notes = dict.fromkeys((*about.notes, *into.notes))
    found = Summary(replace(about, notes=tuple(notes)), tuple(into.figures), tuple(into.events))
    return without_undefined(found)


def _tell_model(results: Results, into: Collector, about: About, model: Model) -> Array:
    """The figures and events of one payment model; all its cash by trial."""
    everything = affordability.cash(results, into, model.name, about.quoted_cash)
    _present_value(results, into, model.name)
    affordability.accrued(results, into, model.name)
    breaks.committed(results, into, model.name)
    risk.positions(results, into, model.name, integrator=model.integrator)
    if model.integrator:
        integrator_return(results, into, model.name)
        exits(results, into, model.name)
        signature(results, into, model.name)
    outcomes.outcome_money(results, into, model.name)
    outcome_split(results, into, model.name)
    extra_outcomes(results, into, model.name, about.models[0].name)
    own_figures(results, into, model.name)
    return everything


def _present_value(results: Results, into: Collector, model: str) -> None:
    total = results.zeros()
    for year in results.periods(model, "present_value").items():
        values = results.values(model, "present_value", None, year[0])
        into.figure(model, "present_value", values, year=year, unit="£real")
        total += values
    into.figure(model, "present_value", total, unit="£real")
