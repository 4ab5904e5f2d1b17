"""Shared by the questions: where each result column is, and where figures and events are collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.estimates import Spread, chance, spread
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


class Collector:
    """Takes figures and events as they are made."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.events: list[Event] = []
        self.notes: list[str] = []

    def extend(self, other: Collector) -> None:
        """Take over all that another one holds."""
        self.figures += other.figures
        self.events += other.events
        self.notes += other.notes

    def figure(
        self,
        model: str | None,
        figure: str,
        values: Array | Spread,
        *,
        member: str | None = None,
        year: tuple[int, str] | None = None,
        unit: str = "£",
    ) -> None:
        """Add a figure; `year` is (period, label), or None for the total over years."""
        period, label = year or (None, ALL_YEARS)
        made = values if isinstance(values, Spread) else spread(values)
        self.figures.append(Figure(model, figure, member, period, label, unit, made))

    def event(
        self,
        model: str,
        event: str,
        happened: NDArray[np.bool_],
        *,
        compared: tuple[str, str],
        member: str | None = None,
        year: tuple[int, str] | None = None,
    ) -> None:
        """Add an event; `happened` is one flag a trial, `compared` the series and what it stands against."""
        period, label = year or (None, ALL_YEARS)
        self.events.append(Event(model, event, *compared, member, period, label, chance(happened)))
