"""Outcomes of one trial: what is measured, how it scores, and each outcome's share of its service's outcome money."""

from __future__ import annotations

import calendar
import math
from itertools import pairwise
from typing import Any

from scipy.stats import binom

from . import read
from .care import Care
from .values import outcomes_in

SMALL = 100
"""A rate among fewer people than this is measured by the exact inverse binomial."""


def standard_error(outcome: dict[str, Any], level: float, people: float) -> float:
    """Of a rate p: sqrt(p (1 - p) overdispersion / n); of a mean: sd sqrt(overdispersion / n)."""
    over = outcome.get("overdispersion", 1.0)
    if outcome["measure"] == "rate":
        return math.sqrt(level * (1 - level) * over / people)
    return float(outcome["sd"]) * math.sqrt(over / people)


def score_of(points: list[list[float]], improvement: float) -> float:
    """Piecewise linear through the stated points, flat outside them."""
    if improvement <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if improvement <= x1:
            return y0 + (y1 - y0) * (improvement - x0) / (x1 - x0)
    return points[-1][1]


class Outcomes:
    """The sourced outcomes of one trial. `works` says whether the payment model has the outcome effect."""

    def __init__(self, care: Care, works: bool) -> None:
        self.care = care
        self.trial = care.trial
        self.works = works
        self.stated = outcomes_in(self.trial.scenario)

    def of_service(self, service: str) -> list[str]:
        return [name for name, outcome in self.stated.items() if outcome["service"] == service]

    def weight(self, name: str) -> float:
        """The outcome's weight over the sum of its service's sourced weights."""
        others = self.of_service(self.stated[name]["service"])
        return self._weight(name) / sum(self._weight(other) for other in others)

    def _weight(self, name: str) -> float:
        return self.trial.at(f"outcomes.{name}.weight", 1)

    def distance(self, name: str, year: int) -> float:
        """Years from the middle of the baseline period to the middle of a contract year."""
        start_year, start_month, day = map(int, str(self.trial.scenario["contract"]["start"]).split("-"))
        months = start_month - 1 + (day - 1) / calendar.monthrange(start_year, start_month)[1]
        middle = start_year + months / 12 + 0.5 + (year - 1)
        return middle - read.middle_of_period(str(self.stated[name]["baseline"]["period"]))

    def _clip(self, name: str, level: float) -> float:
        outcome = self.stated[name]
        low, high = (0.0, 1.0) if outcome["measure"] == "rate" else outcome["scale"]
        return float(min(max(level, low), high))

    def effect(self, name: str, year: int) -> float:
        """effect(y) x years of the effect phase so far; zero in a payment model without the effect."""
        phase = self.stated[name].get("effect_phase")
        if not self.works or phase is None or self.trial.raw(f"outcomes.{name}.effect") is None:
            return 0.0
        first, last = self.trial.scenario["contract"]["phases"][phase]
        years: int = max(0, min(year, last) - first + 1)
        return self.trial.at(f"outcomes.{name}.effect", year) * years

    def true_level(self, name: str, year: int) -> float:
        """True baseline + trend x years since it + effect, within the measure's range."""
        outcome = self.stated[name]
        baseline = self.trial.at(f"outcomes.{name}.baseline.value", 1)
        error = standard_error(outcome, baseline, self.trial.at(f"outcomes.{name}.baseline.people", 1))
        true_baseline = baseline + error * self.trial.draw(f"outcomes.{name}.baseline_noise", year)
        trend = self.trial.at(f"outcomes.{name}.trend", year, 0.0)
        return self._clip(name, true_baseline + trend * self.distance(name, year) + self.effect(name, year))

    def people(self, name: str, year: int) -> float:
        """How many people the outcome is measured on."""
        outcome = self.stated[name]
        if "people" in outcome["cohort"]:
            return self.trial.at(f"outcomes.{name}.cohort.people", year)
        site = outcome["cohort"].get("site", "all")
        everyone = self.care.people_of(outcome["service"], None if site == "all" else site, year)
        return self.trial.at(f"outcomes.{name}.cohort.coverage", year, 1.0) * everyone

    def measured(self, name: str, year: int) -> float:
        """The true level with its sampling noise."""
        level, people = self.true_level(name, year), self.people(name, year)
        z = self.trial.draw(f"outcomes.{name}.noise", year)
        if self.stated[name]["measure"] == "rate" and people < SMALL:
            count = round(people)
            probability = 0.5 * math.erfc(-z / math.sqrt(2))
            return float(binom.ppf(probability, count, level)) / count
        return self._clip(name, level + standard_error(self.stated[name], level, people) * z)

    def reference(self, name: str, year: int) -> float:
        """What the measured level is compared with: the stated baseline, with its expected trend where stated."""
        baseline = self.trial.at(f"outcomes.{name}.baseline.value", 1)
        if self.stated[name].get("reference", "static") == "trend":
            baseline += self.trial.at(f"outcomes.{name}.expected_trend", 1) * self.distance(name, year)
        return baseline

    def score(self, name: str, year: int) -> float:
        """The share of its money that an outcome earns in a year."""
        return score_of(self.stated[name]["score"], self.measured(name, year) - self.reference(name, year))
