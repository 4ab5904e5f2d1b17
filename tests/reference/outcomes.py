"""Outcomes of one trial: what is measured, how it scores, and each outcome's share of its service's outcome money."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from scipy.stats import binom, norm

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


def reached(value: float, threshold: float) -> bool:
    """Exactly there, or short of it by no more than a rounding error."""
    return value >= threshold - 1e-9 * max(1.0, abs(threshold))


def bonus_amount(written: Any) -> float:
    """`from` and `to` are read as text elsewhere (parties)."""
    found = read.quantity(str(written))
    assert found is not None
    return found


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

    def pooled_over(self, name: str, year: int) -> range:
        """The years whose measured figures count together: as many as stated, from contract year 1."""
        years = int(self.stated[name].get("pooled_years", 1))
        return range(max(1, year - years + 1), year + 1)

    def _mean_over(self, name: str, year: int, figure: Callable[[str, int], float]) -> float:
        years = self.pooled_over(name, year)
        if len(years) == 1:
            return figure(name, year)
        people = [self.people(name, one) for one in years]
        return sum(n * figure(name, one) for n, one in zip(people, years, strict=True)) / sum(people)

    def level(self, name: str, year: int) -> float:
        """What is measured over the pooled years, people weighing alike."""
        return self._mean_over(name, year, self.measured)

    def to_beat(self, name: str, year: int) -> float:
        return self._mean_over(name, year, self.reference)

    def improvement(self, name: str, year: int) -> float:
        return self.level(name, year) - self.to_beat(name, year)

    def significant(self, name: str, year: int) -> bool:
        """Whether a one-sided test says so at the stated level; variances are those of no change."""
        level = self.stated[name].get("significant_at")
        if level is None:
            return True
        people = sum(self.people(name, one) for one in self.pooled_over(name, year))
        now = standard_error(self.stated[name], self.to_beat(name, year), people)
        baseline = self.trial.at(f"outcomes.{name}.baseline.value", 1)
        then = standard_error(self.stated[name], baseline, self.trial.at(f"outcomes.{name}.baseline.people", 1))
        return reached(self.improvement(name, year), float(norm.ppf(level)) * math.hypot(now, then))

    def gates(self, name: str) -> list[dict[str, Any]]:
        """Its own and those of its service that do not name it."""
        outcome = self.stated[name]
        of_service = self.trial.scenario["services"][outcome["service"]].get("outcome_gates", [])
        return [*outcome.get("gates", []), *(gate for gate in of_service if gate["outcome"] != name)]

    def figure(self, gate: dict[str, Any], year: int) -> float:
        figures = {"score": self.score, "improvement": self.improvement, "level": self.level}
        return figures[gate.get("figure", "score")](gate["outcome"], year)

    def known(self, name: str) -> int:
        """Months after year end: its own lag or, if later, when a gate is known, whose score may wait in turn."""
        found = [self.stated[name]["lag"]]
        for gate in self.gates(name):
            of_gate = self.stated[gate["outcome"]]["lag"]
            found.append(self.known(gate["outcome"]) if gate.get("figure", "score") == "score" else of_gate)
        return int(max(found))

    def largest(self, name: str) -> float:
        """The largest score there can be."""
        outcome = self.stated[name]
        if "bonus" in outcome:
            return float(outcome["bonus"]["share"])
        return float(max(share for _, share in outcome.get("score") or outcome["tiers"]))

    def score(self, name: str, year: int) -> float:
        """The share of its money that an outcome earns in a year."""
        outcome, improvement = self.stated[name], self.improvement(name, year)
        if not self.significant(name, year):
            return 0.0
        if not all(reached(self.figure(gate, year), gate["at_least"]) for gate in self.gates(name)):
            return 0.0
        if "tiers" in outcome:
            found = max((share for tier, share in outcome["tiers"] if reached(improvement, tier)), default=0.0)
        else:
            found = score_of(outcome["score"], improvement)
        bonus = outcome.get("bonus")
        if bonus is None:
            return float(found)
        start = bonus_amount(bonus["from"])
        if "to" not in bonus:
            return float(bonus["share"] if reached(improvement, start) else found)
        if improvement <= start:
            return float(found)
        return score_of([[start, 1.0], [bonus_amount(bonus["to"]), bonus["share"]]], improvement)
