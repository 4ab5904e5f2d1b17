"""Switching values: how far an assumption must move before the answer changes.

The assumption is held at one value in every year and trial, all other draws as they were, and the first draw-block is
evaluated again: answers change for no other reason. Two are watched: which payment model has the lowest mean nominal
cash, and for each model whether P80 of that cash is within the allocations. A range is looked at in five points, and
between two that differ the value is found by Brent's method.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from finmodel.analysis.gather import Results
from finmodel.errors import InputError, Mistake, nearest

if TYPE_CHECKING:
    from finmodel.contract import Contract
    from finmodel.scenario import Uncertain
    from finmodel.units import Unit

_POINTS = 5
_FINE = 1e-3
"""A switching value is told to this part of the range."""

_WIDER = 1.5
"""The range reaches from the mean of P10 and P90 so many times the distance between them to either side."""


@dataclass(frozen=True)
class Answers:
    """By payment model: mean nominal cash, £, and what four trials in five leave of the allocations at least, £."""

    cash: Mapping[str, float]
    headroom: Mapping[str, float]

    @property
    def cheapest(self) -> str:
        """The payment model with the lowest mean nominal cash."""
        return min(self.cash, key=self.cash.__getitem__)


@dataclass(frozen=True)
class Switch:
    """From `at` upwards `model` is the cheapest (`answer` cheapest), or its P80 within or over the allocations."""

    at: float
    answer: str
    model: str


@dataclass(frozen=True)
class Switching:
    """One assumption: its mean, the range that was looked at, and where answers change, from low to high."""

    name: str
    unit: Unit
    mean: float
    low: float
    high: float
    switches: tuple[Switch, ...]


class Held:
    """Draws of which one driver is held at a value (an input source of the plan)."""

    def __init__(self, contract: Contract, driver: str) -> None:
        from finmodel.contract.evaluate import make_draws

        self._draws = make_draws(contract)
        self._held = self._draws.values[driver]
        self.values: Mapping[str, NDArray[np.float64]] = self._draws.values
        self.value = 0.0

    def start_block(self, block: int) -> None:
        """As the draws."""
        self._draws.start_block(block)
        self._held.fill(self.value)

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        """As the draws."""
        self._draws.start_year(year, only)
        self._held.fill(self.value)


def switching_values(contract: Contract, names: Sequence[str]) -> tuple[Switching, ...]:
    """For each uncertain number named (as drivers are: an assumption, or a path). InputError for an unknown name."""
    known = {name.removeprefix("assumptions."): name for name in contract.plan.drivers}
    written = contract.scenario.uncertain()
    mistakes = [
        Mistake(f"there is no uncertain number '{name}' that a result reads", suggestion=nearest(name, known))
        for name in names
        if known.get(name) not in written
    ]
    if mistakes:
        raise InputError(mistakes)
    return tuple(_of(contract, name, known[name], written[known[name]]) for name in names)


def _of(contract: Contract, name: str, driver: str, written: Uncertain) -> Switching:
    from finmodel.lines import BoundPlan
    from finmodel.simulation import BLOCK

    mean, low, high = _range(written, driver, contract.scenario.contract.years)
    source = Held(contract, driver)
    bound = BoundPlan(contract.plan, source, BLOCK)
    known: dict[float, Answers] = {}

    def at(value: float) -> Answers:
        if value not in known:
            source.value = value
            known[value] = _answers(contract, bound.run(0))
        return known[value]

    return Switching(name, written.unit, mean, low, high, switches(at, low, high))


def _range(written: Uncertain, driver: str, years: int) -> tuple[float, float, float]:
    """The mean over the years, and the range to look at: well beyond P10 and P90, but never beyond what can be."""
    from finmodel.analysis.shape import shape
    from finmodel.contract.inputs import driver_of

    drawn = driver_of(written, driver)
    by_year = [shape(drawn, year) for year in range(1, years + 1)]
    middle = float(np.mean([(one.percentiles.p10 + one.percentiles.p90) / 2 for one in by_year]))
    reach = _WIDER * float(np.mean([one.percentiles.p90 - one.percentiles.p10 for one in by_year]))
    low = max(middle - reach, min(one.low for one in by_year))
    high = min(middle + reach, max(one.high for one in by_year))
    return float(np.mean([one.percentiles.mean for one in by_year])), low, high


def _answers(contract: Contract, block: NDArray[np.float64]) -> Answers:
    columns = dict(zip((output.column for output in contract.outputs), block, strict=True))
    results = Results(contract.outputs, columns.__getitem__, columns.__getitem__, block.shape[1])
    allocated = results.members(None, "allocation")
    room = results.zeros()
    for member in allocated:
        room += results.total(None, "allocation", member)
    cash: dict[str, float] = {}
    headroom: dict[str, float] = {}
    for model in contract.models:
        spent, limited = results.zeros(), results.zeros()
        for member in results.members(model, "cash"):
            own = results.total(model, "cash", member)
            spent += own
            if member in allocated:
                limited += own
        cash[model] = float(spent.mean())
        headroom[model] = float(np.quantile(room - limited, 0.2))
    return Answers(cash, headroom if allocated else {})


def switches(at: Callable[[float], Answers], low: float, high: float) -> tuple[Switch, ...]:
    """Every change of an answer that shows between two of the points looked at, from low to high."""
    places = [float(x) for x in np.linspace(low, high, _POINTS)]
    found = [switch for left, right in pairwise(places) for switch in _between(at, left, right, _FINE * (high - low))]
    return tuple(sorted(found, key=lambda one: one.at))


def _between(at: Callable[[float], Answers], left: float, right: float, fine: float) -> Iterator[Switch]:
    from scipy.optimize import brentq

    one, other = at(left), at(right)
    before, after = one.cheapest, other.cheapest
    if before != after:
        place = brentq(lambda x: at(x).cash[before] - at(x).cash[after], left, right, xtol=fine)
        yield Switch(float(place), "cheapest", after)
    for model, room in one.headroom.items():
        if (room >= 0) != (other.headroom[model] >= 0):
            place = brentq(lambda x, model=model: at(x).headroom[model], left, right, xtol=fine)
            yield Switch(float(place), "within" if room < 0 else "over", model)
