"""How sure a figure is to be: `0.1%`, `£0.5m`, `0.1%@P80`, `£1m@cash.P90`.

The standard error of the figure, of every payment model that has it, is to be at most so much, or at most that part of
the figure. Without `@` the figure is the mean of the total payment.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from finmodel.analysis.estimates import PERCENTILES, Estimate
from finmodel.analysis.figures import Summary
from finmodel.errors import InputError, Mistake, nearest
from finmodel.scenario import parse_quantity
from finmodel.units import POUND, PURE

OPTION = "--precision"
MEAN = "mean"

_STATISTICS = (MEAN, *(f"P{percent}" for percent in PERCENTILES))
_MARGIN = 1.1  # the standard error of more trials is only expected to fall with the root of their number
_LEAST, _MOST = 1.25, 4.0  # times as many trials at once: a first guess may be far off
_BLOCK = 4096
_LEAST_UNITS = 8
"""Replicates (at random: trials) that must have been seen before a run stops: the error that fewer tell is a guess."""


@dataclass(frozen=True)
class Reached:
    """How sure the least sure payment model is after so many trials; `more` is how many to go on with, or None."""

    met: bool
    text: str
    more: int | None


@dataclass(frozen=True)
class Goal:
    """A standard error of `figure`'s `statistic` of at most `size`: in its unit, or a part of it where `relative`."""

    written: str
    size: float
    relative: bool
    figure: str
    statistic: str
    max_trials: int

    @property
    def slug(self) -> str:
        """For the name of a folder."""
        return re.sub(r"[^\w.]+", "-", self.written.replace("%", "pc").replace("£", "")).strip("-")

    def reached(self, summary: Summary) -> Reached:
        """Whether every payment model has the figure as sure as that."""
        trials = summary.about.trials
        found = [(self._times(one), one, label) for label, one in self._estimates(summary)]
        times, one, label = max(found, key=lambda entry: entry[0])
        sure = "unknown" if one.se is None else self._shown(one)
        said = f"{self.figure} ({self.statistic}) of {label}, the least sure: standard error {sure}"
        design = summary.about.design
        enough = design.units >= _LEAST_UNITS
        if not enough:
            what = {1: "trials", 2: "pairs"}.get(design.unit, "replicates")
            said += f", told by {design.units} of at least {_LEAST_UNITS} {what}"
        if times <= 1 and enough:
            return Reached(met=True, text=f"{self.written} reached at {trials:,} trials: {said}", more=None)
        if trials >= self.max_trials:
            text = f"{self.written} NOT reached within {self.max_trials:,} trials (--max-trials): {said}"
            return Reached(met=False, text=text, more=None)
        grown = max(trials * min(max(times * times * _MARGIN, _LEAST), _MOST), _LEAST_UNITS * design.unit)
        return Reached(met=False, text=said, more=min(math.ceil(grown / _BLOCK) * _BLOCK, self.max_trials))

    def _estimates(self, summary: Summary) -> list[tuple[str, Estimate]]:
        found = ((model.label, summary.spread(model.name, self.figure)) for model in summary.about.models)
        spreads = [(label, spread) for label, spread in found if spread is not None]
        if self.statistic == MEAN:
            return [(label, spread.mean) for label, spread in spreads]
        return [(label, spread.at(int(self.statistic[1:]))) for label, spread in spreads]

    def _times(self, one: Estimate) -> float:
        """How many times too large the standard error is."""
        if one.se is None:
            return math.inf
        most = self.size * abs(one.value) if self.relative else self.size
        return one.se / most if most else math.inf * bool(one.se) if one.se else 0.0

    def _shown(self, one: Estimate) -> str:
        assert one.se is not None
        if self.relative:
            return f"{100 * one.se / abs(one.value):.3g}%" if one.value else f"{one.se:,.4g} of 0"
        return f"£{one.se:,.0f}"


def goal_for(written: str, base: Summary, max_trials: int) -> Goal:
    """Read `--precision`; `base` is a summary of the run's payment models, which tells what figures there are.

    InputError says what is wrong.
    """
    size, _, of = written.partition("@")
    figure, _, statistic = of.partition(".")
    if not statistic and _statistic(figure):
        figure, statistic = "", figure
    figure, statistic = figure or "payment", _statistic(statistic) or statistic or MEAN
    mistakes: list[Mistake] = []
    amount, relative = _size(size.strip(), mistakes)
    figures = dict.fromkeys(
        one.figure for one in base.figures if one.model and one.member is None and one.period is None
    )
    if figure not in figures:
        text = f"there is no figure '{figure}' over all years in this run; there are {', '.join(figures)}"
        mistakes.append(Mistake(text, path=OPTION, suggestion=nearest(figure, figures)))
    if statistic not in _STATISTICS:
        text = f"'{statistic}' is not one of {', '.join(_STATISTICS)}"
        mistakes.append(Mistake(text, path=OPTION, suggestion=nearest(statistic, _STATISTICS)))
    if mistakes:
        raise InputError(mistakes)
    return Goal(written, amount, relative, figure, statistic, max_trials)


def _statistic(word: str) -> str | None:
    return next((one for one in _STATISTICS if one.lower() == word.lower()), None)


def _size(text: str, mistakes: list[Mistake]) -> tuple[float, bool]:
    """The size and whether it is a part of the figure."""
    expected = "expected a part of the figure or an amount, as in 0.1%, £0.5m, 0.1%@P80 or £1m@cash.P90"
    try:
        found = parse_quantity(text)
    except ValueError as error:
        mistakes.append(Mistake(f"{expected}, got '{text}': {error}", path=OPTION))
        return 0.0, True
    if not found.marked or found.unit not in (PURE, POUND) or found.amount <= 0:
        mistakes.append(Mistake(f"{expected}, got '{text}'", path=OPTION))
    return found.amount, found.unit == PURE
