"""Terms to be tried, and the facts that they are tried on: drawn at random within stated ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Template

from finmodel.arrays import FloatArray, np
from finmodel.contract.payment.alone import UNITS
from finmodel.contract.payment.worked import Facts, paid_on

Range = float | tuple[float, float]
"""A fact that stays as it is, or the least and the most that it can be."""

Point = Mapping[str, float]
"""Facts and parameters by name, each a number."""

Threshold = tuple[str, float] | Callable[[Point], float]
"""Where a payment may jump: a fact and its value, or a function of facts and parameters that is zero there."""

_POUNDS = re.compile(r"£\s?([\d,]*\.?\d+)")


@dataclass(frozen=True)
class Sample:
    """A term as YAML without name, `from` and `to`, the facts that it reads, and how it depends on them.

    Facts are named as in `worked`: `target`, `cost`, `people` …; `earlier.core` is what the term `core` above it pays,
    `outcomes.survival.score` and `outcomes.survival.weight` belong to an outcome. `$name` in the text stands for one of
    the `parameters`, which is drawn too: `{kind: fee, share: $share%}`.

    `rises_with`, `falls_with`: facts with which the payment of the same year does not fall, or does not rise.
    `thresholds`: where it may jump, and does; nowhere else. `nothing_without`: facts that leave nothing to pay when
    they are zero. `above`: terms as YAML that stand above it in a whole contract; by default a block for each
    `earlier` fact.
    """

    written: str
    facts: Mapping[str, Range]
    parameters: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    rises_with: Sequence[str] = ()
    falls_with: Sequence[str] = ()
    thresholds: Sequence[Threshold] = ()
    nothing_without: Sequence[str] = ()
    above: Sequence[str] | None = None


@dataclass(frozen=True)
class Tried:
    """A sample with drawn parameters, and how facts are drawn for it."""

    sample: Sample
    written: str
    parameters: Point
    random: np.random.Generator

    def draw(self, cases: int, years: int = 3) -> dict[str, FloatArray]:
        """Facts within their ranges, one in ten at an end: each an array (years, cases). Weights stay as they are."""
        found = {}
        for name, (low, high) in ranges(self.sample).items():
            amounts = self.random.uniform(low, high, (years, cases))
            ends = self.random.random((years, cases))
            amounts = np.where(ends < 0.05, low, np.where(ends > 0.95, high, amounts))
            found[name] = np.full((years, cases), amounts[0, 0]) if name.endswith(".weight") else amounts
        return found

    def pay(self, facts: Mapping[str, FloatArray]) -> FloatArray:
        """£ in each year and case."""
        return paid_on(self.written, as_facts(facts))

    def varying(self) -> list[str]:
        """The facts that can be moved."""
        known = ranges(self.sample)
        return [name for name in known if not name.endswith(".weight") and known[name][0] < known[name][1]]

    def distance(self, threshold: Threshold, facts: Mapping[str, FloatArray], year: int) -> FloatArray:
        """How far a year (from 0) of each case is from a threshold: below zero on one side of it."""
        then = {name: amounts[year] for name, amounts in facts.items()}
        if isinstance(threshold, tuple):
            name, at = threshold
            difference: FloatArray = then[name] - at
            return difference
        cases = next(iter(then.values())).shape[0]
        points = ({name: float(amounts[case]) for name, amounts in then.items()} for case in range(cases))
        return np.array([threshold({**self.parameters, **point}) for point in points])


def tried(sample: Sample, seed: int) -> Tried:
    """A sample with parameters drawn by a seed; each has six digits, so that its text is the number itself."""
    random = np.random.default_rng(seed)
    drawn = {name: float(f"{random.uniform(*ends):.6g}") for name, ends in sample.parameters.items()}
    text = Template(sample.written).substitute({name: f"{amount:.12f}" for name, amount in drawn.items()})
    return Tried(sample, text, drawn, random)


def ranges(sample: Sample) -> dict[str, tuple[float, float]]:
    """The least and the most of each fact."""
    return {name: one if isinstance(one, tuple) else (one, one) for name, one in sample.facts.items()}


def as_facts(facts: Mapping[str, FloatArray]) -> Facts:
    """Facts by dotted name as `paid_on` takes them."""
    figures, earlier, outcomes = {}, {}, dict[str, dict[str, FloatArray]]()
    for name, amounts in facts.items():
        match name.split("."):
            case [figure]:
                figures[figure] = amounts
            case ["earlier", term]:
                earlier[term] = amounts
            case ["outcomes", outcome, key]:
                outcomes.setdefault(outcome, {})[key] = amounts
            case _:
                raise TypeError(f"'{name}' is no fact: expected a name, earlier.NAME or outcomes.NAME.KEY")
    return Facts(figures, earlier, outcomes)


def in_pounds(name: str) -> bool:
    """Whether a fact is money; an index, pounds of a year per base-year pound, is not."""
    if name.startswith("earlier."):
        return True
    unit = UNITS.get(name)
    return unit is not None and sum(power for part, power in unit.powers if part in _MONEY) > 0


_MONEY = {part for unit in (UNITS["target"], UNITS["index"]) for part, _ in unit.powers}


def times(written: str, k: float) -> str:
    """The text of a term with every £ in it times k."""
    return _POUNDS.sub(lambda found: f"£{k * float(found[1].replace(',', '')):.12f}".rstrip("0").rstrip("."), written)
