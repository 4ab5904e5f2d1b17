"""One payment mechanism alone: a gain share, as lines, over ten years."""

from __future__ import annotations

from datetime import date

import numpy as np

from benchmarks.registry import Case, Entry, Prepared, register
from finmodel.arrays import FloatArray
from finmodel.lines import BoundPlan, Calendar, Sheet, compile_plan, maximum, minimum
from finmodel.uncertainty import BLOCK_SIZE
from finmodel.units import POUND

_YEARS = 10


class _Costs:
    """Ten years of one cost, given."""

    def __init__(self) -> None:
        self.years = np.random.default_rng(1).normal(100.0, 5.0, (_YEARS, BLOCK_SIZE))
        self.values: dict[str, FloatArray] = {"cost": np.empty(BLOCK_SIZE)}

    def start_block(self, block: int) -> None:
        """The same costs in every block."""

    def start_year(self, year: int, only: frozenset[str] | None = None) -> None:
        """The costs of a year."""
        np.copyto(self.values["cost"], self.years[year - 1])


def _lines(_scale: float) -> Prepared:
    sheet = Sheet()
    target, cost = sheet.given("target", 100.0, POUND), sheet.drawn("cost", "cost", POUND, yearly=True)
    gain = sheet.add("gain", target - cost)
    shared = minimum(maximum(gain - 0.02 * target, 0.0) * 0.5, 0.1 * target)
    sheet.add("share", shared - maximum(-gain - 0.02 * target, 0.0) * 0.5)
    plan = compile_plan(sheet, Calendar(date(2016, 4, 1), _YEARS), [("share", range(1, _YEARS + 1))])
    bound = BoundPlan(plan, _Costs(), BLOCK_SIZE)
    return Prepared(lambda: bound.run(0), BLOCK_SIZE * _YEARS, {"operations": plan.operations_per_year()})


def _numpy(_scale: float) -> Prepared:
    costs = _Costs()

    def go() -> list[FloatArray]:
        found = []
        for cost in costs.years:
            gain = 100.0 - cost
            gained = np.minimum(np.maximum(gain - 2.0, 0.0) * 0.5, 10.0)
            found.append(gained - np.maximum(-gain - 2.0, 0.0) * 0.5)
        return found

    return Prepared(go, BLOCK_SIZE * _YEARS)


register(
    Entry(
        "mechanism",
        "a gain share with dead band and cap, against plain NumPy",
        "trial-year",
        (Case("lines", _lines), Case("plain NumPy", _numpy)),
    )
)
