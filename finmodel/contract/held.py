"""Numbers that a formula gives, held against the limits of their fields in the base case."""

from __future__ import annotations

import math
from collections.abc import Sequence

from finmodel.contract.evaluate import CentralDraws, WithDrivers
from finmodel.contract.inputs import Held
from finmodel.errors import Mistake
from finmodel.lines import BoundPlan, Period, Plan, Sheet
from finmodel.scenario import Scenario, write_quantity
from finmodel.uncertainty import Driver


def mistakes_in_base_case(
    scenario: Scenario, plan: Plan, drivers: Sequence[Driver], sheet: Sheet, held: Sequence[Held]
) -> list[Mistake]:
    """The first year of each line that is no number or lies outside its limits, every draw at its central value.

    The plan gives the lines of `held` in order, each in all its years. Other trials are not looked at:
    a formula that could leave its limits there says what happens, with `clip`.
    """
    values = [
        float(value) for value in BoundPlan(plan, CentralDraws(WithDrivers(plan.calendar, drivers)), 1).run(0)[:, 0]
    ]
    found, start = [], 0
    for one in held:
        line = sheet[one.line]
        years = plan.calendar.contract_years(line.period)
        own, start = values[start : start + len(years)], start + len(years)
        for year, value in zip(years, own, strict=True):
            if math.isfinite(value) and one.limits.hold(value):
                continue
            said = write_quantity(float(f"{value:.6g}"), line.unit) if math.isfinite(value) else "no finite number"
            when = "" if line.period is Period.ONCE else f" in year {year}"
            message = f"in the base case this formula gives {said}{when}, which cannot stand here"
            if not one.path.endswith(".formula"):
                message = f"in the base case the assumption gives {said}{when}, which cannot stand here"
            found.append(Mistake(message, scenario.span(one.path), one.path))
            break
    return found
