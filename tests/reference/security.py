"""What stands behind an integrator and what its going costs, in one trial in which it stays: docs/model.md, "Exit"."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from .care import Care
from .contract import Result
from .values import Trial

Draws = dict[str, list[float]]
EXIT = "parties.integrator.exit"


def break_years(scenario: dict[str, Any]) -> list[int]:
    """The contract years after which a break follows."""
    first = int(str(scenario["contract"]["start"])[:4])
    return [int(str(day)[:4]) - first for day in scenario["contract"]["breaks"]]


def working_capital(stays: Result) -> float:
    """What its lowest month-end cash of the contract years asks for, with no capital."""
    return -min(accumulate(stays.integrator_months[: 12 * stays.years]))


def lowest_cash(scenario: dict[str, Any], draws: Draws, stays: Result) -> list[float]:
    """The lowest month-end cash of each contract year, capital included."""
    balance = Trial(scenario, draws).at("parties.integrator.capital", 1)
    by_month = []
    for amount in stays.integrator_months:
        balance += amount
        by_month.append(balance)
    return [min(by_month[12 * year : 12 * (year + 1)]) for year in range(stays.years)]


def guarantee(scenario: dict[str, Any], draws: Draws) -> float:
    """Stated, or a share of the annual value: the target of year 1."""
    trial, stated = Trial(scenario, draws), scenario["parties"]["integrator"].get("guarantee")
    if stated is None:
        return 0.0
    if "amount" in stated:
        return trial.at("parties.integrator.guarantee.amount", 1)
    return trial.at("parties.integrator.guarantee.share", 1) * Care(trial, saves=False).whole_target(1)


def exit_cost(scenario: dict[str, Any], draws: Draws, stays: Result, year: int) -> float:
    """What commissioners pay more if it goes at the break after a year, less what leaving costs it."""
    trial = Trial(scenario, draws)
    care = Care(trial, saves=False)
    more = trial.at(f"{EXIT}.reprocurement", 1, 0.0) * care.cost_index(year + 1)
    for y in range(year + 1, stays.years + 1):
        existing = sum(care.existing(row, y) for row in care.register)
        paid = sum(by_year[y - 1] for by_year in stays.payment.values())
        more += existing * (1 + trial.at(f"{EXIT}.extra_cost", y, 0.0)) - paid
    return more - cost_of_leaving(scenario, draws, stays, year)


def cost_of_leaving(scenario: dict[str, Any], draws: Draws, stays: Result, year: int) -> float:
    """The part of the guarantee that can be called, less what losses have called until then, and the charge."""
    trial = Trial(scenario, draws)
    given, capital = guarantee(scenario, draws), trial.at("parties.integrator.capital", 1)
    losses = [-sum(stays.integrator_surplus[:y]) - capital for y in range(1, year + 1)]
    called = min(max(0.0, *losses), given)
    return trial.at(f"{EXIT}.callable_on_leaving", 1, 1.0) * (given - called) + trial.at(f"{EXIT}.charge", 1, 0.0)
