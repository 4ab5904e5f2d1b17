"""What a comparison says: payment models of one or several scenarios, on the same futures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finmodel.analysis.estimates import Chance, Estimate, Spread
from finmodel.analysis.figures import Summary
from finmodel.analysis.kept import KeptRun
from finmodel.analysis.paired import Difference
from finmodel.analysis.risk_shares import RiskShares

if TYPE_CHECKING:
    from finmodel.analysis.bids import Bid


@dataclass(frozen=True)
class Measure:
    """A result that is compared: a figure over all years, and whether its party wants less or more of it."""

    figure: str
    label: str
    party: str
    less_is_better: bool
    unit: str = "£"


MEASURES = (
    Measure("cash", "Commissioners' nominal cash", "commissioners", less_is_better=True),
    Measure("present_value", "Real present value of that cash", "commissioners", less_is_better=True, unit="£real"),
    Measure("integrator_surplus", "Integrator's surplus", "integrator", less_is_better=False),
    Measure("providers_surplus", "Providers' surplus", "providers", less_is_better=False),
)


@dataclass(frozen=True)
class Option:
    """A payment model of a scenario. `key` tells it from all others: the model's name, or `scenario:model`."""

    key: str
    label: str
    scenario: str
    model: str
    integrator: bool
    summary: Summary

    @property
    def model_label(self) -> str:
        """What its scenario calls it; `label` also names the scenario where others have a model of that name."""
        return next(one.label for one in self.summary.about.models if one.name == self.model)

    def chance(self, event: str, member: str | None = None) -> Chance | None:
        """How often an event happened over all years."""
        return self.summary.chance(self.model, event, member)

    def spread(self, figure: str, member: str | None = None) -> Spread | None:
        """The spread of a figure over all years."""
        return self.summary.spread(self.model, figure, member)


@dataclass(frozen=True)
class Pair:
    """Two options in one measure: the first less the second, and how often the first is better for the party."""

    measure: str
    first: str
    second: str
    difference: Difference
    better: Chance


@dataclass(frozen=True)
class Dominance:
    """`option` dominates `over` in commissioners' nominal cash, in the first (1) or only in the second order (2)."""

    option: str
    over: str
    order: int


@dataclass(frozen=True)
class View:
    """A payment model under one scenario, against the cheapest of the models that all scenarios have.

    `regret` is its mean nominal cash above that of the cheapest, paired by trial: zero for the cheapest itself.
    """

    scenario: str
    model: str
    cash: Estimate
    p80: Estimate
    over_allocation: Chance | None
    integrator_loses: Chance | None
    regret: Estimate


@dataclass(frozen=True)
class Comparison:
    """Everything that a comparison says. `baseline` is the key of the option that others are set against."""

    trials: int
    seed: int
    sampler: str
    scenarios: Mapping[str, str]
    options: tuple[Option, ...]
    baseline: str
    pairs: tuple[Pair, ...]
    dominance: tuple[Dominance, ...]
    shares: Mapping[str, Mapping[str, RiskShares]]
    views: tuple[View, ...]
    runs: tuple[KeptRun, ...]
    bids: tuple[Bid, ...] = ()

    @property
    def hash(self) -> str:
        """Eight hex digits over the runs that are compared and the baseline."""
        told = [*(run.manifest.run_hash for run in self.runs), self.baseline]
        return hashlib.sha256(" ".join(told).encode()).hexdigest()[:8]

    def option(self, key: str) -> Option:
        """The option of that key."""
        return next(option for option in self.options if option.key == key)

    def shares_of(self, scenario: str) -> dict[str, Mapping[str, RiskShares]]:
        """Who bears the risk, by payment model of one scenario."""
        return {option.model: self.shares[option.key] for option in self.options if option.scenario == scenario}

    def pair(self, measure: str, first: str, second: str) -> Pair | None:
        """Two options in one measure."""
        return next((p for p in self.pairs if (p.measure, p.first, p.second) == (measure, first, second)), None)
