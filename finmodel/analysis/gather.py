"""Shared by the questions: where each result column is, and where figures and events are collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.design import Design, Places
from finmodel.analysis.estimates import chance, spread
from finmodel.analysis.figures import ALL_YEARS, Event, Figure

Array = NDArray[np.float64]
Column = Callable[[str], Array]
"""A result column by name: all its trials, read-only. Whatever is not used at once must be copied or added up."""


class ResultColumn(Protocol):
    """What a result column means; see `finmodel.contract.Output`."""

    @property
    def column(self) -> str: ...
    @property
    def model(self) -> str | None: ...
    @property
    def figure(self) -> str: ...
    @property
    def member(self) -> str | None: ...
    @property
    def period(self) -> int: ...
    @property
    def period_label(self) -> str: ...
    @property
    def unit(self) -> str: ...


class Results:
    """The columns of a run by model, figure, member and period."""

    def __init__(self, outputs: Sequence[ResultColumn], column: Column, shared: Column, trials: int) -> None:
        """`shared` reads the columns that belong to no model: they are wanted again beside each model's own."""
        self.trials = trials
        self._column, self._shared = column, shared
        self._found: dict[tuple[str | None, str], dict[str | None, dict[int, ResultColumn]]] = {}
        for output in outputs:
            members = self._found.setdefault((output.model, output.figure), {})
            members.setdefault(output.member, {})[output.period] = output

    def members(self, model: str | None, figure: str) -> tuple[str | None, ...]:
        """The members with columns of `figure`, in order."""
        return tuple(self._found.get((model, figure), {}))

    def periods(self, model: str | None, figure: str, member: str | None = None) -> dict[int, str]:
        """The periods with a column of `figure`, and their labels, in order of time."""
        found = self._found.get((model, figure), {}).get(member, {})
        return {period: found[period].period_label for period in sorted(found)}

    def unit(self, model: str | None, figure: str, member: str | None) -> str:
        """The unit of a figure that has columns."""
        return next(iter(self._found[model, figure][member].values())).unit

    def values(self, model: str | None, figure: str, member: str | None, period: int) -> Array:
        """One column, shape (trials,), read-only."""
        output = self._found[model, figure][member][period]
        return (self._shared if model is None else self._column)(output.column)

    def zeros(self) -> Array:
        """The empty sum."""
        return np.zeros(self.trials)

    def total(self, model: str | None, figure: str, member: str | None = None) -> Array:
        """The sum over the periods, added in order of time."""
        total = self.zeros()
        for period in self.periods(model, figure, member):
            total += self.values(model, figure, member, period)
        return total


@dataclass(frozen=True)
class Label:
    """Which figure; see `finmodel.analysis.figures.Figure`."""

    model: str | None
    figure: str
    member: str | None
    period: int | None
    period_label: str
    unit: str


@dataclass(frozen=True)
class EventLabel:
    """Which event; see `finmodel.analysis.figures.Event`."""

    model: str | None
    event: str
    series: str
    against: str
    member: str | None
    period: int | None
    period_label: str


@dataclass(frozen=True)
class Ratio:
    """A figure that divides two numbers of each trial: its mean is the ratio of their means, not a mean of ratios."""

    above: Array
    below: Array

    @property
    def by_trial(self) -> Array:
        """The ratio in each trial, zero where it divides by zero."""
        return np.divide(self.above, self.below, out=np.zeros_like(self.above), where=self.below != 0)


@dataclass(frozen=True)
class Sample:
    """A figure's values, one a trial that has it (there may be none), and where it is a ratio its two parts.

    `places` are the trials that have it, from 0, where not all of the `trials` have.
    """

    values: Array
    trials: int
    ratio: Ratio | None = None
    places: Places | None = None


class Collector:
    """Takes figures and events as they are made, of trials drawn by one `design`: here from all trials at once.

    Others take them from a chunk of the trials (`finmodel.analysis.streaming`). So a question tells the same figures in
    the same order whatever the trials say, and says with `when` which of them there are.
    """

    def __init__(self, design: Design) -> None:
        self.design = design
        self.figures: list[Figure] = []
        self.events: list[Event] = []
        self.notes: list[str] = []

    def figure(
        self,
        model: str | None,
        figure: str,
        values: Array | Ratio,
        *,
        member: str | None = None,
        year: tuple[int, str] | None = None,
        unit: str = "£",
        when: bool | NDArray[np.bool_] = True,
    ) -> None:
        """Add a figure; `year` is (period, label), or None for the total over years.

        `when` says which trials have the figure (`values` are of all), or as a whole whether there is one: it is left
        out where no trial has it, or where no chunk of the trials does.
        """
        period, label = year or (None, ALL_YEARS)
        if isinstance(values, Ratio):
            sample = Sample(values.by_trial, len(values.above), values)
        else:
            sample = Sample(values, len(values))
        if not isinstance(when, bool):
            sample, when = Sample(sample.values[when], sample.trials, None, np.flatnonzero(when)), True
        self.take(Label(model, figure, member, period, label, unit), sample, when=when)

    def event(
        self,
        model: str | None,
        event: str,
        happened: NDArray[np.bool_],
        *,
        compared: tuple[str, str],
        member: str | None = None,
        year: tuple[int, str] | None = None,
    ) -> None:
        """Add an event; `happened` is one flag a trial, `compared` the series and what it stands against."""
        period, label = year or (None, ALL_YEARS)
        self.take_event(EventLabel(model, event, *compared, member, period, label), happened)

    def take(self, label: Label, sample: Sample, *, when: bool) -> None:
        """One figure."""
        if when and len(sample.values):
            ratio = (sample.ratio.above, sample.ratio.below) if sample.ratio else None
            self.figures.append(Figure(**vars(label), spread=spread(sample.values, self.design, ratio, sample.places)))

    def take_event(self, label: EventLabel, happened: NDArray[np.bool_]) -> None:
        """One event."""
        self.events.append(Event(**vars(label), chance=chance(happened, self.design)))
