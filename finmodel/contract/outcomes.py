"""Outcomes as lines: what is true, what is measured, and the score that becomes money (docs/model.md, "Outcomes").

An outcome has up to two sets of lines, because the effect belongs to the payment model: with it and without it. Noise,
trend and people are the same draws in both.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from statistics import NormalDist

from finmodel.contract.inputs import LONGEST
from finmodel.contract.scoring import by_improvement, mean_pooled, people_pooled
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, binomial_quantile, clip, maximum, reached, sqrt, where, whole
from finmodel.lines.kernels import SMALL_COHORT
from finmodel.scenario import Gate, MeanOutcome, Outcome, Scenario, gates_of, largest_score
from finmodel.units import PERSON, POINT, PURE, YEAR, Unit


@dataclass(frozen=True)
class Scored:
    """An outcome that counts for money: its share of the service's outcome money, its score and when it is known.

    `largest` is the largest score that it can have, `improvement` the measured level less the level to beat, `people`
    the number measured in the year.
    """

    name: str
    label: str
    weight: float
    score: Expr
    lag_months: int
    largest: float
    improvement: Expr
    people: Expr


@dataclass(frozen=True)
class Figures:
    """What is measured of an outcome, over all pooled years: its level and the level to beat."""

    level: Expr
    reference: Expr
    number: Expr

    @property
    def improvement(self) -> Expr:
        """The level less the level to beat."""
        return self.level - self.reference


class Outcomes:
    """Writes the lines of an outcome when a payment term first asks for its score."""

    def __init__(self, shared: Shared) -> None:
        self.shared, self.sheet, self.inputs = shared, shared.sheet, shared.inputs
        self.scenario: Scenario = shared.scenario
        self._scores: dict[tuple[str, bool], Expr] = {}
        self._found: dict[tuple[str, bool], Figures] = {}

    def of_service(self, service: str, *, effect: bool) -> list[Scored]:
        """The sourced outcomes of a service, their weights made to add up to one."""
        counted = {n: o for n, o in self.scenario.outcomes.items() if o.service == service and o.evidence == "sourced"}
        total = sum(outcome.weight.amount for outcome in counted.values())
        return [
            self._scored(name, outcome.weight.amount / total, effect=effect)
            for name, outcome in counted.items()
            if outcome.weight.amount > 0
        ]

    def named(self, name: str, *, effect: bool) -> Scored:
        """A sourced outcome by its name, with its weight as written: it may have none."""
        return self._scored(name, self.scenario.outcomes[name].weight.amount, effect=effect)

    def _scored(self, name: str, weight: float, *, effect: bool) -> Scored:
        outcome = self.scenario.outcomes[name]
        return Scored(
            name,
            outcome.label,
            weight,
            self._score(name, effect=effect),
            known_after(self.scenario, name),
            largest_score(outcome),
            self._measured(name, effect=effect).improvement,
            self._people(f"outcomes.{name}", outcome),
        )

    def write(self, name: str, *, effect: bool) -> None:
        """Write the lines of an outcome with a source, whether it earns money or not: another may wait for it."""
        if self.scenario.outcomes[name].evidence == "sourced":
            self._score(name, effect=effect)

    def _score(self, name: str, *, effect: bool) -> Expr:
        if (name, effect) not in self._scores:
            self._scores[name, effect] = self._write_score(name, self.scenario.outcomes[name], effect=effect)
        return self._scores[name, effect]

    def _measured(self, name: str, *, effect: bool) -> Figures:
        if (name, effect) not in self._found:
            self._found[name, effect] = self._write_figures(name, self.scenario.outcomes[name], effect=effect)
        return self._found[name, effect]

    def _write_score(self, name: str, outcome: Outcome, *, effect: bool) -> Expr:
        """The share of its money that the outcome earns: by its improvement, if significant, through its gates."""
        figures, path = self._measured(name, effect=effect), f"outcomes.{name}"
        variant = path if effect else f"{path}.without_effect"
        score, label = by_improvement(self._given, path, outcome, figures.improvement), f"{outcome.label}: score"
        conditions = [] if outcome.significant_at is None else [self._significant(path, outcome, figures)]
        gates = gates_of(name, outcome, self.scenario.services)
        conditions += [self._open(f"{path}.gate_{n}", gate, effect=effect) for n, (_, gate) in enumerate(gates, 1)]
        if conditions:
            score = self.sheet.add(f"{variant}.score_ungated", score, unit=PURE, label=f"{label}, were it not gated")
            passed = conditions[0]
            for condition in conditions[1:]:
                passed = passed & condition
            score = where(passed, score, 0)
        return self.sheet.add(f"{variant}.score", score, unit=PURE, label=label)

    def _write_figures(self, name: str, outcome: Outcome, *, effect: bool) -> Figures:
        sheet, inputs, path = self.sheet, self.inputs, f"outcomes.{name}"
        unit = _unit(outcome)
        low, high = (
            self._given(f"{path}.{end}", x, unit, "Range")
            for end, x in zip(("low", "high"), outcome.scale, strict=True)
        )
        baseline = self._given(f"{path}.baseline", outcome.baseline.value.amount, unit, f"{outcome.label}: baseline")
        elapsed = self._elapsed(path, outcome)
        number = self._number(path, outcome)
        overdispersion, sd = self._spread(path, outcome)
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
        if outcome.pooled_years == 1:
            return Figures(measured, reference, number)
        return self._pooled(path, variant, outcome, Figures(measured, reference, number))

    def _pooled(self, path: str, variant: str, outcome: Outcome, each: Figures) -> Figures:
        """The figures of the pooled years together: a level that every year shares needs no pooling."""
        sheet, years, number = self.sheet, outcome.pooled_years, each.number
        people = people_pooled(sheet, path, number, years)
        label = f"{outcome.label}: measured level"
        level = mean_pooled(sheet, f"{variant}.measured", each.level, number, years, label, people)
        reference = each.reference
        if outcome.expected_trend is not None:
            label = f"{outcome.label}: level to beat"
            reference = mean_pooled(sheet, f"{path}.reference", reference, number, years, label, people)
        return Figures(level, reference, people)

    def _significant(self, path: str, outcome: Outcome, figures: Figures) -> Expr:
        """Whether the improvement is so large that chance alone, where nothing has changed, seldom makes it."""
        assert outcome.significant_at is not None
        level, unit = outcome.significant_at.amount, _unit(outcome)
        overdispersion, sd = self._spread(path, outcome)
        baseline = self._given(f"{path}.baseline", outcome.baseline.value.amount, unit, f"{outcome.label}: baseline")
        of_year = _standard_error(figures.reference, figures.number, overdispersion, sd)
        of_baseline = _standard_error(baseline, self._baseline_number(path, outcome), overdispersion, sd)
        label = f"{outcome.label}: standard error of the change if nothing has changed"
        error = self._once(f"{path}.change_error", sqrt(of_year * of_year + of_baseline * of_baseline), unit, label)
        quantile = NormalDist().inv_cdf(level)
        z = self._given(f"{path}.significant_score", quantile, PURE, f"Normal score of a level of {level:.4g}")
        label = f"{outcome.label}: smallest improvement that is significant"
        return reached(figures.improvement, self._once(f"{path}.significant_from", z * error, unit, label))

    def _open(self, path: str, gate: Gate, *, effect: bool) -> Expr:
        """Whether the figure of another outcome reaches the threshold of a gate."""
        named = self.scenario.outcomes[gate.outcome]
        unit = PURE if gate.figure == "score" else _unit(named)
        threshold = self._given(path, gate.at_least.amount, unit, f"{named.label}: {gate.figure} at which a gate opens")
        if gate.figure == "score":
            return reached(self._score(gate.outcome, effect=effect), threshold)
        figures = self._measured(gate.outcome, effect=effect)
        return reached(figures.level if gate.figure == "level" else figures.improvement, threshold)

    def _spread(self, path: str, outcome: Outcome) -> tuple[Expr, Expr | None]:
        """Overdispersion, and of a mean the standard deviation between people."""
        over = self._given(f"{path}.overdispersion", outcome.overdispersion.amount, PURE, "Overdispersion")
        sd = outcome.sd
        return over, None if sd is None else self._given(
            f"{path}.sd", sd.amount, _unit(outcome), "Spread between people"
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
        if name in self.sheet:
            return self.sheet.ref(name)
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
        people = self._baseline_number(path, outcome)
        noise = self._noise(f"{path}.baseline_noise", yearly=False)
        error = _standard_error(baseline, people, overdispersion, sd) * noise
        return self.sheet.add(name, baseline + error, label=f"{outcome.label}: true baseline")

    def _baseline_number(self, path: str, outcome: Outcome) -> Expr:
        people = outcome.baseline.people.amount
        return self._given(f"{path}.baseline_number", people, PURE, "Sample size of the baseline")

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


def known_after(scenario: Scenario, name: str) -> int:
    """Months from a contract year's end until an outcome's score is known: its lag, or that of a gate on it."""
    outcome = scenario.outcomes[name]
    found = [outcome.lag]
    for _, gate in gates_of(name, outcome, scenario.services):
        waits = gate.figure == "score"  # a score waits for gates of its own, what is measured does not
        found.append(known_after(scenario, gate.outcome) if waits else scenario.outcomes[gate.outcome].lag)
    return max(found)


def _unit(outcome: Outcome) -> Unit:
    return POINT if isinstance(outcome, MeanOutcome) else PURE


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
