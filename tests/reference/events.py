"""Events of one trial: whether one acts in a year, and what it changes then."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .values import Trial

ALWAYS = ("start_delay", "opening_error", "late_savings")
"""Kinds that, once they happen, concern the whole contract."""


def stated(trial: Trial, kind: str) -> dict[str, dict[str, Any]]:
    """The events of a kind, by name."""
    events: dict[str, dict[str, Any]] = trial.scenario.get("events") or {}
    return {name: event for name, event in events.items() if event["kind"] == kind}


def acts(trial: Trial, name: str, year: int) -> bool:
    event = trial.scenario["events"][name]
    if "probability_a_year" in event:
        begun = [y for y in range(int(event.get("when", 1)), year + 1) if trial.draw(f"events.{name}.happens", y)]
        return any(year < begin + lasts(trial, name, begin) for begin in begun)
    if not trial.draw(f"events.{name}.happens", year):
        return False
    if event["kind"] in ALWAYS:
        return True
    begin = round(trial.at(f"events.{name}.when", year, 1.0))
    return year >= begin and year < begin + lasts(trial, name, begin)


def lasts(trial: Trial, name: str, begin: int) -> float:
    """For how many years one goes on that begins in a year."""
    return math.inf if "years" not in trial.scenario["events"][name] else round(trial.at(f"events.{name}.years", begin))


def change(trial: Trial, name: str, year: int) -> float:
    """What an event changes in a year."""
    return trial.at(f"events.{name}.size", year) if acts(trial, name, year) else 0.0


def begun(trial: Trial, year: int) -> float:
    """The part of a year in which the terms are in force, for want of a late start."""
    months = sum(change(trial, name, year) for name in stated(trial, "start_delay"))
    return 1 - min(max(months / 12 - (year - 1), 0.0), 1.0)


def claimed(trial: Trial, year: int) -> float:
    """Claimed savings, as late as they come: straight between the claims of whole years, none before year 1."""
    late = sum(change(trial, name, year) for name in stated(trial, "late_savings")) / 12
    whole, part = int(late // 1), late % 1

    def of(y: int) -> float:
        return trial.at("savings.claimed", y) if y >= 1 else 0.0

    return (1 - part) * of(year - whole) + part * of(year - whole - 1)


def opening_error(trial: Trial, service: str, year: int) -> float:
    found = stated(trial, "opening_error")
    return sum(change(trial, n, year) for n, e in found.items() if service in e.get("services", [service]))


def spell(trial: Trial, index: str, year: int) -> float:
    found = stated(trial, "inflation_spell")
    return sum(change(trial, name, year) for name, event in found.items() if event["index"] == index)


def failure(trial: Trial, provider: str, year: int) -> float:
    found = stated(trial, "provider_failure")
    return sum(change(trial, name, year) for name, event in found.items() if event["provider"] == provider)


def allocation_left(trial: Trial, payer: str, year: int) -> float:
    found = stated(trial, "allocation_shortfall")
    lost = sum(change(trial, n, year) for n, e in found.items() if payer in e.get("commissioners", [payer]))
    return 1 - min(lost, 1.0)
