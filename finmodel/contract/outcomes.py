"""Outcomes as lines: what is true, what is measured, and the score that becomes money (docs/model.md, "Outcomes").

An outcome has up to two sets of lines, because the effect belongs to the payment model: with it and without it. Noise,
trend and people are the same draws in both.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

from finmodel.contract.inputs import LONGEST
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, binomial_quantile, clip, curve, maximum, sqrt, where, whole
from finmodel.lines.kernels import SMALL_COHORT
from finmodel.scenario import MeanOutcome, Outcome, Scenario
from finmodel.units import PERSON, POINT, PURE, YEAR, Unit


@dataclass(frozen=True)
class Scored:
    """An outcome that counts for money: its share of the service's outcome money, its score and when it is known."""

    name: str
    label: str
    weight: float
    score: Expr
    lag_months: int


class Outcomes:
    """Writes the lines of an outcome when a payment term first asks for its score."""

    def __init__(self, shared: Shared) -> None:
        self.shared, self.sheet, self.inputs = shared, shared.sheet, shared.inputs
        self.scenario: Scenario = shared.scenario
        self._scores: dict[tuple[str, bool], Expr] = {}

    def of_service(self, service: str, *, effect: bool) -> list[Scored]:
        """The sourced outcomes of a service, their weights made to add up to one."""
        counted = {n: o for n, o in self.scenario.outcomes.items() if o.service == service and o.evidence == "sourced"}
        total = sum(outcome.weight.amount for outcome in counted.values())
        return [
            Scored(
                name,
                outcome.label,
                outcome.weight.amount / total,
                self._score(name, outcome, effect=effect),
                outcome.lag,
            )
            for name, outcome in counted.items()
            if outcome.weight.amount > 0
        ]

    def _score(self, name: str, outcome: Outcome, *, effect: bool) -> Expr:
        if (name, effect) not in self._scores:
            self._scores[name, effect] = self._write(name, outcome, effect=effect)
        return self._scores[name, effect]

    def _write(self, name: str, outcome: Outcome, *, effect: bool) -> Expr:
        sheet, inputs, path = self.sheet, self.inputs, f"outcomes.{name}"
        unit = POINT if isinstance(outcome, MeanOutcome) else PURE
        low, high = (
            self._given(f"{path}.{end}", x, unit, "Range")
            for end, x in zip(("low", "high"), outcome.scale, strict=True)
        )
        baseline = self._given(f"{path}.baseline", outcome.baseline.value.amount, unit, f"{outcome.label}: baseline")
        elapsed = self._elapsed(path, outcome)
        number = self._number(path, outcome)
        overdispersion = self._given(f"{path}.overdispersion", outcome.overdispersion.amount, PURE, "Overdispersion")
        sd = None if outcome.sd is None else self._given(f"{path}.sd", outcome.sd.amount, unit, "Spread between people")
        start = self._true_baseline(path, outcome, baseline, sd, overdispersion)
        trend = inputs.value(outcome.trend, f"{path}.trend", "Trend a year")
        level = start + trend * elapsed
        variant = path
        if effect:
            level = level + inputs.value(outcome.effect, f"{path}.effect", "Effect a year") * self._effect_years(
                path, outcome
            )
        else:
            variant = f"{path}.without_effect"
        true = sheet.add(f"{variant}.true", clip(level, low, high), unit=unit, label=f"{outcome.label}: true level")
        noise = self._noise(f"{path}.noise", yearly=True)
        measured = _measured(true, number, noise, overdispersion, sd, low, high)
        measured = sheet.add(f"{variant}.measured", measured, unit=unit, label=f"{outcome.label}: measured level")
        reference = self._reference(path, outcome, baseline, elapsed, unit)
        points = [
            (self._given(f"{path}.score_at_{i + 1}", x, unit, "Improvement at a point of the score"), y)
            for i, (x, y) in enumerate(outcome.score)
        ]
        return sheet.add(
            f"{variant}.score", curve(measured - reference, points), unit=PURE, label=f"{outcome.label}: score"
        )

    def _given(self, name: str, value: float, unit: Unit, label: str) -> Expr:
        return self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, value, unit, label=label)

    def _noise(self, name: str, *, yearly: bool) -> Expr:
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.inputs.score(name, "Measurement noise (normal score)", yearly=yearly)

    def _once(self, name: str, formula: Expr, unit: Unit, label: str) -> Expr:
        return self.sheet.ref(name) if name in self.sheet else self.sheet.add(name, formula, unit=unit, label=label)

    def _elapsed(self, path: str, outcome: Outcome) -> Expr:
        """Years from the middle of the baseline period to the middle of each contract year."""
        name = f"{path}.years_since_baseline"
        if name in self.sheet:
            return self.sheet.ref(name)
        start = self.scenario.contract.start
        days = monthrange(start.year, start.month)[1]
        first = start.year + (start.month - 1 + (start.day - 1) / days) / 12 + 0.5 - outcome.baseline.middle
        return self.sheet.given(name, [first + year for year in range(LONGEST)], YEAR, label="Years since the baseline")

    def _number(self, path: str, outcome: Outcome) -> Expr:
        """People measured, as a pure number (a sample size)."""
        if f"{path}.number" in self.sheet:
            return self.sheet.ref(f"{path}.number")
        one = self._given("one_person", 1.0, PERSON, "One person")
        return self.sheet.add(f"{path}.number", self._people(path, outcome) / one, unit=PURE, label="Sample size")

    def _people(self, path: str, outcome: Outcome) -> Expr:
        name = f"{path}.people"
        if outcome.cohort.people is not None:
            return self.inputs.value(outcome.cohort.people, name, "People measured a year")
        assert outcome.cohort.site is not None
        coverage = self.inputs.value(outcome.cohort.coverage, f"{path}.cohort.coverage", "Share of people measured")
        site = self.shared.demand.sites[outcome.service, outcome.cohort.site]
        return self.sheet.add(name, coverage * site, unit=PERSON, label=f"{outcome.label}: people measured")

    def _true_baseline(
        self, path: str, outcome: Outcome, baseline: Expr, sd: Expr | None, overdispersion: Expr
    ) -> Expr:
        name = f"{path}.true_baseline"
        if name in self.sheet:
            return self.sheet.ref(name)
        people = self._given(
            f"{path}.baseline_number", outcome.baseline.people.amount, PURE, "Sample size of the baseline"
        )
        noise = self._noise(f"{path}.baseline_noise", yearly=False)
        error = _standard_error(baseline, people, overdispersion, sd) * noise
        return self.sheet.add(name, baseline + error, label=f"{outcome.label}: true baseline")

    def _effect_years(self, path: str, outcome: Outcome) -> Expr:
        phase = self.scenario.contract.phases[outcome.effect_phase]
        years = [float(min(max(year - phase.first + 1, 0), len(phase.years))) for year in range(1, LONGEST + 1)]
        name = f"{path}.years_of_effect"
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.sheet.given(name, years, YEAR, label="Years of effect so far")

    def _reference(self, path: str, outcome: Outcome, baseline: Expr, elapsed: Expr, unit: Unit) -> Expr:
        if outcome.expected_trend is None:
            return baseline
        expected = self._given(
            f"{path}.expected_trend", outcome.expected_trend.amount, unit / YEAR, "Expected trend a year"
        )
        return self._once(f"{path}.reference", baseline + expected * elapsed, unit, f"{outcome.label}: level to beat")


def _standard_error(level: Expr, number: Expr, overdispersion: Expr, sd: Expr | None) -> Expr:
    """Of a rate: sqrt(p (1 - p) overdispersion / n); of a mean: sd sqrt(overdispersion / n)."""
    if sd is not None:
        return sd * sqrt(overdispersion / number)
    return sqrt(maximum(level * (1 - level), 0) * overdispersion / number)


def _measured(
    true: Expr, number: Expr, noise: Expr, overdispersion: Expr, sd: Expr | None, low: Expr, high: Expr
) -> Expr:
    measured = clip(true + _standard_error(true, number, overdispersion, sd) * noise, low, high)
    if sd is not None:
        return measured
    exact = binomial_quantile(number, true, noise) / maximum(whole(number), 1)
    return where(number < SMALL_COHORT, exact, measured)
