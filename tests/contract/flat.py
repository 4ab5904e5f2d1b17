"""Contracts that are certain and flat, so that what a payment term gives can be worked out by hand.

A list by year walks a value through its thresholds, a year a step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from finmodel.contract import trial
from tests.contract.money import Floats
from tests.contract.scenarios import TESTED, TO_INTEGRATOR, Row, Term, World, outcome, world

M = 1e6


def rows(a: float, b: float, kind: str = "block", marginal: str = "100%") -> tuple[Row, ...]:
    """One contract a service, worth a and b. The marginal rate is that of an activity contract; others have none."""
    marginal = marginal if kind == "activity" else "100%"
    return (
        ("A", "trust", "a", "", "north", round(a), kind, 1.0, marginal),
        ("B", "hospice", "b", "", "south", round(b), "block", 1.0, "100%"),
    )


def flat(terms: list[Term], contracts: tuple[Row, ...] = rows(68.7 * M, 53.5 * M), years: int = 1) -> World:
    """One phase, no growth, savings, VAT, running cost or outcomes: pools are what the contracts are worth."""
    found = world([], terms, rows=contracts, years=years, uncertain=False)
    data = found.data
    data["contract"].update(phases={"later": f"1-{years}"}, population="876000 people", population_growth=0)
    data["indices"] = {name: {"change": 0} for name in data["indices"]}
    for service in data["services"].values():
        service.update(planned_growth=0, cost_growth=0, opening_error=0, demand_shock=0)
        service["sites"] = {name: {**site, "growth": 0} for name, site in service["sites"].items()}
    data["services"]["a"]["sites"] = {"x": {"people": "1000 people", "growth": 0}}
    data["parties"]["integrator"].update(running_cost="£0", vat_leakage="0%")
    data["savings"]["claimed"] = "0%"
    data["outcomes"] = {}
    del data["payment_models"][TESTED]["phases"]["first"]
    return found


def base_case(folder: Path, found: World) -> dict[str, Floats]:
    return dict(trial(found.compile(folder), TESTED, None).values)


def payment(folder: Path, found: World) -> list[float]:
    return [float(x) for x in base_case(folder, found)[f"{TESTED}.payment"]]


def fixed(amount: float, **other: Any) -> Term:
    """An amount a year to the integrator."""
    return {"name": "base", "kind": "fee", **TO_INTEGRATOR, "amount": f"£{amount:.2f}", "index": "general", **other}


def term(kind: str, **other: Any) -> Term:
    return {"name": kind, "kind": kind, **TO_INTEGRATOR, **other}


def with_outcomes(terms: list[Term], improvements: list[float], **other: Any) -> World:
    """`survival` improves by so much in each year, measured without error in the base case."""
    found = flat(terms, years=len(improvements))
    trend = [f"{100 * change / year:.18f}pp" for year, change in enumerate(improvements, start=1)]
    baseline = {"value": "40%", "period": "2015/16", "people": "600 people"}  # its middle is a year before year 1's
    one = {"baseline": baseline, "trend": trend, "effect": "0pp", **other}
    static = {"trend": "0pp", "effect": "0pp", "score": [["1pp", "0%"], ["2pp", "100%"]]}  # earns nothing
    found.data["outcomes"] = {
        "survival": outcome("a", "20%", **one),
        "other": outcome("a", "80%", baseline=baseline, **static),
    }
    return found
