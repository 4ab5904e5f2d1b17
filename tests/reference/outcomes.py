"""Outcomes of one trial: what is measured, how it scores, and each outcome's share of its service's outcome money."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scipy.stats import binom, norm

from . import events, read
from .care import Care
from .values import outcomes_in, remembered

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


@dataclass(frozen=True)
class World:
    """What is so in one working out of a payment model: as it is, or without some of it."""

    trend: bool = True
    effect: bool = True
    noise: bool = True
    scores: bool = True  # without: no score, and every level is the level to beat
    static: bool = False  # every level to beat is the stated baseline
    shifted: tuple[str, int] | None = None  # an outcome measured so many standard errors off


AS_IT_IS = World()


class Outcomes:
    """The sourced outcomes of one trial.

    `effect` is what the payment model says of the outcome effect; `effort` the shares of it that are undertaken.
    `starts`: an integrator brings the effect about, once it has begun.
    """

    def __init__(
        self,
        care: Care,
        effect: Any,
        effort: dict[str, float] | None = None,
        world: World = AS_IT_IS,
        *,
        starts: bool = False,
    ) -> None:
        self.starts = starts
        self.care = care
        self.trial = care.trial
        self.stated_effect, self.effort, self.world = effect, effort or {}, world
        self.stated = outcomes_in(self.trial.scenario)

    def of_service(self, service: str) -> list[str]:
        return [name for name, outcome in self.stated.items() if outcome["service"] == service]

    def weight(self, name: str, year: int) -> float:
        """The outcome's weight over the sum of its service's sourced weights that are still there."""
        if self.passed_on(name, year):
            return 0.0
        others = self.of_service(self.stated[name]["service"])
        return self._weight(name) / sum(self._weight(o) for o in others if not self.passed_on(o, year))

    def _weight(self, name: str) -> float:
        return self.trial.at(f"outcomes.{name}.weight", 1)

    def passed_on(self, name: str, year: int) -> bool:
        """Whether others have its weight."""
        return self.withdrawn(name, year) and self.stated[name]["withdrawn"]["weight"] == "others"

    def withdrawn(self, name: str, year: int) -> bool:
        """Whether it is no longer measured."""
        stated = self.stated[name].get("withdrawn")
        if stated is None:
            return False
        first = int(stated.get("from", 1))
        if "chance" not in stated:
            return year >= first
        return any(self.trial.draw(f"outcomes.{name}.withdrawal", one) > 0 for one in range(first, year + 1))

    def last_measured(self, name: str, year: int) -> int:
        """The last year in which it was measured; 0 for none."""
        return next((one for one in range(year, 0, -1) if not self.withdrawn(name, one)), 0)

    def distance(self, name: str, year: int) -> float:
        """Years from the middle of the baseline period to the middle of a contract year."""
        return self._years_since(self.stated[name]["baseline"], year)

    def _years_since(self, baseline: dict[str, Any], year: int) -> float:
        start_year, start_month, day = map(int, str(self.trial.scenario["contract"]["start"]).split("-"))
        months = start_month - 1 + (day - 1) / calendar.monthrange(start_year, start_month)[1]
        middle = start_year + months / 12 + 0.5 + (year - 1)
        return middle - read.middle_of_period(str(baseline["period"]))

    def _clip(self, name: str, level: float) -> float:
        outcome = self.stated[name]
        low, high = (0.0, 1.0) if outcome["measure"] == "rate" else outcome["scale"]
        return float(min(max(level, low), high))

    def effect(self, name: str, year: int) -> float:
        """effect(y) x years of the effect phase that have begun so far; zero in a payment model without the effect."""
        return self.full_effect(name, year) * self.effort.get(name, 1.0) if self.world.effect else 0.0

    def full_effect(self, name: str, year: int) -> float:
        """The effect if all of it is brought about."""
        if self.stated_effect is False:
            return 0.0
        own = {} if self.stated_effect is True else self.stated_effect
        first, last = self.trial.scenario["contract"]["phases"][self.stated[name]["effect_phase"]]
        years = sum(events.begun(self.trial, y) if self.starts else 1.0 for y in range(first, min(year, last) + 1))
        if name in own.get("outcomes", {}):
            return float(own["outcomes"][name]) * years
        return self.trial.at(f"outcomes.{name}.effect", year) * float(own.get("scale", 1.0)) * years

    def true_level(self, name: str, year: int) -> float:
        """True baseline + trend x years since it + effect, within the measure's range."""
        start, trend = self._true_baseline(name, f"outcomes.{name}", year), self._trend(name, year)
        return self._clip(name, start + trend * self.distance(name, year) + self.effect(name, year))

    def _trend(self, name: str, year: int) -> float:
        return self.trial.at(f"outcomes.{name}.trend", year, 0.0) if self.world.trend else 0.0

    def _true_baseline(self, name: str, path: str, year: int) -> float:
        baseline = self.trial.at(f"{path}.baseline.value", 1)
        if not self.world.noise:
            return baseline
        error = standard_error(self.stated[name], baseline, self.trial.at(f"{path}.baseline.people", 1))
        return baseline + error * self.trial.draw(f"{path}.baseline_noise", year)

    def more(self, name: str, year: int, gone_after: int | None = None) -> float:
        """How many more than without the effect. `gone_after`: the integrator's last year, where it has gone."""
        start = self._true_baseline(name, f"outcomes.{name}", year)
        by_itself = start + self._trend(name, year) * self.distance(name, year)
        effect = self.effect(name, year) if gone_after is None else self._left(name, gone_after, year - gone_after)
        return self.people(name, year) * (self._clip(name, by_itself + effect) - self._clip(name, by_itself))

    def _left(self, name: str, last: int, years: int) -> float:
        """What is left, so many years later, of the effect of a year."""
        written = (self.trial.scenario["parties"]["integrator"].get("exit") or {}).get("effect_after_exit", "ends")
        if written == "stays":
            return self.effect(name, last)
        over = 1 if written == "ends" else int(written.split()[2])
        return self.effect(name, last) * max(0.0, 1 - years / over)

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
        if not self.world.scores:
            return self.reference(name, year)
        level, people = self.true_level(name, year), self.people(name, year)
        return self._measured(name, f"outcomes.{name}", level, people, year)

    def _measured(self, name: str, path: str, level: float, people: float, year: int) -> float:
        if not self.world.noise:
            shifted, errors = self.world.shifted or ("", 0)
            return level + (
                errors * standard_error(self.stated[name], level, people) if path.endswith(f".{shifted}") else 0
            )
        z = self.trial.draw(f"{path}.noise", year)
        if self.stated[name]["measure"] == "rate" and people < SMALL:
            count = round(people)
            probability = 0.5 * math.erfc(-z / math.sqrt(2))
            return float(binom.ppf(probability, count, level)) / count
        return self._clip(name, level + standard_error(self.stated[name], level, people) * z)

    def reference(self, name: str, year: int) -> float:
        """What the measured level is compared with: the stated baseline, carried forward where the outcome says so."""
        baseline = self.trial.at(f"outcomes.{name}.baseline.value", 1)
        kind = "static" if self.world.static else self.stated[name].get("reference", "static")
        if kind == "trend":
            baseline += self.trial.at(f"outcomes.{name}.expected_trend", 1) * self.distance(name, year)
        if kind == "comparator":
            baseline += self.comparator(name, year) - self.trial.at(f"outcomes.{name}.comparator.baseline.value", 1)
        return baseline

    def comparator(self, name: str, year: int) -> float:
        """What is measured of the comparator: the same trend and its drift, people and errors of its own."""
        path, baseline = f"outcomes.{name}.comparator", self.stated[name]["comparator"]["baseline"]
        trend = self._trend(name, year) + (self.trial.at(f"{path}.drift", year, 0.0) if self.world.trend else 0.0)
        level = self._true_baseline(name, path, year) + trend * self._years_since(baseline, year)
        return self._measured(name, path, self._clip(name, level), self.trial.at(f"{path}.people", year), year)

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
        errors = [now, self._error_of_baseline(name, f"outcomes.{name}")]
        if "comparator" in self.stated[name]:
            path = f"outcomes.{name}.comparator"
            people = sum(self.trial.at(f"{path}.people", one) for one in self.pooled_over(name, year))
            errors.append(standard_error(self.stated[name], self.trial.at(f"{path}.baseline.value", 1), people))
            errors.append(self._error_of_baseline(name, path))
        return reached(self.improvement(name, year), float(norm.ppf(level)) * math.hypot(*errors))

    def _error_of_baseline(self, name: str, path: str) -> float:
        value, people = self.trial.at(f"{path}.baseline.value", 1), self.trial.at(f"{path}.baseline.people", 1)
        return standard_error(self.stated[name], value, people)

    def gates(self, name: str) -> list[dict[str, Any]]:
        """Its own and those of its service that do not name it."""
        outcome = self.stated[name]
        of_service = self.trial.scenario["services"][outcome["service"]].get("outcome_gates", [])
        return [*outcome.get("gates", []), *(gate for gate in of_service if gate["outcome"] != name)]

    def figure(self, gate: dict[str, Any], year: int) -> float:
        kind, name = gate.get("figure", "score"), gate["outcome"]
        if kind == "score":
            return self.score(name, year)
        last = self.last_measured(name, year)  # of what is withdrawn the last figure stands
        return (self.level if kind == "level" else self.improvement)(name, last) if last else 0.0

    def paid_improvement(self, name: str, year: int) -> float:
        """What a price a person is paid on: nothing once it is withdrawn, unless it goes by its last score."""
        if not self.withdrawn(name, year):
            return self.improvement(name, year)
        last = self.last_measured(name, year)
        goes_on = self.stated[name]["withdrawn"]["weight"] == "last_score" and last
        return self.improvement(name, last) if goes_on else 0.0

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
        stated = outcome.get("withdrawn", {}).get("score", 0.0)
        return float(max(stated, *(share for _, share in outcome.get("score") or outcome["tiers"])))

    @remembered
    def score(self, name: str, year: int) -> float:
        """The share of its money that an outcome earns in a year."""
        if not self.world.scores or year < 1:
            return 0.0
        if self.withdrawn(name, year):
            stated = self.stated[name]["withdrawn"]
            return float(stated["score"]) if stated["weight"] == "score" else self.score(name, year - 1)
        return self._score(name, year)

    def _score(self, name: str, year: int) -> float:
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
