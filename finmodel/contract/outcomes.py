"""Outcomes as lines: the score that becomes money (docs/model.md, "Outcomes"). The levels: `outcome_figures`."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from finmodel.contract.effects import Effects
from finmodel.contract.outcome_figures import Figures, OutcomeFigures, standard_error, unit_of
from finmodel.contract.scoring import by_improvement
from finmodel.contract.shared import Shared
from finmodel.contract.weights import counted_outcomes, stated_weight, write_weights, write_weights_by_year
from finmodel.contract.withdrawal import kept, write_withdrawn
from finmodel.lines import Expr, literal, reached, sqrt, where
from finmodel.scenario import Gate, Outcome, Scenario, gates_of, largest_score
from finmodel.units import PURE


@dataclass(frozen=True)
class Scored:
    """An outcome that counts for money: its share of the service's outcome money, its score and when it is known.

    `largest` is the largest score that it can have, `improvement` the measured level less the level to beat, `people`
    the number measured in the year. `weight_now` is the weight by year where that of measures that are withdrawn
    passes to the others.
    """

    name: str
    label: str
    weight: Expr
    score: Expr
    lag_months: int
    largest: Expr
    improvement: Expr
    people: Expr
    weight_now: Expr | None = None


class Outcomes:
    """Writes the lines of an outcome when a payment term first asks for its score."""

    def __init__(self, shared: Shared) -> None:
        self.shared, self.sheet, self.inputs = shared, shared.sheet, shared.inputs
        self.scenario: Scenario = shared.scenario
        self.figures = OutcomeFigures(shared)
        self._scores: dict[tuple[str, str], Expr] = {}
        self._kept: dict[tuple[str, str, str], Expr] = {}

    def of_service(self, service: str, effects: Effects) -> list[Scored]:
        """The sourced outcomes of a service, their weights made to add up to one."""
        weights = write_weights(self.inputs, service)
        by_year = write_weights_by_year(self.inputs, service, weights)
        return [
            self._scored(name, weights[name], effects, by_year.get(name))
            for name in counted_outcomes(self.scenario, service)
        ]

    def named(self, name: str, effects: Effects) -> Scored:
        """A sourced outcome by its name, with its weight as written: it may have none."""
        return self._scored(name, stated_weight(self.inputs, name), effects, None)

    def _scored(self, name: str, weight: Expr, effects: Effects, weight_now: Expr | None) -> Scored:
        outcome = self.scenario.outcomes[name]
        return Scored(
            name,
            outcome.label,
            weight,
            self._score(name, effects),
            known_after(self.scenario, name),
            self._largest(name, outcome),
            self._paid_improvement(name, effects),
            self.figures.people(f"outcomes.{name}", outcome),
            weight_now,
        )

    def write(self, name: str, effects: Effects) -> None:
        """Write the lines of an outcome with a source, whether it earns money or not: another may wait for it."""
        if self.scenario.outcomes[name].evidence == "sourced":
            self._score(name, effects)

    def _score(self, name: str, effects: Effects) -> Expr:
        key = name, effects.variant
        if key not in self._scores:
            self._scores[key] = self._write_score(name, self.scenario.outcomes[name], effects)
        return self._scores[key]

    def _largest(self, name: str, outcome: Outcome) -> Expr:
        """The largest score: that of a bonus is a number of the scenario, others stand in the curve itself."""
        bonus = f"outcomes.{name}.bonus.share"
        return self.sheet.ref(bonus) if bonus in self.sheet else literal(largest_score(outcome))

    def _paid_improvement(self, name: str, effects: Effects) -> Expr:
        """What a price a person is paid on: nothing from when it is withdrawn, unless the last figure goes on."""
        outcome = self.scenario.outcomes[name]
        withdrawn = write_withdrawn(self.inputs, name, outcome)
        if outcome.withdrawn is None or withdrawn is None:
            return self.figures.of(name, effects).improvement
        if outcome.withdrawn.weight == "last_score":
            return self._last("improvement", name, effects)
        return where(withdrawn > 0, 0, self.figures.of(name, effects).improvement)

    def _last(self, figure: str, name: str, effects: Effects) -> Expr:
        """The level or improvement, and from when it is withdrawn the last one that was measured."""
        found, outcome = self.figures.of(name, effects), self.scenario.outcomes[name]
        now = found.level if figure == "level" else found.improvement
        withdrawn = write_withdrawn(self.inputs, name, outcome)
        if withdrawn is None:
            return now
        key = figure, name, effects.variant
        if key not in self._kept:
            label = f"{outcome.label}: last {figure} that was measured"
            line = f"{effects.path(name)}.last_{figure}"
            self._kept[key] = kept(self.sheet, line, now, withdrawn, unit_of(outcome), label)
        return self._kept[key]

    def _write_score(self, name: str, outcome: Outcome, effects: Effects) -> Expr:
        """The share of its money that the outcome earns: by its improvement, if significant, through its gates."""
        figures, path, own = self.figures.of(name, effects), f"outcomes.{name}", effects.path(name)
        score = by_improvement(self.figures.given, path, outcome, figures.improvement)
        label = f"{outcome.label}: score"
        conditions = [] if outcome.significant_at is None else [self._significant(path, outcome, figures)]
        gates = gates_of(name, outcome, self.scenario.services)
        conditions += [self._open(f"{path}.gate_{n}", gate, effects) for n, (_, gate) in enumerate(gates, 1)]
        if conditions:
            score = self.sheet.add(f"{own}.score_ungated", score, unit=PURE, label=f"{label}, were it not gated")
            passed = conditions[0]
            for condition in conditions[1:]:
                passed = passed & condition
            score = where(passed, score, 0)
        withdrawn = write_withdrawn(self.inputs, name, outcome)
        if outcome.withdrawn is not None and outcome.withdrawn.score is not None:
            assert withdrawn is not None
            stated = self.figures.given(
                f"{path}.withdrawn_score", outcome.withdrawn.score.amount, PURE, "Score once it is withdrawn"
            )
            return self.sheet.add(f"{own}.score", where(withdrawn > 0, stated, score), unit=PURE, label=label)
        return kept(self.sheet, f"{own}.score", score, withdrawn, PURE, label)

    def _significant(self, path: str, outcome: Outcome, figures: Figures) -> Expr:
        """Whether the improvement is so large that chance alone, where nothing has changed, seldom makes it."""
        assert outcome.significant_at is not None
        level, unit, made = outcome.significant_at.amount, unit_of(outcome), self.figures
        over, sd = made.spread(path, outcome)
        of_year = standard_error(figures.reference, figures.number, over, sd)
        number = made.baseline_number(path, outcome.baseline)
        of_baseline = standard_error(made.baseline(path, outcome), number, over, sd)
        variance = of_year * of_year + of_baseline * of_baseline
        if outcome.comparator is not None:
            variance = variance + self._variance_of_comparator(path, outcome)
        label = f"{outcome.label}: standard error of the change if nothing has changed"
        error = made.once(f"{path}.change_error", sqrt(variance), unit, label)
        quantile = NormalDist().inv_cdf(level)
        z = made.given(f"{path}.significant_score", quantile, PURE, f"Normal score of a level of {level:.4g}")
        label = f"{outcome.label}: smallest improvement that is significant"
        return reached(figures.improvement, made.once(f"{path}.significant_from", z * error, unit, label))

    def _variance_of_comparator(self, path: str, outcome: Outcome) -> Expr:
        """Of the comparator's measured change: both of its figures, at its stated baseline."""
        made, place = self.figures, f"{path}.comparator"
        assert outcome.comparator is not None
        over, sd = made.spread(path, outcome)
        stated, number = self.sheet.ref(f"{place}.baseline"), made.comparator_number(path, outcome)
        if outcome.pooled_years > 1:
            number = made.pooled_number(place, number, outcome.pooled_years)
        of_year = standard_error(stated, number, over, sd)
        of_baseline = standard_error(stated, made.baseline_number(place, outcome.comparator.baseline), over, sd)
        return of_year * of_year + of_baseline * of_baseline

    def _open(self, path: str, gate: Gate, effects: Effects) -> Expr:
        """Whether the figure of another outcome reaches the threshold of a gate."""
        named = self.scenario.outcomes[gate.outcome]
        unit = PURE if gate.figure == "score" else unit_of(named)
        label = f"{named.label}: {gate.figure} at which a gate opens"
        threshold = self.figures.given(path, gate.at_least.amount, unit, label)
        if gate.figure == "score":
            return reached(self._score(gate.outcome, effects), threshold)
        return reached(self._last(gate.figure, gate.outcome, effects), threshold)


def known_after(scenario: Scenario, name: str) -> int:
    """Months from a contract year's end until an outcome's score is known: its lag, or that of a gate on it."""
    outcome = scenario.outcomes[name]
    found = [outcome.lag]
    for _, gate in gates_of(name, outcome, scenario.services):
        waits = gate.figure == "score"  # a score waits for gates of its own, what is measured does not
        found.append(known_after(scenario, gate.outcome) if waits else scenario.outcomes[gate.outcome].lag)
    return max(found)
