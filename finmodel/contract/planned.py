"""The integrator's plan: the margins of the base case, by which it judges at a break what remains to be had.

It knows no future draws (conventions, rule 10): it expects the plan, and the last known departure from it carried
forward at the target's planned prices.
"""

from __future__ import annotations

from collections.abc import Sequence

from finmodel.arrays import FloatArray
from finmodel.contract.evaluate import CentralDraws, WithDrivers
from finmodel.contract.exit import CARRIED, PLANNED, REMAINING, years_until_known
from finmodel.lines import BoundPlan, Calendar, Sheet, compile_plan
from finmodel.scenario import Scenario
from finmodel.uncertainty import Driver


def margins(model: str) -> str:
    """The line that the plan is made of."""
    return f"{model}.margin_if_it_stays"


def state_plans(
    scenario: Scenario, sheet: Sheet, calendar: Calendar, drivers: Sequence[Driver], models: list[str]
) -> None:
    """Evaluate the base case of these models and state their plans in the sheet."""
    years = range(1, calendar.years + 1)
    index = f"index.{scenario.contract.target.index}"
    names = [index, *(margins(model) for model in models)]
    plan = compile_plan(sheet, calendar, [(name, years) for name in names])
    found = BoundPlan(plan, CentralDraws(WithDrivers(calendar, drivers)), 1).run(0)[:, 0]
    prices, *by_model = found.reshape(len(names), calendar.years)
    integrator = scenario.parties.integrator
    assert integrator is not None
    late = years_until_known(integrator)
    for model, planned in zip(models, by_model, strict=True):
        sheet.restate(f"{model}.{PLANNED}", planned.tolist())
        sheet.restate(f"{model}.{REMAINING}", [float(_sum(planned[year:])) for year in years])
        sheet.restate(f"{model}.{CARRIED}", [_carried(prices, year, late) for year in years])


def _carried(prices: FloatArray, year: int, late: int) -> float:
    """The prices of the years after `year`, over that of the last year known by then; nothing where none is."""
    known = year - late
    return float(_sum(prices[year:]) / prices[known - 1]) if known >= 1 else 0.0


def _sum(amounts: FloatArray) -> float:
    return sum(amounts.tolist(), 0.0)
