"""What is true of an outcome, what is measured of it, and the level to beat (docs/model.md, "Outcomes").

An outcome has a set of lines for each different effect that the payment models have, and one without. Noise, trend,
people and comparator are the same draws in all.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

from finmodel.contract.effects import Effects, write_effect
from finmodel.contract.inputs import one_year
from finmodel.contract.scoring import mean_pooled, people_pooled
from finmodel.contract.shared import Shared
from finmodel.lines import Expr, binomial_quantile, clip, literal, maximum, sqrt, where, whole
from finmodel.lines.kernels import SMALL_COHORT
from finmodel.scenario import MeanBaseline, MeanOutcome, Outcome, RateBaseline, Scenario
from finmodel.units import PERSON, POINT, PURE, YEAR, Unit


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


class OutcomeFigures:
    """Writes an outcome's levels when they are first asked for."""

    def __init__(self, shared: Shared) -> None:
        self.shared, self.sheet, self.inputs = shared, shared.sheet, shared.inputs
        self.scenario: Scenario = shared.scenario
        self.found: dict[tuple[str, str], Figures] = {}
        self.effects: dict[str, Effects] = {}

    def of(self, name: str, effects: Effects) -> Figures:
        """The figures of an outcome under an effect."""
        key = (name, effects.variant)
        if key not in self.found:
            self.effects[effects.variant] = effects
            self.found[key] = self._write(name, self.scenario.outcomes[name], effects)
        return self.found[key]

    @property
    def names(self) -> list[str]:
        """The outcomes written so far."""
        return list(dict.fromkeys(name for name, _ in self.found))

    def paths(self) -> list[tuple[str, str]]:
        """What the names of each set of lines begin with, and its outcome."""
        return [(self.effects[variant].path(name), name) for name, variant in self.found]

    def moves(self, name: str) -> bool:
        """Whether the level to beat moves from the baseline."""
        return self.scenario.outcomes[name].reference != "static"

    def facts(self, *, trend: bool, effect: bool) -> dict[str, Expr]:
        """What replaces lines where nothing is measured with an error, and there is no trend or no effect."""
        found: dict[str, Expr] = {}
        for name, variant in self.found:
            path, own = f"outcomes.{name}", self.effects[variant].path(name)
            found[f"{own}.measured"] = self.sheet.ref(f"{own}.true")
            if not effect and f"{own}.effect_so_far" in self.sheet:
                found[f"{own}.effect_so_far"] = literal(0.0)
            compared = [path, *([f"{path}.comparator"] if f"{path}.comparator.true" in self.sheet else [])]
            for one in compared:
                found[f"{one}.true_baseline"] = self.sheet.ref(f"{one}.baseline")
                if not trend:
                    found[f"{one}.trend_so_far"] = literal(0.0)
            if f"{path}.comparator.true" in self.sheet:
                found[f"{path}.comparator.measured"] = self.sheet.ref(f"{path}.comparator.true")
        return found

    def level_to_beat(self, name: str) -> Expr:
        """The level to beat in a year, before years are pooled."""
        path = f"outcomes.{name}"
        return self.sheet.ref(f"{path}.reference" if f"{path}.reference" in self.sheet else f"{path}.baseline")

    def _write(self, name: str, outcome: Outcome, effects: Effects) -> Figures:
        path, own, unit = f"outcomes.{name}", effects.path(name), unit_of(outcome)
        baseline = self.baseline(path, outcome)
        self._true_baseline(path, outcome, outcome.baseline, f"{outcome.label}: true baseline")
        trend = self.inputs.value(outcome.trend, f"{path}.trend", "Trend a year")
        elapsed = self._elapsed(path, outcome.baseline)
        label = f"{outcome.label}: trend since the baseline"
        level = self.sheet.ref(f"{path}.true_baseline") + self.once(
            f"{path}.trend_so_far", trend * elapsed, unit, label
        )
        effect = write_effect(self.scenario, self.inputs, name, effects)
        if effect is not None:
            level = level + effect
        number = self.number(path, outcome)
        true = self._clipped(f"{own}.true", path, outcome, level, f"{outcome.label}: true level")
        measured = self._measured(f"{own}.measured", path, outcome, true, number, f"{outcome.label}: measured level")
        reference = self._reference(path, outcome, baseline, elapsed)
        each = Figures(measured, reference, number)
        return each if outcome.pooled_years == 1 else self._pooled(path, own, outcome, each)

    def _clipped(self, name: str, path: str, outcome: Outcome, level: Expr, label: str) -> Expr:
        unit, (low, high) = unit_of(outcome), self._ends(path, outcome)
        return self.sheet.add(name, clip(level, low, high), unit=unit, label=label)

    def _measured(self, name: str, path: str, outcome: Outcome, true: Expr, number: Expr, label: str) -> Expr:
        """The true level with its sampling error: of few people an exact binomial count."""
        (low, high), (over, sd) = self._ends(path, outcome), self.spread(path, outcome)
        place = name.rpartition(".")[0] if ".comparator." in name else path
        noise = self._noise(f"{place}.noise", yearly=True)
        measured = clip(true + standard_error(true, number, over, sd) * noise, low, high)
        if sd is None:
            exact = binomial_quantile(number, true, noise) / maximum(whole(number), 1)
            measured = where(number < SMALL_COHORT, exact, measured)
        return self.sheet.add(name, measured, unit=unit_of(outcome), label=label)

    def _pooled(self, path: str, own: str, outcome: Outcome, each: Figures) -> Figures:
        """The figures of the pooled years together: a level that every year shares needs no pooling."""
        sheet, years, number = self.sheet, outcome.pooled_years, each.number
        people = people_pooled(sheet, path, number, years)
        label = f"{outcome.label}: measured level"
        level = mean_pooled(sheet, f"{own}.measured", each.level, number, years, label, people)
        reference = each.reference
        if outcome.reference != "static":
            label = f"{outcome.label}: level to beat"
            reference = mean_pooled(sheet, f"{path}.reference", reference, number, years, label, people)
        return Figures(level, reference, people)

    def pooled_number(self, path: str, number: Expr, years: int) -> Expr:
        """The sample size of the pooled years together."""
        return people_pooled(self.sheet, path, number, years)

    # The level to beat

    def _reference(self, path: str, outcome: Outcome, baseline: Expr, elapsed: Expr) -> Expr:
        if outcome.reference == "static":
            return baseline
        unit, label = unit_of(outcome), f"{outcome.label}: level to beat"
        if outcome.expected_trend is not None:
            amount = outcome.expected_trend.amount
            expected = self.given(f"{path}.expected_trend", amount, unit / YEAR, "Expected trend a year")
            return self.once(f"{path}.reference", baseline + expected * elapsed, unit, label)
        change = self._comparator(path, outcome) - self.sheet.ref(f"{path}.comparator.baseline")
        return self.once(f"{path}.reference", baseline + change, unit, label)

    def _comparator(self, path: str, outcome: Outcome) -> Expr:
        """The comparator's measured level: its own baseline and people, the outcome's draw of the trend."""
        comparator, place, unit = outcome.comparator, f"{path}.comparator", unit_of(outcome)
        assert comparator is not None
        if f"{place}.measured" in self.sheet:
            return self.sheet.ref(f"{place}.measured")
        label = f"{outcome.label}, {comparator.label}"
        value = comparator.baseline.value.amount
        self.given(f"{place}.baseline", value, unit, f"{label}: baseline")
        start = self._true_baseline(place, outcome, comparator.baseline, f"{label}: true baseline", of=path)
        trend = self.inputs.value(outcome.trend, f"{path}.trend", "Trend a year")
        drift = self.inputs.value(comparator.drift, f"{place}.drift", f"{label}: trend beyond the outcome's, a year")
        elapsed = self._elapsed(place, comparator.baseline)
        so_far = self.once(
            f"{place}.trend_so_far", (trend + drift) * elapsed, unit, f"{label}: trend since the baseline"
        )
        true = self._clipped(f"{place}.true", path, outcome, start + so_far, f"{label}: true level")
        number = self.comparator_number(path, outcome)
        return self._measured(f"{place}.measured", path, outcome, true, number, f"{label}: measured level")

    def comparator_number(self, path: str, outcome: Outcome) -> Expr:
        """People of the comparator measured in a year, as a pure number."""
        name = f"{path}.comparator.number"
        if name in self.sheet:
            return self.sheet.ref(name)
        assert outcome.comparator is not None
        people = self.inputs.value(outcome.comparator.people, f"{path}.comparator.people", "People measured a year")
        return self.sheet.add(name, people / self._one_person(), unit=PURE, label="Sample size of the comparator")

    # Parts of both

    def baseline(self, path: str, outcome: Outcome) -> Expr:
        """The stated baseline."""
        value = outcome.baseline.value.amount
        return self.given(f"{path}.baseline", value, unit_of(outcome), f"{outcome.label}: baseline")

    def _true_baseline(
        self, path: str, outcome: Outcome, baseline: RateBaseline | MeanBaseline, label: str, *, of: str = ""
    ) -> Expr:
        name = f"{path}.true_baseline"
        if name in self.sheet:
            return self.sheet.ref(name)
        stated, (over, sd) = self.sheet.ref(f"{path}.baseline"), self.spread(of or path, outcome)
        noise = self._noise(f"{path}.baseline_noise", yearly=False)
        error = standard_error(stated, self.baseline_number(path, baseline), over, sd) * noise
        return self.sheet.add(name, stated + error, label=label)

    def baseline_number(self, path: str, baseline: RateBaseline | MeanBaseline) -> Expr:
        """People among whom a baseline was measured, as a pure number."""
        return self.given(f"{path}.baseline_number", baseline.people.amount, PURE, "Sample size of the baseline")

    def _ends(self, path: str, outcome: Outcome) -> tuple[Expr, Expr]:
        low, high = outcome.scale
        unit = unit_of(outcome)
        return self.given(f"{path}.low", low, unit, "Range"), self.given(f"{path}.high", high, unit, "Range")

    def spread(self, path: str, outcome: Outcome) -> tuple[Expr, Expr | None]:
        """Overdispersion, and of a mean the standard deviation between people."""
        over = self.given(f"{path}.overdispersion", outcome.overdispersion.amount, PURE, "Overdispersion")
        if outcome.sd is None:
            return over, None
        return over, self.given(f"{path}.sd", outcome.sd.amount, unit_of(outcome), "Spread between people")

    def _elapsed(self, path: str, baseline: RateBaseline | MeanBaseline) -> Expr:
        """Years from the middle of the baseline period to the middle of each contract year."""
        name = f"{path}.years_since_baseline"
        if name in self.sheet:
            return self.sheet.ref(name)
        start = self.scenario.contract.start
        days = monthrange(start.year, start.month)[1]
        middle = start.year + (start.month - 1 + (start.day - 1) / days) / 12 + 0.5
        year_1 = self.given("contract.middle_of_year_1", middle, YEAR, "Middle of year 1 in calendar years")
        label = "Middle of the baseline's period in calendar years"
        measured = self.given(f"{path}.baseline_middle", baseline.middle, YEAR, label)
        since = year_1 - measured + (self.inputs.year - 1) * one_year(self.sheet)
        return self.sheet.add(name, since, label="Years since the baseline", service=False)

    def number(self, path: str, outcome: Outcome) -> Expr:
        """People measured, as a pure number (a sample size)."""
        if f"{path}.number" in self.sheet:
            return self.sheet.ref(f"{path}.number")
        people = self.people(path, outcome) / self._one_person()
        return self.sheet.add(f"{path}.number", people, unit=PURE, label="Sample size")

    def people(self, path: str, outcome: Outcome) -> Expr:
        """People measured in a year."""
        name = f"{path}.people"
        if name in self.sheet:
            return self.sheet.ref(name)
        if outcome.cohort.people is not None:
            return self.inputs.value(outcome.cohort.people, name, "People measured a year")
        assert outcome.cohort.site is not None
        coverage = self.inputs.value(outcome.cohort.coverage, f"{path}.cohort.coverage", "Share of people measured")
        site = self.shared.demand.sites[outcome.service, outcome.cohort.site]
        return self.sheet.add(name, coverage * site, unit=PERSON, label=f"{outcome.label}: people measured")

    def _one_person(self) -> Expr:
        return self.given("one_person", 1.0, PERSON, "One person")

    def given(self, name: str, value: float, unit: Unit, label: str) -> Expr:
        """A stated number as an input line, once."""
        return self.sheet.ref(name) if name in self.sheet else self.sheet.given(name, value, unit, label=label)

    def once(self, name: str, formula: Expr, unit: Unit, label: str) -> Expr:
        """A line that several effects share."""
        return self.sheet.ref(name) if name in self.sheet else self.sheet.add(name, formula, unit=unit, label=label)

    def _noise(self, name: str, *, yearly: bool) -> Expr:
        if name in self.sheet:
            return self.sheet.ref(name)
        return self.inputs.score(name, "Measurement noise (normal score)", yearly=yearly)


def unit_of(outcome: Outcome) -> Unit:
    """What the outcome is measured in: points of a mean, else a pure number."""
    return POINT if isinstance(outcome, MeanOutcome) else PURE


def standard_error(level: Expr, number: Expr, overdispersion: Expr, sd: Expr | None) -> Expr:
    """Of a rate: sqrt(p (1 - p) overdispersion / n); of a mean: sd sqrt(overdispersion / n)."""
    if sd is not None:
        return sd * sqrt(overdispersion / number)
    return sqrt(maximum(level * (1 - level), 0) * overdispersion / number)
